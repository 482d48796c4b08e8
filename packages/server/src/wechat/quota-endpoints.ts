import { ENDPOINTS, type Endpoint } from '@minilens/wechat/endpoints';
import {
  ApiQuotaAnswer,
  ApiQuotaRequest,
  ClearQuotaRequest,
  IpListAnswer,
  RID_KEPT_DAYS,
  RidInfoAnswer,
  RidInfoRequest,
} from '@minilens/wechat/quota';
import { SuccessAnswer } from '@minilens/wechat/success';
import { GRANT_TYPE } from '@minilens/wechat/token';
import type { FastifyInstance } from 'fastify';
import type { Caller } from './caller.js';
import { type CredentialDeps, checkCredentials } from './check-credentials.js';
import type { FailedCalls } from './failed-calls.js';
import { lackOf, requireMethod } from './gates.js';
import { type Quotas, STABLE_TOKEN_QUOTAS, TOKEN_QUOTAS } from './quotas.js';
import { queryText } from './read-request.js';
import type { Serve } from './serve.js';
import { WechatError } from './wechat-error.js';

export interface QuotaDeps extends CredentialDeps {
  quotas: Quotas;
  failedCalls: FailedCalls;
  /** Addresses of this machine. */
  addresses(): string[];
  /** Unit: ms since the Unix epoch. */
  now(): number;
}

const OK = { errcode: 0, errmsg: 'ok' } as const;

const DAY_MS = 86_400_000;

/** How far the clocks of two processes may be apart. Unit: ms. */
const CLOCKS_MS = 60_000;

const RID = /^([0-9a-f]{8})-[0-9a-f]{8}-[0-9a-f]{8}$/;

const byPath = new Map<string, Endpoint>(Object.values(ENDPOINTS).map((endpoint) => [endpoint.path, endpoint]));

/** What an app may ask about its own calls: how many are left, why one failed, and from where they are served. */
export function serveQuotas(app: FastifyInstance, serve: Serve, deps: QuotaDeps): void {
  const { quotas, failedCalls, addresses, now } = deps;

  serve({
    endpoint: ENDPOINTS.clearQuota,
    request: ClearQuotaRequest,
    answer: SuccessAnswer,
    async find(asked, { appid, nowMs }) {
      if (asked.appid !== appid) throw new WechatError(40013);
      await quotas.clear(appid, nowMs);
      return OK;
    },
  });

  const byAppSecret = ENDPOINTS.clearQuotaByAppSecret;
  app.all(byAppSecret.path, { onRequest: requireMethod(byAppSecret) }, async (request): Promise<SuccessAnswer> => {
    const sent = { appid: queryText(request, 'appid'), secret: queryText(request, 'appsecret') };
    const { appid } = await checkCredentials(request, deps, sent, GRANT_TYPE);
    await quotas.clear(appid, now());
    return OK;
  });

  serve({
    endpoint: ENDPOINTS.getApiQuota,
    request: ApiQuotaRequest,
    answer: ApiQuotaAnswer,
    async find({ cgi_path }, { appid, caller, nowMs }) {
      const endpoint = byPath.get(cgi_path);
      if (endpoint === undefined) throw new WechatError(76021);
      if (endpoint.token === 'component' || lackOf(caller, endpoint) !== undefined) throw new WechatError(76022);
      const daily_limit = dailyLimit(endpoint, caller);
      const used = await quotas.used(appid, cgi_path, nowMs);
      return { ...OK, quota: { daily_limit, used, remain: Math.max(0, daily_limit - used) } };
    },
  });

  serve({
    endpoint: ENDPOINTS.getRidInfo,
    request: RidInfoRequest,
    answer: RidInfoAnswer,
    async find({ rid }, { appid, nowMs }) {
      const seconds = RID.exec(rid)?.[1];
      if (seconds === undefined) throw new WechatError(76002);
      const ageMs = nowMs - Number.parseInt(seconds, 16) * 1000;
      if (ageMs < -CLOCKS_MS || ageMs > RID_KEPT_DAYS * DAY_MS) throw new WechatError(76004);
      const call = await failedCalls.find(rid);
      if (call === undefined) throw new WechatError(76001);
      if (call.appid !== appid) throw new WechatError(76003);
      return {
        ...OK,
        request: {
          invoke_time: Math.floor(call.atMs / 1000),
          cost_in_ms: call.costMs,
          request_url: call.url,
          request_body: call.requestBody,
          response_body: call.responseBody,
          client_ip: call.clientIp,
        },
      };
    },
  });

  for (const endpoint of [ENDPOINTS.getApiDomainIp, ENDPOINTS.getCallbackIp])
    serve({ endpoint, answer: IpListAnswer, find: async () => ({ ip_list: addresses() }) });
}

function dailyLimit({ path }: Endpoint, { limits }: Caller): number {
  if (path === ENDPOINTS.getAccessToken.path) return TOKEN_QUOTAS.daily;
  return path === ENDPOINTS.getStableAccessToken.path ? STABLE_TOKEN_QUOTAS.daily : limits.daily;
}
