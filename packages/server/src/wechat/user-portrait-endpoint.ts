import { ENDPOINTS } from '@minilens/wechat/endpoints';
import { PORTRAIT_SPANS_DAYS, UserPortraitAnswer, UserPortraitRequest } from '@minilens/wechat/user-portrait';
import type { Analysis, DeviceUsers } from './analysis.js';
import { daysUntilYesterday } from './past-period.js';
import type { Serve } from './serve.js';

/** POST /datacube/getweanalysisappiduserportrait: what the users of the last 1, 7 or 30 days had in their hands. */
export function serveUserPortrait(serve: Serve, { portrait }: Analysis): void {
  const readPeriod = daysUntilYesterday(PORTRAIT_SPANS_DAYS);
  serve({
    endpoint: ENDPOINTS.getUserPortrait,
    request: UserPortraitRequest,
    answer: UserPortraitAnswer,
    async find(asked, { appid, nowMs }) {
      const { refDate, ...period } = readPeriod(asked, nowMs);
      const { platforms, models } = await portrait(appid, period);
      const of = (name: 'users' | 'newUsers') => ({
        // Who and where somebody is no device tells us.
        ...{ province: [], city: [], genders: [] },
        platforms: platformItems(platforms, name),
        devices: deviceItems(models, name),
        ages: [],
      });
      return { ref_date: refDate, visit_uv_new: of('newUsers'), visit_uv: of('users') };
    },
  });
}

const UNKNOWN = '未知';
const PLATFORMS = [
  { id: 1, name: 'iPhone', is: (platform: string) => platform === 'ios' },
  { id: 2, name: 'Android', is: (platform: string) => platform === 'android' },
  { id: 3, name: '其他', is: (platform: string) => platform !== 'ios' && platform !== 'android' },
];

/** The most frequent first. */
const deviceItems = (rows: readonly DeviceUsers[], name: 'users' | 'newUsers') =>
  rows
    .map(({ word, [name]: value }) => ({ name: word || UNKNOWN, value }))
    .filter(({ value }) => value > 0)
    .sort((a, b) => b.value - a.value || (a.name < b.name ? -1 : 1));

const platformItems = (rows: readonly DeviceUsers[], name: 'users' | 'newUsers') =>
  PLATFORMS.map(({ is, ...platform }) => ({
    ...platform,
    value: rows.filter(({ word }) => is(word)).reduce((sum, row) => sum + row[name], 0),
  })).filter(({ value }) => value > 0);
