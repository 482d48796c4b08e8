/** The parts of the two SDKs that the tests use; they bring no types of their own. */

declare module 'wechat-api' {
  namespace WechatApi {
    type Callback<T = unknown> = (error: (Error & { code?: number }) | null, data: T) => void;
    type Period = [begin: string, end: string, callback: Callback];
  }
  class WechatApi {
    constructor(appid: string, secret: string);
    /** Scheme and host of everything it calls. */
    endpoint: string;
    token: { accessToken: string };
    request(url: string, options: object, callback: WechatApi.Callback): void;
    getUserSummary(...args: WechatApi.Period): void;
    getInterfaceSummary(...args: WechatApi.Period): void;
    getInterfaceSummaryHour(...args: WechatApi.Period): void;
    static mixin(methods: object): void;
  }
  export = WechatApi;
}

declare module 'wechat-api/lib/util.js' {
  import type WechatApi from 'wechat-api';

  // biome-ignore lint/suspicious/noExplicitAny: whatever the method takes
  type Method = (this: WechatApi, ...args: any[]) => void;
  /** Adds `name`, which fetches a token first, and `_name`, which is `method` itself. */
  export function make(methods: object, name: string, method: Method): void;
  export function postJSON(body: object): object;
  export function wrapper(callback: WechatApi.Callback): WechatApi.Callback;
}

declare module 'co-wechat-api' {
  export default class CoWechatApi {
    constructor(appid: string, secret: string);
    /** Where it fetches tokens. */
    prefix: string;
    request(url: string, options?: object, retries?: number): Promise<unknown>;
    ensureAccessToken(): Promise<{ accessToken: string }>;
    getUserSummary(begin: string, end: string): Promise<unknown>;
    getInterfaceSummary(begin: string, end: string): Promise<unknown>;
    getInterfaceSummaryHour(begin: string, end: string): Promise<unknown>;
  }
}

declare module 'co-wechat-api/lib/util.js' {
  export function postJSON(body: object): object;
}
