import type { Filters, QuestionBody, QuestionsBody } from '@minilens/wire/questions';
import type { AskedRange } from '../../query/asked';
import { ISSUE_METRICS } from '../list-metrics';

export const ERROR_METRICS = ['jsErrors', 'errorUsers', 'errorSessions'] as const;

/**
 * What all errors and the list of issues ask, in one request. Every issue is asked for: state and search narrow what is
 * here. Narrowed to pages, nothing is asked of sessions without an error.
 */
export function errorsQuestions(
  asked: AskedRange,
  { before, grain, filters }: { before: AskedRange; grain: 'hour' | 'day'; filters: Filters | undefined },
  sort: NonNullable<QuestionBody['sort']>,
): QuestionsBody {
  const crashFree = ['crashFreeRate', 'crashFreeSessions'];
  return {
    ...asked,
    ...(filters && { filters }),
    questions: {
      figures: { metrics: [...ERROR_METRICS] },
      figuresBefore: { ...before, metrics: [...ERROR_METRICS] },
      trend: { metrics: ['jsErrors'], by: [grain], fill: true },
      issues: { metrics: [...ISSUE_METRICS], by: ['issue', 'error', 'message'], sort },
      ...(!filters?.page && {
        crashFree: { metrics: crashFree },
        crashFreeBefore: { ...before, metrics: crashFree },
        crashFreeTrend: { metrics: ['crashFreeRate'], by: [grain], fill: true },
      }),
    },
  };
}
