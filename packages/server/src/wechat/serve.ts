import type { Endpoint } from '@minilens/wechat/endpoints';
import type { FastifyInstance } from 'fastify';
import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { late } from '../http/compile-late.js';
import { type Caller, callerOf } from './caller.js';
import { requireMethod, requireToken, type TokenGateDeps } from './gates.js';
import { queryText, readBody } from './read-request.js';
import { createExchange, type SecurityDeps } from './security/exchange.js';

/** Who asks, and when: what the gates found out. */
export interface Call {
  /** The app whose token came with the request: the only one that is answered for. */
  appid: string;
  /** Who asks, where that makes a difference. */
  caller: Caller;
  /** Unit: ms since the Unix epoch. */
  nowMs: number;
  /** A parameter of the query. */
  query(name: string): string | undefined;
}

/** An API that is asked with a token: what it is asked and answers, and how the answer is found. */
export interface Api<Asked extends TSchema, Answer extends TSchema> {
  endpoint: Endpoint;
  /** Of the body; an API without is asked by its query alone. */
  request?: Asked;
  /** Its keys stand in the order the platform writes them. */
  answer: Answer;
  /** Throws `WechatError` for what is well formed but not offered. */
  find(asked: Static<Asked>, call: Call): Promise<Static<Answer>>;
}

export type Serve = <Asked extends TSchema, Answer extends TSchema>(api: Api<Asked, Answer>) => void;

/** Without `security`, no request is taken for a signed one. */
export interface ServeDeps extends TokenGateDeps {
  security?: SecurityDeps;
}

/**
 * How every API that wants a token is served: method, token, signature and encryption, body, and then its own checks,
 * in this order.
 */
export function createServe(app: FastifyInstance, deps: ServeDeps): Serve {
  const exchange = deps.security && createExchange(app, { ...deps.security, now: deps.now });
  return <Asked extends TSchema, Answer extends TSchema>({
    endpoint,
    request: shape,
    answer,
    find,
  }: Api<Asked, Answer>) => {
    const body = shape && late(() => Compile(shape));
    const onRequest = [requireMethod(endpoint), requireToken(deps, endpoint)];
    app.all(
      endpoint.path,
      { onRequest, ...(endpoint.secured && exchange), schema: { response: { 200: answer as TSchema } } },
      async (request): Promise<unknown> => {
        const asked = (body ? readBody<unknown>(request, body()) : {}) as Static<Asked>;
        const query = (name: string) => queryText(request, name);
        const caller = callerOf(request);
        return find(asked, { appid: caller.appid, caller, nowMs: deps.now(), query });
      },
    );
  };
}
