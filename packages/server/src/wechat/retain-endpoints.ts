import { ENDPOINTS } from '@minilens/wechat/endpoints';
import { RETAIN_KEYS, RetainAnswer, RetainRequest } from '@minilens/wechat/retain';
import type { Analysis } from './analysis.js';
import { pastDay, pastMonth, pastWeek } from './past-period.js';
import { retainPeriods } from './retain-periods.js';
import type { Serve } from './serve.js';

/**
 * POST /datacube/getweanalysisappid{daily,weekly,monthly}retaininfo: the users of one day, week or month, and how many of
 * them came again later. A key whose period is not over yet is absent.
 */
export function serveRetains(serve: Serve, { retention }: Analysis): void {
  for (const [endpoint, readPeriod, unit] of [
    [ENDPOINTS.getDailyRetain, pastDay, 'daily'],
    [ENDPOINTS.getWeeklyRetain, pastWeek, 'weekly'],
    [ENDPOINTS.getMonthlyRetain, pastMonth, 'monthly'],
  ] as const)
    serve({
      endpoint,
      request: RetainRequest,
      answer: RetainAnswer,
      async find(asked, { appid, nowMs }) {
        const { refDate, from } = readPeriod(asked, nowMs);
        const periods = retainPeriods(unit, from, nowMs);
        const retained = await retention(appid, unit, periods);
        const values = (name: 'visit_uv' | 'visit_uv_new') =>
          retained.map((counts, index) => ({ key: RETAIN_KEYS[unit][index] as number, value: counts[name] }));
        return { ref_date: refDate, visit_uv_new: values('visit_uv_new'), visit_uv: values('visit_uv') };
      },
    });
}
