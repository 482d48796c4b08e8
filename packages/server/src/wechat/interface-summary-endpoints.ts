import { inChina } from '@minilens/wechat/china-date';
import { ENDPOINTS } from '@minilens/wechat/endpoints';
import {
  INTERFACE_SUMMARY_MAX_DAYS,
  InterfaceSummaryAnswer,
  InterfaceSummaryHourAnswer,
  InterfaceSummaryRequest,
} from '@minilens/wechat/interface-summary';
import type { Analysis } from './analysis.js';
import { dashedDay } from './china-day.js';
import { pastDashedDays } from './past-period.js';
import type { Serve } from './serve.js';

/** POST /datacube/getinterfacesummary and …hour: how the deliveries of pushed messages went. Times without any are absent. */
export function serveInterfaceSummaries(serve: Serve, { deliveries }: Analysis): void {
  const request = InterfaceSummaryRequest;
  const fewDays = pastDashedDays(INTERFACE_SUMMARY_MAX_DAYS);
  const oneDay = pastDashedDays(1);
  serve({
    endpoint: ENDPOINTS.getInterfaceSummary,
    request,
    answer: InterfaceSummaryAnswer,
    async find(asked, { appid, nowMs }) {
      const rows = await deliveries(appid, fewDays(asked, nowMs), 'day');
      return { list: rows.map(({ at, ...numbers }) => ({ ref_date: dashedDay(at), ...numbers })) };
    },
  });
  serve({
    endpoint: ENDPOINTS.getInterfaceSummaryHour,
    request,
    answer: InterfaceSummaryHourAnswer,
    async find(asked, { appid, nowMs }) {
      const rows = await deliveries(appid, oneDay(asked, nowMs), 'hour');
      return {
        list: rows.map(({ at, ...numbers }) => ({
          ref_date: dashedDay(at),
          ref_hour: inChina(at).hour * 100,
          ...numbers,
        })),
      };
    },
  });
}
