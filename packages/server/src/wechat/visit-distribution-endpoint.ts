import { ENDPOINTS } from '@minilens/wechat/endpoints';
import { sceneChannel } from '@minilens/wechat/scene-channels';
import { DEPTH_BUCKETS, STAY_BUCKETS } from '@minilens/wechat/visit-buckets';
import { VisitDistributionAnswer, VisitDistributionRequest } from '@minilens/wechat/visit-distribution';
import type { Analysis } from './analysis.js';
import { pastDay } from './past-period.js';
import type { Serve } from './serve.js';

/** POST /datacube/getweanalysisappidvisitdistribution: the sessions of one day that is over, by source, stay and depth. */
export function serveVisitDistribution(serve: Serve, { distribution }: Analysis): void {
  serve({
    endpoint: ENDPOINTS.getVisitDistribution,
    request: VisitDistributionRequest,
    answer: VisitDistributionAnswer,
    async find(asked, { appid, nowMs }): Promise<VisitDistributionAnswer> {
      const { refDate, ...day } = pastDay(asked, nowMs);
      const { scenes, lengths } = await distribution(appid, day);
      const ofPages = lengths.filter(({ depth }) => depth > 0);
      return {
        ref_date: refDate,
        list: [
          { index: 'access_source_session_cnt', item_list: addUp(scenes, ({ scene }) => sceneChannel(scene)) },
          { index: 'access_staytime_info', item_list: addUp(lengths, ({ staySeconds }) => stayKey(staySeconds)) },
          { index: 'access_depth_info', item_list: addUp(ofPages, ({ depth }) => depthKey(depth)) },
        ],
      };
    },
  });
}

const stayKey = (seconds: number) => STAY_BUCKETS.find(({ maxS }) => seconds <= maxS)?.key ?? 0;
const depthKey = (pages: number) => DEPTH_BUCKETS.find(({ maxPages }) => pages <= maxPages)?.key ?? 0;

/** Keys that have any, the highest first, as the platform writes them. */
function addUp<Row extends { sessions: number }>(rows: readonly Row[], keyOf: (row: Row) => number) {
  const sums = new Map<number, number>();
  for (const row of rows) sums.set(keyOf(row), (sums.get(keyOf(row)) ?? 0) + row.sessions);
  return [...sums].map(([key, value]) => ({ key, value })).sort((a, b) => b.key - a.key);
}
