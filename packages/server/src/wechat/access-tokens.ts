import { randomBytes } from 'node:crypto';
import { FORCE_REFRESH_GAP_S, FORCE_REFRESH_PER_DAY, TOKEN_LIFE_S, TOKEN_OVERLAP_S } from '@minilens/wechat/token';
import type { Kysely, Transaction } from 'kysely';
import { deriveSecret } from '../admin/secret-key.js';
import { hashSecret } from '../admin/secrets.js';
import type { Tables } from '../db/tables.js';
import { type Caller, readCaller } from './caller.js';
import { chinaDay, startOfChinaDay } from './quota-day.js';

/**
 * Where a token comes from. `account`: /cgi-bin/token; `stable`: /cgi-bin/stable_token; `component`: a third-party
 * platform's own; `authorizer`: an account's, in the hands of a platform. One kind never touches another.
 */
export type TokenKind = 'account' | 'stable' | 'component' | 'authorizer';

/** Table `access_tokens`. Moments are ms since the Unix epoch. */
export interface AccessTokensTable {
  /** SHA-256 of the token, hex. Primary key: tokens themselves are not stored. */
  token_hash: string;
  /** The account's, or the component's where it is the component's own. */
  appid: string;
  kind: TokenKind;
  /** Of an authorizer token: the platform that holds it. */
  component: string | null;
  issued_at: number;
  /** The natural end, which a newer token does not move. */
  expires_at: number;
  /** When a newer token was issued. */
  superseded_at: number | null;
  /** Of a stable token: the hash of the secret it was derived from, and the salt it was derived with. */
  secret_hash: string | null;
  salt: string | null;
  /** 1 where a stable token was asked for by force. */
  forced: number;
}

/** Whose new token it is to be. */
export interface Holder {
  kind: Exclude<TokenKind, 'stable'>;
  component?: string;
}

export interface StableToken {
  token: string;
  /** What is left of its life. Unit: s. */
  expiresInS: number;
}

export interface TokenStore {
  /** A new token. The earlier ones of the same holder stay valid for the overlap only. */
  issue(appid: string, nowMs: number, holder?: Holder): Promise<string>;
  /**
   * The app's stable token, the same until its last five minutes. Callers with the old and the new secret have one each
   * while both work. Forced: a new one, and the earlier ones end at once.
   *
   * @returns `limit` where it was forced too often today.
   */
  stable(appid: string, secret: string, isForced: boolean, nowMs: number): Promise<StableToken | 'limit'>;
  /** Whose token it is. `invalid`: never issued, revoked, or superseded for longer than the overlap. */
  find(token: string, nowMs: number): Promise<Caller | 'invalid' | 'expired'>;
  /**
   * Ends the tokens of an app, or of a component with all it holds, at once.
   *
   * @param within the transaction it belongs to.
   */
  revoke(appid: string, within?: Kysely<Tables>): Promise<void>;
}

const LIFE_MS = TOKEN_LIFE_S * 1000;
const OVERLAP_MS = TOKEN_OVERLAP_S * 1000;
const FORCE_GAP_MS = FORCE_REFRESH_GAP_S * 1000;

/** How long an expired token is remembered, and answered 42001 instead of 40001. Source: our choice. */
const MEMORY_MS = 86_400_000;

/** As many as fit into 130 characters of a URL. */
const TOKEN_BYTES = 97;

