import { ENDPOINTS } from '@minilens/wechat/endpoints';
import { type AccessTokenAnswer, APPID_PATTERN, GRANT_TYPE, TOKEN_LIFE_S } from '@minilens/wechat/token';
import type { FastifyInstance } from 'fastify';
import type { TokenStore } from './access-tokens.js';
import { requireMethod } from './gates.js';
import { queryText } from './read-request.js';
import { WechatError } from './wechat-error.js';

export interface AccessTokenDeps {
  /** Whether the secret belongs to the app. Asked with an empty secret when none was sent. */
  verifySecret(appid: string, secret: string): Promise<'ok' | 'unknown_app' | 'wrong_secret'>;
  tokens: TokenStore;
  /** Unit: ms since the Unix epoch. */
  now(): number;
}

/** GET /cgi-bin/token: a new token every time. The platform looks at the AppID before anything else, so we do. */
export function serveAccessToken(app: FastifyInstance, { verifySecret, tokens, now }: AccessTokenDeps): void {
  const endpoint = ENDPOINTS.getAccessToken;
  app.all(endpoint.path, { onRequest: requireMethod(endpoint) }, async (request): Promise<AccessTokenAnswer> => {
    const appid = queryText(request, 'appid');
    const secret = queryText(request, 'secret') ?? '';
    if (appid === undefined) throw new WechatError(41002);
    if (!APPID_PATTERN.test(appid)) throw new WechatError(40013);
    const verdict = await verifySecret(appid, secret);
    if (verdict === 'unknown_app') throw new WechatError(40013);
    if (queryText(request, 'grant_type') !== GRANT_TYPE) throw new WechatError(40002);
    if (secret === '') throw new WechatError(41004);
    if (verdict !== 'ok') throw new WechatError(40125);
    return { access_token: await tokens.issue(appid, now()), expires_in: TOKEN_LIFE_S };
  });
}
