import { CloseOutlined, FilterOutlined } from '@ant-design/icons';
import { lazyRouteComponent } from '@tanstack/react-router';
import { Button, Popover } from 'antd';
import { Suspense, useState } from 'react';
import { useCopy } from '../appearance/appearance';
import {
  chosenFilters,
  FILTER_NAMES,
  type FilterName,
  type FilterSearch,
  NO_FILTERS,
  searchOfFilter,
} from '../filters/filter-search';
import { Loading } from './loading';

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
  const [isOpen, setOpen] = useState(false);
  const chosen = chosenFilters(value);
  const active = FILTER_NAMES.filter((name) => chosen[name]);
  return (
    <search className="filter-bar" aria-label={filter.label}>
      <Popover
        open={isOpen}
        onOpenChange={setOpen}
        trigger="click"
        placement="bottomLeft"
        content={
          <Suspense fallback={<Loading lines={4} />}>
            <FilterChoice chosen={chosen} asked={asked} onChange={onChange} />
          </Suspense>
        }
      >
        <Button icon={<FilterOutlined />} aria-expanded={isOpen}>
          {filter.label}
        </Button>
      </Popover>
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
        <Button type="link" onClick={() => onChange(NO_FILTERS)}>
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
