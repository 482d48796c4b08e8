import { chinaYesterday, dayPeriod, type Period, parseChinaDate } from '@minilens/wechat/china-date';
import { ENDPOINTS } from '@minilens/wechat/endpoints';
import { type VisitTrend, VisitTrendAnswer, VisitTrendRequest } from '@minilens/wechat/visit-trend';
import type { Serve } from './serve.js';
import { WechatError } from './wechat-error.js';

export interface VisitTrendDeps {
  /** The numbers of the metric catalogue for the sessions that start in the period; zeros where there are none. */
  visitTrend(appid: string, period: Period): Promise<VisitTrend>;
}

/** POST /datacube/getweanalysisappiddailyvisittrend: the visits of one day that is over. */
export function serveDailyVisitTrend(serve: Serve, { visitTrend }: VisitTrendDeps): void {
  serve({
    endpoint: ENDPOINTS.getDailyVisitTrend,
    request: VisitTrendRequest,
    answer: VisitTrendAnswer,
    async find(asked, { appid, nowMs }) {
      const trend = await visitTrend(appid, pastDay(asked, nowMs));
      return { list: [{ ref_date: asked.begin_date, ...trend }] };
    },
  });
}

/** The one day asked for. Throws 61500 for what is no date, 61501 for what is no single day before today. */
function pastDay({ begin_date, end_date }: VisitTrendRequest, nowMs: number): Period {
  const begin = parseChinaDate(begin_date);
  const end = parseChinaDate(end_date);
  if (!begin || !end) throw new WechatError(61500);
  const period = dayPeriod(begin);
  const isOneDay = begin_date === end_date;
  const isOver = begin <= chinaYesterday(nowMs);
  const canHaveEvents = period.from >= 0; // device clocks count from 1970
  if (!isOneDay || !isOver || !canHaveEvents) throw new WechatError(61501);
  return period;
}
