import type { Endpoint } from '@minilens/wechat/endpoints';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { TokenStore } from './access-tokens.js';
import { queryText } from './read-request.js';
import { WechatError } from './wechat-error.js';

type Gate = (request: FastifyRequest) => Promise<void>;

/** Where a request keeps the app its token belongs to. */
const APPID = 'wechatAppid';

/** Refuses any method but the endpoint's. Throws 43001, 43002. */
export const requireMethod =
  ({ method }: Endpoint): Gate =>
  async (request) => {
    if (request.method !== method) throw new WechatError(method === 'GET' ? 43001 : 43002);
  };

/** Lets a request pass with a valid token in its query, before its body is read. Throws 41001, 40001, 42001. */
export function requireToken(app: FastifyInstance, deps: { tokens: TokenStore; now(): number }): Gate {
  app.decorateRequest(APPID, '');
  return async (request) => {
    const token = queryText(request, 'access_token');
    if (token === undefined) throw new WechatError(41001);
    const found = await deps.tokens.find(token, deps.now());
    if (found === 'invalid') throw new WechatError(40001);
    if (found === 'expired') throw new WechatError(42001);
    request.setDecorator(APPID, found.appid);
  };
}

/** The app whose token opened the gate. */
export const appidOf = (request: FastifyRequest) => request.getDecorator<string>(APPID);
