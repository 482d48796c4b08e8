import type { ReactNode } from 'react';
import type { FilterSearch } from '../filters/filter-search';
import { askedRange, chosenRange, type RangeSearch, searchOfRange } from '../range/range-choice';
import { useNow } from '../range/use-now';
import { useApp } from './app-context';
import { FilterBar } from './filter-bar';
import { RangePicker } from './range-picker';

export type ScreenSearch = RangeSearch & FilterSearch;

interface ScreenHeadProps {
  title: ReactNode;
  address: ScreenSearch;
  onChange: (changed: ScreenSearch) => void;
  /** Screens of things that filters do not tell apart, such as message push. */
  hasFilters?: boolean;
}

/** What the screen is called, which time it is about, and what it is narrowed to. */
export function ScreenHead({ title, address, onChange, hasFilters = true }: ScreenHeadProps) {
  const { timezone } = useApp();
  const nowMs = useNow();
  const choice = chosenRange(address);
  return (
    <>
      <div className="page-head">
        {typeof title === 'string' ? <h1>{title}</h1> : title}
        <RangePicker value={choice} onChange={(picked) => onChange(searchOfRange(picked))} />
      </div>
      {hasFilters && <FilterBar value={address} asked={askedRange(choice, timezone, nowMs)} onChange={onChange} />}
    </>
  );
}
