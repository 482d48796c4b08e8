import { randomBytes } from 'node:crypto';
import type { Db } from '../../db/connect.js';
import type { TokenStore } from '../access-tokens.js';
import { readCaller } from '../caller.js';

/** Tokens with which this process asks its own APIs on behalf of a caller that it knows by other means. */
export interface LentTokens {
  /** Lends a token of the app for the time of one call. No other token of the app is touched. */
  lend<T>(appid: string, call: (token: string) => Promise<T>): Promise<T>;
  isLent(token: string | undefined): boolean;
  /** The store, which knows the lent ones too. */
  tokens: TokenStore;
}

export function createLentTokens(db: Db, store: TokenStore): LentTokens {
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
        if (appid === undefined) return store.find(token, nowMs);
        const row = await db
          .selectFrom('apps')
          .select(['appid', 'addresses', 'permissions', 'daily_quota', 'minute_quota'])
          .where('appid', '=', appid)
          .executeTakeFirst();
        return row ? readCaller({ ...row, ...OWN }) : 'invalid';
      },
    },
  };
}

/** The app itself asks, and no third-party platform. */
const OWN = { kind: 'account', component: null, component_addresses: null, granted: null, security: null } as const;
