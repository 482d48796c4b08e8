import type { Answers, Catalogue, FilterValues, QuestionsBody } from '@minilens/wire/questions';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { appPath } from './app-path';
import { FOLLOW_STEP_MS } from './asked';
import { getJson, postJson } from './http';

/** All that a screen wants to know, in one request. */
export const questions = (app: string, body: QuestionsBody) =>
  queryOptions({
    queryKey: ['questions', app, body] as const,
    queryFn: ({ signal }) => postJson<Answers>(`${appPath(app)}/questions`, body, signal),
    placeholderData: keepPreviousData,
    refetchInterval: FOLLOW_STEP_MS,
  });

/** What filters may be set to. */
export const filterValues = (app: string, range: { from: string; to: string }) =>
  queryOptions({
    queryKey: ['filters', app, range] as const,
    queryFn: ({ signal }) =>
      getJson<FilterValues>(`${appPath(app)}/filters`, { from: range.from, to: range.to }, signal),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });

/** Every metric with its names and unit; it changes only with the server. */
export const catalogue = () =>
  queryOptions({
    queryKey: ['catalogue'] as const,
    queryFn: ({ signal }) => getJson<Catalogue>('/metrics', {}, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
