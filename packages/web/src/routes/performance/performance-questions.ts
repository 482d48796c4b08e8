import type { Filters, QuestionsBody } from '@minilens/wire/questions';
import type { AskedRange } from '../../query/asked';
import type { PerformanceSearch } from '../address';

/** Of whole sessions, which no page tells apart. */
const SESSION_METRICS = ['openrate', 'memorydiff', 'memorywarningrate'] as const;

const LAUNCH = ['appLaunch', 'appLaunchP50Ms', 'appLaunchP95Ms'] as const;

export const STAGE_NAMES = ['downloadPackage', 'evaluateScript', 'firstRender'] as const;

/** Mean, p50 and p95 of each stage and of the whole launch. */
const STAGE_METRICS = [
  ...LAUNCH,
  ...STAGE_NAMES.flatMap((name) => [name, `${name}P50Ms`, `${name}P95Ms`] as const),
] as const;

export const PAGE_METRICS = ['costtime', 'costtimeP50Ms', 'costtimeP95Ms'] as const;

export const SPLIT_METRICS = [...LAUNCH, ...PAGE_METRICS, 'memory', 'memorywarning'] as const;

const MEASURED = [...STAGE_METRICS, ...PAGE_METRICS, 'memory', 'memorywarning'] as const;

export type Split = 'platform' | NonNullable<PerformanceSearch['split']>;

interface Screen {
  before: AskedRange;
  grain: 'hour' | 'day';
  filters: Filters | undefined;
}

/** What the screen asks, but for its pages. Narrowed to pages, nothing is asked of whole sessions. */
export function performanceQuestions(
  asked: AskedRange,
  { before, grain, filters }: Screen,
  split: Split,
): QuestionsBody {
  const sessions = [...SESSION_METRICS];
  return {
    ...asked,
    ...(filters && { filters }),
    questions: {
      measured: { metrics: [...MEASURED] },
      measuredBefore: { ...before, metrics: [...MEASURED] },
      trend: {
        metrics: [...LAUNCH, ...STAGE_NAMES, ...PAGE_METRICS, 'memory', 'memorywarning'],
        by: [grain],
        fill: true,
      },
      platforms: { metrics: ['appLaunch'], by: ['platform'] },
      split: { metrics: [...SPLIT_METRICS], by: [split], limit: 50 },
      ...(!filters?.page && {
        sessions: { metrics: sessions },
        sessionsBefore: { ...before, metrics: sessions },
        sessionTrend: { metrics: sessions, by: [grain], fill: true },
      }),
    },
  };
}

/** Switches to each page, the slowest first. From single events, so it is asked apart and takes longer. */
export const pageQuestions = (asked: AskedRange, filters: Filters | undefined): QuestionsBody => ({
  ...asked,
  ...(filters && { filters }),
  questions: {
    pages: { metrics: [...PAGE_METRICS], by: ['page'], sort: { by: 'costtimeP95Ms', order: 'desc' }, limit: 100 },
  },
});
