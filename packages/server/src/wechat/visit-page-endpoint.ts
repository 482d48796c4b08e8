import { ENDPOINTS } from '@minilens/wechat/endpoints';
import { VisitPageAnswer, VisitPageRequest } from '@minilens/wechat/visit-page';
import type { Analysis } from './analysis.js';
import { pastDay } from './past-period.js';
import type { Serve } from './serve.js';

/** POST /datacube/getweanalysisappidvisitpage: the pages of one day that is over, most viewed first. */
export function serveVisitPages(serve: Serve, { visitPages }: Analysis): void {
  serve({
    endpoint: ENDPOINTS.getVisitPage,
    request: VisitPageRequest,
    answer: VisitPageAnswer,
    async find(asked, { appid, nowMs }) {
      const { refDate, ...day } = pastDay(asked, nowMs);
      return { ref_date: refDate, list: await visitPages(appid, day) };
    },
  });
}