export function createTokenStore(db: Kysely<Tables>): TokenStore {
  const forgetOld = (trx: Transaction<Tables>, nowMs: number) =>
    trx
      .deleteFrom('access_tokens')
      .where('expires_at', '<', nowMs - MEMORY_MS)
      .execute();

  return {
    async issue(appid, nowMs, { kind, component = null }: { kind: TokenKind; component?: string | null } = ACCOUNT) {
      const token = toToken(randomBytes(TOKEN_BYTES));
      await db.transaction().execute(async (trx) => {
        await forgetOld(trx, nowMs);
        await trx
          .updateTable('access_tokens')
          .set({ superseded_at: nowMs })
          .where('appid', '=', appid)
          .where('kind', '=', kind)
          .where('component', component === null ? 'is' : '=', component)
          .where('superseded_at', 'is', null)
          .execute();
        await trx
          .insertInto('access_tokens')
          .values({ ...newRow(token, nowMs), appid, kind, component })
          .execute();
      });
      return token;
    },

    async stable(appid, secret, isForced, nowMs) {
      const secret_hash = hashSecret(secret);
      const found = isForced ? undefined : await findStable(db, appid, secret_hash, nowMs);
      if (found !== undefined) return toStable(found, secret, nowMs);
      return db.transaction().execute(async (trx) => {
        // Whoever asks at the same moment waits here, and then finds the same token.
        await trx.updateTable('apps').set({ appid }).where('appid', '=', appid).execute();
        await forgetOld(trx, nowMs);
        const current = await findStable(trx, appid, secret_hash, nowMs);
        const forced = isForced ? await forcedTimes(trx, appid) : [];
        const isTooSoon = forced[0] !== undefined && nowMs - forced[0] < FORCE_GAP_MS;
        if (current !== undefined && (!isForced || isTooSoon)) return toStable(current, secret, nowMs);
        const today = startOfChinaDay(chinaDay(nowMs));
        if (forced.filter((at) => at >= today).length >= FORCE_REFRESH_PER_DAY) return 'limit';

        const salt = randomBytes(16).toString('base64url');
        const row = { ...newRow(stableToken(secret, salt), nowMs), appid, secret_hash, salt };
        const earlier = trx.updateTable('access_tokens').where('appid', '=', appid).where('kind', '=', 'stable');
        await (isForced
          ? earlier.set({ superseded_at: nowMs - OVERLAP_MS })
          : earlier
              .set({ superseded_at: nowMs })
              .where('secret_hash', '=', secret_hash)
              .where('superseded_at', 'is', null)
        ).execute();
        await trx
          .insertInto('access_tokens')
          .values({ ...row, kind: 'stable', forced: isForced ? 1 : 0 })
          .execute();
        return toStable(row, secret, nowMs);
      });
    },

    async find(token, nowMs) {
      // One question for all that is to be known of a caller, so that nothing is remembered and every change counts at once.
      const row = await db
        .selectFrom('access_tokens as token')
        .leftJoin('apps as app', 'app.appid', 'token.appid')
        .leftJoin('components as component', (join) =>
          join.on((on) => on('component.appid', '=', on.fn.coalesce('token.component', 'token.appid'))),
        )
        .leftJoin('authorizations as granted', (join) =>
          join.onRef('granted.component', '=', 'token.component').onRef('granted.appid', '=', 'token.appid'),
        )
        .leftJoin('wechat_security as security', 'security.appid', 'token.appid')
        .select([
          'token.appid',
          'token.kind',
          'token.component',
          'token.expires_at',
          'token.superseded_at',
          'app.addresses',
          'app.permissions',
          'app.daily_quota',
          'app.minute_quota',
          'component.addresses as component_addresses',
          'granted.permissions as granted',
          'security.mode as security',
        ])
        .where('token.token_hash', '=', hashSecret(token))
        .executeTakeFirst();
      if (!row) return 'invalid';
      if (row.superseded_at !== null && nowMs >= row.superseded_at + OVERLAP_MS) return 'invalid';
      // Issued at the moment the account took its authorisation back.
      if (row.kind === 'authorizer' && row.granted === null) return 'invalid';
      return nowMs < row.expires_at ? readCaller(row) : 'expired';
    },

    async revoke(appid, within = db) {
      await within
        .deleteFrom('access_tokens')
        .where((where) => where.or([where('appid', '=', appid), where('component', '=', appid)]))
        .execute();
    },
  };
}

const ACCOUNT: Holder = { kind: 'account' };

const newRow = (token: string, nowMs: number) => ({
  token_hash: hashSecret(token),
  issued_at: nowMs,
  expires_at: nowMs + LIFE_MS,
  superseded_at: null,
  component: null,
  secret_hash: null,
  salt: null,
  forced: 0,
});

type StableRow = { salt: string | null; expires_at: number };

/** The stable token in force, unless it is in its last five minutes. */
const findStable = (
  db: Kysely<Tables>,
  appid: string,
  secret_hash: string,
  nowMs: number,
): Promise<StableRow | undefined> =>
  db
    .selectFrom('access_tokens')
    .select(['salt', 'expires_at'])
    .where('appid', '=', appid)
    .where('kind', '=', 'stable')
    .where('secret_hash', '=', secret_hash)
    .where('superseded_at', 'is', null)
    .where('expires_at', '>=', nowMs + OVERLAP_MS)
    .orderBy('issued_at', 'desc')
    .executeTakeFirst();

/** When stable tokens were refreshed by force, the last first. */
async function forcedTimes(db: Kysely<Tables>, appid: string): Promise<number[]> {
  const rows = await db
    .selectFrom('access_tokens')
    .select('issued_at')
    .where('appid', '=', appid)
    .where('kind', '=', 'stable')
    .where('forced', '=', 1)
    .orderBy('issued_at', 'desc')
    .execute();
  return rows.map(({ issued_at }) => issued_at);
}

const toStable = ({ salt, expires_at }: StableRow, secret: string, nowMs: number): StableToken => ({
  token: stableToken(secret, salt ?? ''),
  expiresInS: Math.floor((expires_at - nowMs) / 1000),
});

/** Whoever knows the secret gets the same token again, and nobody else can: nothing of it need be kept. */
const stableToken = (secret: string, salt: string) =>
  toToken(deriveSecret(secret, ['stable access token', salt], TOKEN_BYTES));

/** Like the platform's: a number, an underscore, 130 characters that a URL may carry as they are. */
const toToken = (bytes: Buffer) => `1_${bytes.toString('base64url')}`;
