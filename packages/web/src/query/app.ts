import type { AppDetail, NewApp, NewAppBody } from '@minilens/wire/report-api';
import { queryOptions } from '@tanstack/react-query';
import { appPath } from './app-path';
import { getJson, postJson } from './http';

/** How often an app is asked for its first event. Unit: ms. */
const WAIT_STEP_MS = 2_000;

export const appDetail = (app: string) =>
  queryOptions({
    queryKey: ['app', app] as const,
    queryFn: ({ signal }) => getJson<AppDetail>(appPath(app), {}, signal),
    staleTime: 60_000,
  });

/** The same, asked again and again until the first event has come. */
export const appUntilFirstEvent = (app: string) =>
  queryOptions({
    ...appDetail(app),
    staleTime: 0,
    refetchInterval: ({ state }) => (state.data?.lastEventAt == null ? WAIT_STEP_MS : 10 * WAIT_STEP_MS),
  });

export const addApp = (body: NewAppBody) => postJson<NewApp>('/apps', body);
