import { promisify } from 'node:util';
import { ENDPOINTS, PLATFORM_ORIGIN } from '@minilens/wechat/endpoints';
import CoWechatApi from 'co-wechat-api';
import { postJSON as coPostJson } from 'co-wechat-api/lib/util.js';
import WechatApi from 'wechat-api';
import { make, postJSON, wrapper } from 'wechat-api/lib/util.js';

/**
 * Two SDKs as people have them, pointed at a server of ours. Neither knows the visit trend, so each gets the method in
 * the way its own datacube methods are written; tokens, requests and retries are the SDK's.
 */
export interface WechatClient {
  /** Dates as `yyyyMMdd`. Rejects with the SDK's `WeChatAPIError`, whose `code` is the errcode. */
  getDailyVisitTrend(begin: string, end: string): Promise<unknown>;
  /** One of the SDK's own datacube methods. */
  getUserSummary(begin: string, end: string): Promise<unknown>;
}

export interface Credentials {
  appid: string;
  secret: string;
}

const TREND_PATH = ENDPOINTS.getDailyVisitTrend.path;

/** npm `wechat-api`. `baseUrl` without a slash at the end. */
export function createWechatApi(baseUrl: string, { appid, secret }: Credentials): WechatClient {
  const api = new WechatApi(appid, secret) as WechatApi & typeof visitTrend;
  api.endpoint = baseUrl;
  return {
    getDailyVisitTrend: promisify(api.getDailyVisitTrend.bind(api)),
    getUserSummary: promisify(api.getUserSummary.bind(api)),
  };
}

const visitTrend = {} as { getDailyVisitTrend(...args: WechatApi.Period): void };
make(visitTrend, 'getDailyVisitTrend', function (begin, end, callback) {
  const url = `${this.endpoint}${TREND_PATH}?access_token=${this.token.accessToken}`;
  this.request(url, postJSON({ begin_date: begin, end_date: end }), wrapper(callback));
});
WechatApi.mixin(visitTrend);

/** npm `co-wechat-api`. `baseUrl` without a slash at the end. */
export function createCoWechatApi(baseUrl: string, { appid, secret }: Credentials): WechatClient {
  const api = new CoWechatApi(appid, secret);
  api.prefix = `${baseUrl}/cgi-bin/`;
  const request = api.request.bind(api);
  // The host of everything but tokens is written into the SDK.
  api.request = (url, ...rest) => request(url.replace(PLATFORM_ORIGIN, baseUrl), ...rest);
  return {
    async getDailyVisitTrend(begin, end) {
      const { accessToken } = await api.ensureAccessToken();
      const url = `${PLATFORM_ORIGIN}${TREND_PATH}?access_token=${accessToken}`;
      return api.request(url, coPostJson({ begin_date: begin, end_date: end }));
    },
    getUserSummary: (begin, end) => api.getUserSummary(begin, end),
  };
}
