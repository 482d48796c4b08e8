import type { EventKind } from '@minilens/wire/event';
import type { EventList } from '@minilens/wire/records';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { FilterName } from '../filters/filter-search';
import { appPath } from './app-path';
import { type AskedPage, type AskedRange, FOLLOW_STEP_MS } from './asked';
import { getJson } from './http';

/** Which single events: several words of one field are separated by commas. */
type EventQuestion = AskedRange &
  AskedPage & { [Name in FilterName]?: string | undefined } & {
    kind: EventKind;
    outcome?: string | undefined;
    method?: string | undefined;
    host?: string | undefined;
    path?: string | undefined;
    issue?: string | undefined;
    sort?: 'durationMs' | undefined;
  };

/** Single events, the newest first or the slowest. */
export const singleEvents = (app: string, question: EventQuestion) =>
  queryOptions({
    queryKey: ['events', app, question] as const,
    queryFn: ({ signal }) => getJson<EventList>(`${appPath(app)}/events`, { ...question }, signal),
    placeholderData: keepPreviousData,
    refetchInterval: FOLLOW_STEP_MS,
  });
