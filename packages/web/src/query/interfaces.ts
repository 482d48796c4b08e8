import type { Outcome } from '@minilens/wire/event';
import type { CallRecordList, InterfaceDetail, InterfaceList, InterfaceMetric } from '@minilens/wire/report-api';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { type AskedPage, type AskedRange, FOLLOW_STEP_MS } from './asked';
import { getJson } from './http';

export type InterfaceSort = 'name' | InterfaceMetric;
export interface InterfaceListQuestion extends AskedRange, AskedPage {
  search: string | undefined;
  sort: InterfaceSort;
  order: 'asc' | 'desc';
}
export interface CallRecordQuestion extends AskedRange, AskedPage {
  user: string | undefined;
  ip: string | undefined;
  outcome: Outcome | undefined;
}

export const interfaceList = (app: string, question: InterfaceListQuestion) =>
  queryOptions({
    queryKey: ['interfaces', app, question] as const,
    queryFn: ({ signal }) => getJson<InterfaceList>(interfacesPath(app), { ...question }, signal),
    placeholderData: keepPreviousData,
    refetchInterval: FOLLOW_STEP_MS,
  });

export const interfaceDetail = (app: string, name: string, range: AskedRange) =>
  queryOptions({
    queryKey: ['interface', app, name, range] as const,
    queryFn: ({ signal }) => getJson<InterfaceDetail>(interfacesPath(app, name), { ...range }, signal),
    placeholderData: keepPreviousData,
    refetchInterval: FOLLOW_STEP_MS,
  });

export const callRecords = (app: string, name: string, question: CallRecordQuestion) =>
  queryOptions({
    queryKey: ['records', app, name, question] as const,
    queryFn: ({ signal }) => getJson<CallRecordList>(`${interfacesPath(app, name)}/records`, { ...question }, signal),
    placeholderData: keepPreviousData,
    refetchInterval: FOLLOW_STEP_MS,
  });

const interfacesPath = (app: string, ...name: string[]) =>
  ['/apps', app, 'interfaces', ...name].map((part, depth) => (depth === 0 ? part : encodeURIComponent(part))).join('/');
