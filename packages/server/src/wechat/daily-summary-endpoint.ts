import { DailySummaryAnswer, DailySummaryRequest } from '@minilens/wechat/daily-summary';
import { ENDPOINTS } from '@minilens/wechat/endpoints';
import type { Analysis } from './analysis.js';
import { pastDay } from './past-period.js';
import type { Serve } from './serve.js';

/** POST /datacube/getweanalysisappiddailysummarytrend: users so far, and shares of one day that is over. */
export function serveDailySummary(serve: Serve, { dailySummary }: Analysis): void {
  serve({
    endpoint: ENDPOINTS.getDailySummary,
    request: DailySummaryRequest,
    answer: DailySummaryAnswer,
    async find(asked, { appid, nowMs }) {
      const { refDate, ...day } = pastDay(asked, nowMs);
      return { list: [{ ref_date: refDate, ...(await dailySummary(appid, day)) }] };
    },
  });
}
