import { ENDPOINTS } from '../endpoints.js';
import { ClearQuotaByAppSecretRequest } from '../quota.js';
import { SuccessAnswer } from '../success.js';
import { GRANT_TYPE } from '../token.js';
import { accountApis } from './account-apis.js';
import { createDefineMethod } from './call.js';
import { type ConnectionOptions, connect } from './connection.js';
import { createExchange } from './exchange.js';
import type { Sealer } from './sealer.js';
import { createTokenSource, keptToken } from './token-source.js';

export interface WechatOptions extends ConnectionOptions {
  appid: string;
  secret: string;
  /** Fetch tokens from `/cgi-bin/token`, where each new one ends the one before, instead of stable ones. */
  classic?: boolean;
  /** For an account that has signature and encryption switched on. */
  security?: Sealer;
}

export type Wechat = ReturnType<typeof createWechat>;

/** The WeChat server APIs for one's own account. */
export function createWechat({ appid, secret, classic = false, security, ...options }: WechatOptions) {
  const connection = connect(options);
  const exchange = createExchange(connection, appid, security);

  const tokens = createTokenSource({
    ...connection,
    key: `${connection.baseUrl} ${appid}${classic ? ' classic' : ''}`,
    async fetchToken(isForced) {
      const endpoint = classic ? ENDPOINTS.getAccessToken : ENDPOINTS.getStableAccessToken;
      const force = isForced && !classic && { force_refresh: true };
      const { access_token, expires_in } = await exchange(endpoint, {
        grant_type: GRANT_TYPE,
        appid,
        secret,
        ...force,
      });
      return keptToken(endpoint, access_token, expires_in, connection.now());
    },
  });

  const own = { appid, appsecret: secret };
  const define = createDefineMethod({ exchange, tokens, own, retry: connection });
  const { quota, ...apis } = accountApis(define);
  return {
    ...apis,
    /** The access token, for requests this client has no method for. */
    tokens,
    quota: {
      ...quota,
      /** The same as clearQuota, where no token can be had any more. */
      clearQuotaByAppSecret: define(ENDPOINTS.clearQuotaByAppSecret, ClearQuotaByAppSecretRequest, SuccessAnswer),
    },
    /** Makes a method for an endpoint this client has none for. */
    define,
  };
}
