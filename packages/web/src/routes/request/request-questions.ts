import type { Filters, QuestionsBody } from '@minilens/wire/questions';
import type { AskedRange } from '../../query/asked';
import { REQUEST_FIGURES, REQUEST_OUTCOME_METRICS } from '../requests/requests-questions';

const DURATION_METRICS = [
  'requestDurationP50Ms',
  'requestDurationP75Ms',
  'requestDurationP95Ms',
  'requestDurationP99Ms',
] as const;

const WATERFALL_METRICS = ['dnsMs', 'connectMs', 'tlsMs', 'firstByteMs'] as const;

export const VERSION_METRICS = [
  'requests',
  'requestSuccessRate',
  'httpErrors',
  'networkErrors',
  'requestDurationP50Ms',
  'requestDurationP95Ms',
  'requestAffectedUsers',
] as const;

export interface RouteKey {
  method: string;
  host: string;
  path: string;
}

/** What one route asks, in one request; its single requests are asked apart. */
export function requestQuestions(
  asked: AskedRange,
  { before, grain, filters }: { before: AskedRange; grain: 'hour' | 'day'; filters: Filters | undefined },
  { method, host, path }: RouteKey,
): QuestionsBody {
  return {
    ...asked,
    filters: { ...filters, method: [method], host: [host], path: [path] },
    questions: {
      figures: { metrics: [...REQUEST_FIGURES] },
      figuresBefore: { ...before, metrics: [...REQUEST_FIGURES] },
      trend: {
        metrics: [...REQUEST_OUTCOME_METRICS, 'requestSuccessRate', ...DURATION_METRICS],
        by: [grain],
        fill: true,
      },
      waterfall: { metrics: [...WATERFALL_METRICS, 'requestDurationP50Ms'] },
      versions: { metrics: [...VERSION_METRICS], by: ['version'], sort: { by: 'requests', order: 'desc' }, limit: 50 },
    },
  };
}
