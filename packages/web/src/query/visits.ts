import type { Retention } from '@minilens/wire/questions';
import type { Paths } from '@minilens/wire/records';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { FilterSearch } from '../filters/filter-search';
import { recordWords } from '../filters/record-words';
import { appPath } from './app-path';
import { type AskedRange, FOLLOW_STEP_MS } from './asked';
import { getJson } from './http';

/** Who came again in later days, weeks or months. It takes no filters. */
export const retention = (app: string, range: AskedRange, unit: Retention['unit']) =>
  queryOptions({
    queryKey: ['retention', app, range, unit] as const,
    queryFn: ({ signal }) => getJson<Retention>(`${appPath(app)}/retention`, { ...range, unit }, signal),
    placeholderData: keepPreviousData,
    // A period is counted once it is over.
    staleTime: 60_000,
  });

/** The pages seen right before and right after one. */
export const pagesAround = (app: string, page: string, range: AskedRange, filters: FilterSearch) => {
  const question = { ...range, ...recordWords(filters), page };
  return queryOptions({
    queryKey: ['pages around', app, question] as const,
    queryFn: ({ signal }) => getJson<Paths>(`${appPath(app)}/pages/around`, question, signal),
    placeholderData: keepPreviousData,
    refetchInterval: FOLLOW_STEP_MS,
  });
};
