import type { QuestionsBody } from '@minilens/wire/questions';

const DAY_MS = 86_400_000;

/** A moment's day in China. @param at Unix ms */
export const chinaDay = (at: number) => new Date(at + 8 * 3_600_000).toISOString().slice(0, 10);

/** All that an overview asks in one request: the last day beside the ones before. `endAt`: end of the history, Unix ms. */
export function overviewQuestions(endAt: number): QuestionsBody {
  const day = (ago: number) => ({ from: chinaDay(endAt - ago * DAY_MS), to: chinaDay(endAt - ago * DAY_MS) });
  const visits = { metrics: ['session_cnt', 'visit_uv', 'visit_uv_new', 'visit_pv'] };
  return {
    ...day(0),
    questions: {
      visits,
      visitsYesterday: { ...day(1), ...visits },
      visitsByHour: { metrics: ['session_cnt'], by: ['hour'], fill: true },
      visitsByHourYesterday: { ...day(1), metrics: ['session_cnt'], by: ['hour'], fill: true },
      visitsByHourLastWeek: { ...day(7), metrics: ['session_cnt'], by: ['hour'], fill: true },
      keyInterfaces: {
        metrics: ['calls', 'errors', 'successRate', 'affectedUsers', 'durationP95Ms'],
        by: ['name'],
        filters: { name: ['requestPayment', 'scanCode', 'login'] },
      },
      requests: { metrics: ['requests', 'requestSuccessRate', 'requestDurationP95Ms', 'requestAffectedUsers'] },
      slowest: {
        metrics: ['requests', 'requestSuccessRate', 'requestDurationP95Ms'],
        by: ['host', 'path'],
        sort: { by: 'requestDurationP95Ms', order: 'desc' },
        limit: 5,
      },
      launches: { metrics: ['openrate', 'appLaunch', 'appLaunchP95Ms', 'memorywarningrate'] },
      errors: { metrics: ['jsErrors', 'errorUsers', 'crashFreeRate'] },
      issues: {
        metrics: ['jsErrors', 'errorUsers'],
        by: ['issue', 'error', 'message'],
        sort: { by: 'jsErrors', order: 'desc' },
        limit: 5,
      },
      pushes: { metrics: ['callback_count', 'fail_count', 'deliveryP95Ms'] },
    },
  };
}

const week = (endAt: number) => ({ from: chinaDay(endAt - 6 * DAY_MS), to: chinaDay(endAt) });

/** A week of one platform: visits are told by rollups, new users and calls are not. */
export const platformWeek = (endAt: number): QuestionsBody => ({
  ...week(endAt),
  filters: { platform: ['ios'] },
  questions: {
    visits: { metrics: ['session_cnt', 'visit_pv', 'visit_uv', 'visit_uv_new'] },
    calls: { metrics: ['calls', 'successRate'] },
  },
});

/** A week of one version of WeChat, which no rollup tells of visits. */
export const wechatWeek = (endAt: number): QuestionsBody => ({
  ...week(endAt),
  filters: { wechat: ['8.0.49'] },
  questions: { visits: { metrics: ['session_cnt', 'visit_pv', 'visit_uv', 'stay_time_uv'] } },
});

/** A week's errors by their issue. */
export const issuesWeek = (endAt: number): QuestionsBody => ({
  ...week(endAt),
  questions: { issues: { metrics: ['jsErrors'], by: ['issue'], sort: { by: 'jsErrors', order: 'desc' }, limit: 1 } },
});

/** A week of one issue on one platform, which rollups of errors do not tell. */
export const issueWeek = (endAt: number, issue: string): QuestionsBody => ({
  ...week(endAt),
  filters: { platform: ['ios'] },
  questions: { errors: { metrics: ['jsErrors', 'errorUsers'], filters: { issue: [issue] } } },
});
