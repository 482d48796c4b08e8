import { promisify } from 'node:util';
import { ENDPOINTS, type Endpoint, PLATFORM_ORIGIN } from '@minilens/wechat/endpoints';
import CoWechatApi from 'co-wechat-api';
import { postJSON as coPostJson } from 'co-wechat-api/lib/util.js';
import WechatApi from 'wechat-api';
import { make, postJSON, wrapper } from 'wechat-api/lib/util.js';

/**
 * Two SDKs as people have them, pointed at a server of ours. What they have no method for is asked in the way their own
 * methods are written; tokens, requests and retries are the SDK's. All reject with the SDK's `WeChatAPIError`, whose
 * `code` is the errcode.
 */
export interface WechatClient {
  /** An API by its fields; one that is asked by GET has none. */
  ask(endpoint: Endpoint, fields?: object): Promise<unknown>;
  /** Dates as `yyyyMMdd`. */
  getDailyVisitTrend(begin: string, end: string): Promise<unknown>;
  /** The SDK's own datacube methods, with dates as `yyyy-MM-dd`. */
  getUserSummary(begin: string, end: string): Promise<unknown>;
  getInterfaceSummary(begin: string, end: string): Promise<unknown>;
  getInterfaceSummaryHour(begin: string, end: string): Promise<unknown>;
}

export interface Credentials {
  appid: string;
  secret: string;
}

const trendBy =
  (ask: WechatClient['ask']): WechatClient['getDailyVisitTrend'] =>
  (begin_date, end_date) =>
    ask(ENDPOINTS.getDailyVisitTrend, { begin_date, end_date });

/** npm `wechat-api`. `baseUrl` without a slash at the end. */
export function createWechatApi(baseUrl: string, { appid, secret }: Credentials): WechatClient {
  const api = new WechatApi(appid, secret) as WechatApi & typeof any;
  api.endpoint = baseUrl;
  const ask = promisify(api.ask.bind(api));
  return {
    ask: (endpoint, fields) => ask(endpoint, fields),
    getDailyVisitTrend: trendBy(ask),
    getUserSummary: promisify(api.getUserSummary.bind(api)),
    getInterfaceSummary: promisify(api.getInterfaceSummary.bind(api)),
    getInterfaceSummaryHour: promisify(api.getInterfaceSummaryHour.bind(api)),
  };
}

const any = {} as { ask(endpoint: Endpoint, fields: object | undefined, callback: WechatApi.Callback): void };
make(any, 'ask', function ({ method, path }: Endpoint, fields: object, callback: WechatApi.Callback) {
  const url = `${this.endpoint}${path}?access_token=${this.token.accessToken}`;
  this.request(url, method === 'GET' ? { dataType: 'json' } : postJSON(fields), wrapper(callback));
});
WechatApi.mixin(any);

/** npm `co-wechat-api`. `baseUrl` without a slash at the end. */
export function createCoWechatApi(baseUrl: string, { appid, secret }: Credentials): WechatClient {
  const api = new CoWechatApi(appid, secret);
  api.prefix = `${baseUrl}/cgi-bin/`;
  const request = api.request.bind(api);
  // The host of everything but tokens is written into the SDK.
  api.request = (url, ...rest) => request(url.replace(PLATFORM_ORIGIN, baseUrl), ...rest);
  const ask: WechatClient['ask'] = async ({ method, path }, fields = {}) => {
    const { accessToken } = await api.ensureAccessToken();
    const url = `${PLATFORM_ORIGIN}${path}?access_token=${accessToken}`;
    return api.request(url, method === 'GET' ? { dataType: 'json' } : coPostJson(fields));
  };
  return {
    ask,
    getDailyVisitTrend: trendBy(ask),
    getUserSummary: (begin, end) => api.getUserSummary(begin, end),
    getInterfaceSummary: (begin, end) => api.getInterfaceSummary(begin, end),
    getInterfaceSummaryHour: (begin, end) => api.getInterfaceSummaryHour(begin, end),
  };
}
