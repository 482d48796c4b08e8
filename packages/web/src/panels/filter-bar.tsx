import { CloseOutlined, FilterOutlined } from '@ant-design/icons';
import { lazyRouteComponent } from '@tanstack/react-router';
import { Suspense } from 'react';
import { useCopy } from '../appearance/appearance';
import {
  chosenFilters,
  FILTER_NAMES,
  type FilterName,
  type FilterSearch,
  NO_FILTERS,
  searchOfFilter,
} from '../filters/filter-search';
import { Button } from './button';
import { Loading } from './loading';
import { Popup } from './popup';

/** Choosing takes large widgets and is rarer than looking. */
const FilterChoice = lazyRouteComponent(() => import('./filter-choice'));

interface FilterBarProps {
  value: FilterSearch;
  /** The range whose values are offered. */
  asked: { from: string; to: string };
  onChange: (changed: FilterSearch) => void;
}

/** What everything on the screen is narrowed to, each filter with a way out. */
export function FilterBar({ value, asked, onChange }: FilterBarProps) {
  const { filter } = useCopy();
  const chosen = chosenFilters(value);
  const active = FILTER_NAMES.filter((name) => chosen[name]);
  return (
    <search className="filter-bar" aria-label={filter.label}>
      <Popup className="filter-popup" button={{ icon: <FilterOutlined />, children: filter.label }}>
        {() => (
          <Suspense fallback={<Loading lines={4} />}>
            <FilterChoice chosen={chosen} asked={asked} onChange={onChange} />
          </Suspense>
        )}
      </Popup>
      {active.map((name) => (
        <span key={name} className="filter-chip">
          <span className="muted">{filter.name[name]}</span>{' '}
          {(chosen[name] ?? []).map((word) => filterWord(name, word, filter)).join(', ')}
          <button
            type="button"
            className="plain"
            aria-label={filter.remove(filter.name[name])}
            onClick={() => onChange(searchOfFilter(name, []))}
          >
            <CloseOutlined />
          </button>
        </span>
      ))}
      {active.length > 1 && (
        <Button look="link" onClick={() => onChange(NO_FILTERS)}>
          {filter.clear}
        </Button>
      )}
    </search>
  );
}

type FilterCopy = ReturnType<typeof useCopy>['filter'];

/** A value as people say it. */
export function filterWord(name: FilterName, value: string, copy: FilterCopy): string {
  const words: Record<string, string> | undefined =
    name === 'level' ? copy.levels : name === 'env' ? copy.envs : name === 'channel' ? copy.channels : undefined;
  return words?.[value] ?? (value === '' ? copy.empty : value);
}
