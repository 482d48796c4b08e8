import type { Static, TSchema } from 'typebox';
import type { Endpoint } from '../endpoints.js';
import { abortable } from './abortable.js';
import { type Camel, toCamel, toWire } from './camel-case.js';
import type { Exchange } from './exchange.js';
import { type RetryDeps, withRetries } from './retry.js';
import type { TokenSource } from './token-source.js';
import { WechatApiError } from './wechat-api-error.js';

export interface CallOptions {
  /** Gives up the call: also while it waits for a token or for the next try. */
  signal?: AbortSignal | undefined;
}

/** Fields of requests that the client knows itself. */
type OwnField = 'appid' | 'appsecret' | 'componentAppid' | 'componentSecret';

type Request<Schema extends TSchema> = Omit<Camel<Static<Schema>>, OwnField>;
type Answer<Schema extends TSchema> = Omit<Camel<Static<Schema>>, 'errcode' | 'errmsg'>;

/** A request without required fields may be left out. */
type Args<Fields> =
  Record<never, never> extends Fields
    ? [request?: Fields, options?: CallOptions]
    : [request: Fields, options?: CallOptions];

export type Method<Q extends TSchema, A extends TSchema> = (...args: Args<Request<Q>>) => Promise<Answer<A>>;

/** A method for an endpoint, asked and answered in camel case. The schema of the answer gives its type only. */
export type DefineMethod = <Q extends TSchema, A extends TSchema>(
  endpoint: Endpoint,
  request: Q,
  answer: A,
) => Method<Q, A>;

export interface CallDeps {
  exchange: Exchange;
  tokens: TokenSource;
  own: Partial<Record<OwnField, string>>;
  retry: RetryDeps;
}

/** Codes by which the API says that a token is no longer good. */
const STALE_TOKEN: ReadonlySet<number> = new Set([40001, 40014, 42001]);

export function createDefineMethod({ exchange, tokens, own, retry }: CallDeps): DefineMethod {
  return <Q extends TSchema, A extends TSchema>(endpoint: Endpoint, schema: Q, _answer: A): Method<Q, A> =>
    async (...args) => {
      const [request, { signal } = {}] = args as [request?: object, options?: CallOptions];
      const fields = toWire(schema, { ...request, ...own }) as Record<string, unknown>;
      const answer = await withRetries(retry, createAttempt(endpoint, fields, signal), signal);
      const { errcode: _errcode, errmsg: _errmsg, ...rest } = answer;
      return toCamel(rest) as unknown as Answer<A>;
    };

  /** A refused token is replaced, and the request sent once more; a second refusal goes to the caller. */
  function createAttempt(endpoint: Endpoint, fields: Record<string, unknown>, signal?: AbortSignal) {
    if (endpoint.token === 'none') return () => exchange(endpoint, fields, { signal });
    let wasReplayed = false;
    return async () => {
      const token = await abortable(tokens.get(), signal);
      try {
        return await exchange(endpoint, fields, { token, signal });
      } catch (error) {
        if (wasReplayed || !(error instanceof WechatApiError && STALE_TOKEN.has(error.errcode))) throw error;
        wasReplayed = true;
        const fresh = await abortable(tokens.get(token), signal);
        return exchange(endpoint, fields, { token: fresh, signal });
      }
    };
  }
}
