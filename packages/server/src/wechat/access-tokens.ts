import { randomBytes } from 'node:crypto';
import { TOKEN_LIFE_S, TOKEN_OVERLAP_S } from '@minilens/wechat/token';
import type { Kysely } from 'kysely';
import { hashSecret } from '../admin/secrets.js';

/** Table `access_tokens`. Moments are ms since the Unix epoch. */
export interface AccessTokensTable {
  /** SHA-256 of the token, hex. Primary key: tokens themselves are not stored. */
  token_hash: string;
  appid: string;
  issued_at: number;
  /** The natural end, which a newer token does not move. */
  expires_at: number;
  /** When a newer token was issued. */
  superseded_at: number | null;
}

export interface TokenStore {
  /** A new token. The app's earlier ones stay valid for the overlap only. */
  issue(appid: string, nowMs: number): Promise<string>;
  /** Whose token it is. `invalid`: never issued, revoked, or superseded for longer than the overlap. */
  find(token: string, nowMs: number): Promise<{ appid: string } | 'invalid' | 'expired'>;
  /** Ends all tokens of the app at once, as a changed secret must. */
  revoke(appid: string): Promise<void>;
}

const LIFE_MS = TOKEN_LIFE_S * 1000;
const OVERLAP_MS = TOKEN_OVERLAP_S * 1000;

/** How long an expired token is remembered, and answered 42001 instead of 40001. Source: our choice. */
const MEMORY_MS = 86_400_000;

export function createTokenStore(db: Kysely<{ access_tokens: AccessTokensTable }>): TokenStore {
  return {
    async issue(appid, nowMs) {
      const token = newToken();
      const row = {
        token_hash: hashSecret(token),
        appid,
        issued_at: nowMs,
        expires_at: nowMs + LIFE_MS,
        superseded_at: null,
      };
      await db.transaction().execute(async (trx) => {
        await trx
          .deleteFrom('access_tokens')
          .where('expires_at', '<', nowMs - MEMORY_MS)
          .execute();
        await trx
          .updateTable('access_tokens')
          .set({ superseded_at: nowMs })
          .where('appid', '=', appid)
          .where('superseded_at', 'is', null)
          .execute();
        await trx.insertInto('access_tokens').values(row).execute();
      });
      return token;
    },

    async find(token, nowMs) {
      const row = await db
        .selectFrom('access_tokens')
        .select(['appid', 'expires_at', 'superseded_at'])
        .where('token_hash', '=', hashSecret(token))
        .executeTakeFirst();
      if (!row) return 'invalid';
      if (row.superseded_at !== null && nowMs >= row.superseded_at + OVERLAP_MS) return 'invalid';
      return nowMs < row.expires_at ? { appid: row.appid } : 'expired';
    },

    async revoke(appid) {
      await db.deleteFrom('access_tokens').where('appid', '=', appid).execute();
    },
  };
}

/** Like the platform's: a number, an underscore, 130 characters that a URL may carry as they are. */
const newToken = () => `1_${randomBytes(97).toString('base64url')}`;
