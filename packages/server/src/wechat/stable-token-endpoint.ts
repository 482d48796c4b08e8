import { ENDPOINTS } from '@minilens/wechat/endpoints';
import type { AccessTokenAnswer } from '@minilens/wechat/token';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { AccessTokenDeps } from './access-token-endpoint.js';
import { checkCredentials } from './check-credentials.js';
import { requireMethod } from './gates.js';
import { STABLE_TOKEN_QUOTAS } from './quotas.js';
import { readBody } from './read-request.js';
import { WechatError } from './wechat-error.js';

/** Anything may be missing: each has an error of its own, and they have an order. */
const Asked = Compile(
  Type.Object({
    grant_type: Type.Optional(Type.String()),
    appid: Type.Optional(Type.String()),
    secret: Type.Optional(Type.String()),
    force_refresh: Type.Optional(Type.Boolean()),
  }),
);

/** POST /cgi-bin/stable_token: the same token until its last five minutes, or a new one by force. */
export function serveStableToken(app: FastifyInstance, deps: AccessTokenDeps): void {
  const { tokens, quotas, now } = deps;
  const endpoint = ENDPOINTS.getStableAccessToken;
  app.all(endpoint.path, { onRequest: requireMethod(endpoint) }, async (request): Promise<AccessTokenAnswer> => {
    const { grant_type, force_refresh = false, ...sent } = readBody(request, Asked);
    const { appid, secret } = await checkCredentials(request, deps, sent, grant_type);
    await quotas.spend(appid, endpoint.path, STABLE_TOKEN_QUOTAS, now());
    const stable = await tokens.stable(appid, secret, force_refresh, now());
    if (stable === 'limit') throw new WechatError(45009);
    return { access_token: stable.token, expires_in: stable.expiresInS };
  });
}
