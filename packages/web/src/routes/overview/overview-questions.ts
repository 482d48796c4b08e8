import type { Filters, QuestionBody, QuestionsBody } from '@minilens/wire/questions';
import dayjs from 'dayjs';

/** Counts that grow through a day, which are compared with the same hours of another day. */
export const VISIT_METRICS = [
  'session_cnt',
  'visit_uv',
  'visit_uv_new',
  'visit_pv',
  'stay_time_session',
  'visit_depth',
] as const;

/** What the overview asks, in one request. */
export function overviewQuestions(
  asked: { from: string; to: string },
  {
    before,
    grain,
    filters,
    comparisons,
  }: {
    before: { from: string; to: string };
    grain: 'hour' | 'day';
    filters: Filters | undefined;
    /** Hours of today that are over, and the same of other days; none where the range is not today. */
    comparisons: Comparisons | undefined;
  },
): QuestionsBody {
  const visits = [...VISIT_METRICS];
  const interfaces: QuestionBody = {
    metrics: ['calls', 'errors', 'successRate', 'affectedUsers'],
    by: ['name'],
    sort: { by: 'calls', order: 'desc' },
    limit: 6,
  };
  const issues: QuestionBody = {
    metrics: ['jsErrors', 'errorUsers'],
    by: ['issue', 'error', 'message'],
    sort: { by: 'jsErrors', order: 'desc' },
    limit: 5,
  };
  const health = [
    'requests',
    'requestSuccessRate',
    'requestDurationP95Ms',
    'appLaunchP50Ms',
    'appLaunchP95Ms',
    'jsErrors',
    // A session has no page of its own.
    ...(filters?.page ? [] : ['crashFreeRate']),
  ];
  const push = ['callback_count', 'fail_count', 'deliveryP95Ms'];
  return {
    ...asked,
    ...(filters && { filters }),
    questions: {
      visits: { metrics: visits },
      trend: { metrics: ['session_cnt', 'visit_uv'], by: [grain], fill: true },
      trendBefore: { ...before, metrics: ['session_cnt', 'visit_uv'], by: [grain], fill: true },
      interfaces,
      health: { metrics: health },
      healthBefore: { ...before, metrics: health },
      issues,
      // Message push knows nothing of devices: narrowed to some, it would say nothing.
      ...(!filters && { push: { metrics: push }, pushBefore: { ...before, metrics: push } }),
      ...(comparisons
        ? {
            soFar: { ...comparisons.today, metrics: visits },
            yesterday: { ...comparisons.yesterday, metrics: visits },
            lastWeek: { ...comparisons.lastWeek, metrics: visits },
          }
        : { visitsBefore: { ...before, metrics: visits } }),
    },
  };
}

interface Comparisons {
  today: { from: string; to: string };
  yesterday: { from: string; to: string };
  lastWeek: { from: string; to: string };
}

/** The hours of today that are over, and the same hours of yesterday and a week ago; undefined in the first hour. */
export function hoursSoFar(zone: string, nowMs: number): Comparisons | undefined {
  const now = dayjs(nowMs).tz(zone);
  const [start, end] = [now.startOf('day'), now.startOf('hour')];
  if (end.isSame(start)) return undefined;
  const ago = (days: number) => ({
    from: start.subtract(days, 'day').format(),
    to: end.subtract(days, 'day').format(),
  });
  return { today: ago(0), yesterday: ago(1), lastWeek: ago(7) };
}
