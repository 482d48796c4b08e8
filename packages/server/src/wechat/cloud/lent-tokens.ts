import { randomBytes } from 'node:crypto';
import type { TokenStore } from '../access-tokens.js';

/** Tokens with which this process asks its own APIs on behalf of a caller that it knows by other means. */
export interface LentTokens {
  /** Lends a token of the app for the time of one call. No other token of the app is touched. */
  lend<T>(appid: string, call: (token: string) => Promise<T>): Promise<T>;
  isLent(token: string | undefined): boolean;
  /** The store, which knows the lent ones too. */
  tokens: TokenStore;
}

export function createLentTokens(store: TokenStore): LentTokens {
  const lent = new Map<string, string>();
  return {
    lend: async (appid, call) => {
      const token = `lent_${randomBytes(32).toString('base64url')}`;
      lent.set(token, appid);
      try {
        return await call(token);
      } finally {
        lent.delete(token);
      }
    },
    isLent: (token) => token !== undefined && lent.has(token),
    tokens: {
      ...store,
      find: async (token, nowMs) => {
        const appid = lent.get(token);
        return appid === undefined ? store.find(token, nowMs) : { appid };
      },
    },
  };
}
