import type { Filters, QuestionBody, QuestionsBody } from '@minilens/wire/questions';
import type { AskedRange } from '../../query/asked';
import { ROUTE_METRICS } from '../list-metrics';

const ROUTE = ['method', 'host', 'path'] as const;

/** Bars of a trend of requests, each a way in which they ended. */
export const REQUEST_OUTCOME_METRICS = ['ok', 'httpErrors', 'networkErrors', 'aborts'] as const;

export const REQUEST_FIGURES = [
  'requests',
  'requestSuccessRate',
  'httpErrors',
  'networkErrors',
  'aborts',
  'requestDurationP50Ms',
  'requestDurationP95Ms',
  'requestAffectedUsers',
] as const;

/** What all requests and their list ask, in one request. Every route is asked for: the search narrows what is here. */
export function requestsQuestions(
  asked: AskedRange,
  { before, grain, filters }: { before: AskedRange; grain: 'hour' | 'day'; filters: Filters | undefined },
  sort: NonNullable<QuestionBody['sort']>,
): QuestionsBody {
  return {
    ...asked,
    ...(filters && { filters }),
    questions: {
      figures: { metrics: [...REQUEST_FIGURES] },
      figuresBefore: { ...before, metrics: [...REQUEST_FIGURES] },
      trend: { metrics: [...REQUEST_OUTCOME_METRICS], by: [grain], fill: true },
      routes: { metrics: [...ROUTE_METRICS], by: [...ROUTE], sort },
    },
  };
}
