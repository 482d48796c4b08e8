import { ENDPOINTS } from '@minilens/wechat/endpoints';
import { VisitTrendAnswer, VisitTrendRequest } from '@minilens/wechat/visit-trend';
import type { Analysis } from './analysis.js';
import { pastDay, pastMonth, pastWeek } from './past-period.js';
import type { Serve } from './serve.js';

/** POST /datacube/getweanalysisappid{daily,weekly,monthly}visittrend: the visits of one day, week or month that is over. */
export function serveVisitTrends(serve: Serve, { visitTrend }: Analysis): void {
  for (const [endpoint, readPeriod] of [
    [ENDPOINTS.getDailyVisitTrend, pastDay],
    [ENDPOINTS.getWeeklyVisitTrend, pastWeek],
    [ENDPOINTS.getMonthlyVisitTrend, pastMonth],
  ] as const)
    serve({
      endpoint,
      request: VisitTrendRequest,
      answer: VisitTrendAnswer,
      async find(asked, { appid, nowMs }) {
        const { refDate, ...period } = readPeriod(asked, nowMs);
        return { list: [{ ref_date: refDate, ...(await visitTrend(appid, period)) }] };
      },
    });
}
