import { useMemo } from 'react';
import { askedFilters } from '../filters/filter-search';
import { askedRange, chosenRange } from '../range/range-choice';
import { useNow } from '../range/use-now';
import { useApp } from './app-context';
import type { ScreenSearch } from './screen-head';
import { screenOf } from './screen-of';

/** What the address of a screen asks for: the range, the one before it, the grain of trends, and the filters. */
export function useScreen(address: ScreenSearch) {
  const app = useApp();
  const nowMs = useNow();
  const { from, to } = askedRange(chosenRange(address), app.timezone, nowMs);
  const filters = askedFilters(address);
  const key = JSON.stringify(filters);
  // The same objects as long as they say the same, so that what follows from them need not be made again.
  return useMemo(
    () => screenOf(app, { from, to }, key === undefined ? undefined : (JSON.parse(key) as NonNullable<typeof filters>)),
    [app, from, to, key],
  );
}
