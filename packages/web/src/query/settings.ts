import type { AgentConfig, CurrentAgentConfig } from '@minilens/wire/agent-config';
import type { EventList } from '@minilens/wire/records';
import type { EraseBody, Erased, Keeping, KeepingBody, LossReport } from '@minilens/wire/report-api';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { appPath } from './app-path';
import { type AskedRange, FOLLOW_STEP_MS } from './asked';
import { getJson, postJson, putJson } from './http';

/** How many reports of agents one answer holds at most. */
const MOST_REPORTS = 200;

export const keeping = (app: string) =>
  queryOptions({
    queryKey: ['keeping', app] as const,
    queryFn: ({ signal }) => getJson<Keeping>(`${appPath(app)}/keeping`, {}, signal),
  });

export const changeKeeping = (app: string, body: KeepingBody) => putJson<Keeping>(`${appPath(app)}/keeping`, body);

/** Cannot be taken back. */
export const eraseUser = (app: string, body: EraseBody) => postJson<Erased>(`${appPath(app)}/erase`, body);

/** What agents that are already out are told to do. */
export const agentConfig = (app: string) =>
  queryOptions({
    queryKey: ['agent-config', app] as const,
    queryFn: ({ signal }) => getJson<CurrentAgentConfig>(`${appPath(app)}/agent-config`, {}, signal),
  });

/** Replaces it; `{}` leaves everything to the app. */
export const changeAgentConfig = (app: string, values: AgentConfig) =>
  putJson<CurrentAgentConfig>(`${appPath(app)}/agent-config`, values);

/** How much never arrived, and what arrived and was dropped. */
export const lossReport = (app: string, range: AskedRange) =>
  queryOptions({
    queryKey: ['loss', app, range] as const,
    queryFn: ({ signal }) => getJson<LossReport>(`${appPath(app)}/loss`, { ...range }, signal),
    placeholderData: keepPreviousData,
    refetchInterval: FOLLOW_STEP_MS,
  });

/** What agents said of themselves, the newest first. */
export const agentReports = (app: string, range: AskedRange) =>
  queryOptions({
    queryKey: ['agent-reports', app, range] as const,
    queryFn: ({ signal }) =>
      getJson<EventList>(`${appPath(app)}/events`, { ...range, kind: 'agent', limit: MOST_REPORTS }, signal),
    placeholderData: keepPreviousData,
    refetchInterval: FOLLOW_STEP_MS,
  });
