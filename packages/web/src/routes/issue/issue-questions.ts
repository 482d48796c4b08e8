import type { Filters, QuestionsBody } from '@minilens/wire/questions';
import type { AskedRange } from '../../query/asked';
import { ERROR_METRICS } from '../errors/errors-questions';

export const SPLIT_METRICS = ['jsErrors', 'errorUsers', 'firstSeenAt', 'lastSeenAt'] as const;

/** What one issue asks, in one request; single errors and its state are asked apart. */
export function issueQuestions(
  asked: AskedRange,
  { before, grain, filters }: { before: AskedRange; grain: 'hour' | 'day'; filters: Filters | undefined },
  issue: string,
): QuestionsBody {
  const split = { metrics: [...SPLIT_METRICS], sort: { by: 'jsErrors', order: 'desc' as const }, limit: 50 };
  return {
    ...asked,
    filters: { ...filters, issue: [issue] },
    questions: {
      figures: { metrics: [...ERROR_METRICS] },
      figuresBefore: { ...before, metrics: [...ERROR_METRICS] },
      name: { metrics: ['jsErrors', 'firstSeenAt', 'lastSeenAt'], by: ['error', 'message', 'frame'], limit: 1 },
      trend: { metrics: ['jsErrors'], by: [grain], fill: true },
      versions: { ...split, by: ['version'] },
      platforms: { ...split, by: ['platform'] },
    },
  };
}
