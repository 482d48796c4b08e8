import { randomBytes, randomUUID } from 'node:crypto';
import type { ApiToken, NewApiToken, NewApiTokenBody, Scope } from '@minilens/wire/accounts-api';
import type { Db } from '../db/connect.js';
import type { ApiTokensTable } from '../db/tables.js';
import { Refusal } from '../http/refusal.js';
import type { Account } from './accounts.js';
import { hashSecret } from './secrets.js';

/** Tells a token from an app's secret, to us and to programs that look for leaked ones. */
const PREFIX = 'mlt_';

const DAY_MS = 86_400_000;

/** How old what is known of its last use may be, so that not every question writes. Unit: ms. */
const USED_EVERY_MS = 5 * 60_000;

/** What one account may have. */
const MAX_TOKENS = 100;

/** A token as it is used. */
export interface UsedToken {
  name: string;
  scopes: Scope[];
  /** Null for all apps of its maker. */
  apps: string[] | null;
  account: Account;
}

export interface ApiTokens {
  /** @throws Refusal INVALID_REQUEST when there are too many. */
  make(account: Account, wanted: NewApiTokenBody): Promise<NewApiToken>;
  find(token: string): Promise<UsedToken | undefined>;
  list(account: Account): Promise<ApiToken[]>;
  /** Gives the name it had; undefined when there is no such one of that account. */
  end(account: Account, id: string): Promise<string | undefined>;
  /** Removes those whose time is over. */
  forget(): Promise<void>;
}

export const isApiToken = (bearer: string): boolean => bearer.startsWith(PREFIX);

/** @param now Unix ms. */
export function createApiTokens(db: Db, now: () => number): ApiTokens {
  const listed = (row: ApiTokensTable): ApiToken => ({
    id: row.id,
    name: row.name,
    scopes: JSON.parse(row.scopes),
    apps: row.apps === null ? null : JSON.parse(row.apps),
    createdAt: row.created_at,
    endsAt: row.ends_at,
    usedAt: row.used_at,
  });
  const inForce = ({ id }: Account) =>
    db.selectFrom('api_tokens').selectAll().where('user_id', '=', id).where('ends_at', '>', now());

  return {
    make: async (account, { name, scopes, apps, days }) => {
      if ((await inForce(account).execute()).length >= MAX_TOKENS)
        throw new Refusal('INVALID_REQUEST', `You have ${MAX_TOKENS} tokens. End one that is not used any more.`);
      const token = PREFIX + randomBytes(32).toString('base64url');
      const row: ApiTokensTable = {
        id: randomUUID(),
        token_hash: hashSecret(token),
        user_id: account.id,
        name,
        scopes: JSON.stringify(scopes),
        apps: apps === null ? null : JSON.stringify(apps),
        created_at: now(),
        ends_at: now() + days * DAY_MS,
        used_at: null,
      };
      await db.insertInto('api_tokens').values(row).execute();
      return { ...listed(row), token };
    },

    find: async (token) => {
      const row = await db
        .selectFrom('api_tokens')
        .innerJoin('users', 'users.id', 'api_tokens.user_id')
        .select(['api_tokens.id', 'name', 'scopes', 'apps', 'used_at', 'user_id', 'users.login', 'users.role'])
        .where('token_hash', '=', hashSecret(token))
        .where('ends_at', '>', now())
        .executeTakeFirst();
      if (row === undefined) return undefined;
      if ((row.used_at ?? 0) < now() - USED_EVERY_MS)
        await db.updateTable('api_tokens').set({ used_at: now() }).where('id', '=', row.id).execute();
      return {
        name: row.name,
        scopes: JSON.parse(row.scopes),
        apps: row.apps === null ? null : JSON.parse(row.apps),
        account: { id: row.user_id, login: row.login, role: row.role },
      };
    },

    list: async (account) => (await inForce(account).orderBy('created_at').orderBy('id').execute()).map(listed),

    end: async (account, id) => {
      const ended = await db
        .deleteFrom('api_tokens')
        .where('user_id', '=', account.id)
        .where('id', '=', id)
        .returning('name')
        .executeTakeFirst();
      return ended?.name;
    },

    forget: async () => {
      await db.deleteFrom('api_tokens').where('ends_at', '<', now()).execute();
    },
  };
}
