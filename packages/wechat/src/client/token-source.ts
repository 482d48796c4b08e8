import type { Endpoint } from '../endpoints.js';
import type { KeptToken, TokenCache } from './token-cache.js';
import { WechatNetworkError } from './wechat-network-error.js';

/**
 * A token with less life left is replaced. Unit: ms. Shorter than the five minutes before whose end the platform gives
 * out the same stable token again.
 */
const MARGIN_MS = 200_000;

export interface TokenSource {
  /** A token to use now. `refused` is one that the API did not take: it is replaced, unless somebody did so already. */
  get(refused?: string): Promise<string>;
}

export interface TokenSourceDeps {
  cache: TokenCache;
  /** What the token is kept under. */
  key: string;
  /** `isForced` where the same token came again although it was refused. */
  fetchToken(isForced: boolean): Promise<KeptToken>;
  /** Unit: ms since the Unix epoch. */
  now(): number;
}

/** One request for a token at a time, whoever needs it: within a process here, between processes by the cache. */
export function createTokenSource({ cache, key, fetchToken, now }: TokenSourceDeps): TokenSource {
  let inFlight: Promise<KeptToken> | undefined;

  const isGood = (kept: KeptToken | undefined, refused?: string): kept is KeptToken =>
    kept !== undefined && kept.token !== refused && now() < (kept.expiresAtMs ?? Infinity) - MARGIN_MS;

  const replace = (refused?: string) =>
    cache.update(key, async (kept) => {
      if (isGood(kept, refused)) return kept;
      const fetched = await fetchToken(false);
      return fetched.token === refused ? fetchToken(true) : fetched;
    });

  return {
    async get(refused) {
      const kept = await cache.get(key);
      if (isGood(kept, refused)) return kept.token;
      inFlight ??= replace(refused).finally(() => {
        inFlight = undefined;
      });
      return (await inFlight).token;
    },
  };
}

/** What to keep of an answer of `endpoint` that should hold a token. */
export function keptToken(endpoint: Endpoint, token: unknown, expiresInS: unknown, nowMs: number): KeptToken {
  if (typeof token !== 'string' || typeof expiresInS !== 'number') throw new WechatNetworkError(endpoint, 'unreadable');
  return { token, expiresAtMs: nowMs + expiresInS * 1000 };
}
