import { ENDPOINTS } from '@minilens/wechat/endpoints';
import { type AccessTokenAnswer, TOKEN_LIFE_S } from '@minilens/wechat/token';
import type { FastifyInstance } from 'fastify';
import type { TokenStore } from './access-tokens.js';
import { type CredentialDeps, checkCredentials } from './check-credentials.js';
import { requireMethod } from './gates.js';
import { type Quotas, TOKEN_QUOTAS } from './quotas.js';
import { queryText } from './read-request.js';

export interface AccessTokenDeps extends CredentialDeps {
  tokens: TokenStore;
  quotas: Quotas;
  /** Unit: ms since the Unix epoch. */
  now(): number;
}

/** GET /cgi-bin/token: a new token every time. */
export function serveAccessToken(app: FastifyInstance, deps: AccessTokenDeps): void {
  const { tokens, quotas, now } = deps;
  const endpoint = ENDPOINTS.getAccessToken;
  app.all(endpoint.path, { onRequest: requireMethod(endpoint) }, async (request): Promise<AccessTokenAnswer> => {
    const sent = { appid: queryText(request, 'appid'), secret: queryText(request, 'secret') };
    const { appid } = await checkCredentials(request, deps, sent, queryText(request, 'grant_type'));
    await quotas.spend(appid, endpoint.path, TOKEN_QUOTAS, now());
    return { access_token: await tokens.issue(appid, now()), expires_in: TOKEN_LIFE_S };
  });
}
