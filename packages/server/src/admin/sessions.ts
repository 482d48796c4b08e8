import { randomBytes, randomUUID } from 'node:crypto';
import type { Session } from '@minilens/wire/accounts-api';
import type { Db } from '../db/connect.js';
import type { Account } from './accounts.js';
import { hashSecret } from './secrets.js';

/** How long a session lasts at most. Unit: ms. Two weeks. */
export const SESSION_MS = 14 * 86_400_000;

/** One that is not used for so long ends. Unit: ms. A week. */
const IDLE_MS = 7 * 86_400_000;

/** How old what is known of its last use may be, so that not every question writes. Unit: ms. */
const SEEN_EVERY_MS = 5 * 60_000;

/** Unit: characters. */
const LONGEST_USER_AGENT = 256;

export interface Sessions {
  /** A new one; the token goes into a cookie, its hash stays. */
  open(account: Account, from: { ip: string; userAgent: string }): Promise<string>;
  find(token: string): Promise<{ id: string; account: Account } | undefined>;
  /** @param own the session that asks. */
  list(account: Account, own: string): Promise<Session[]>;
  /** Whether there was such a one of that account. */
  end(account: Account, id: string): Promise<boolean>;
  isOpen(account: Account, id: string): Promise<boolean>;
  /** Removes those that ended by themselves. */
  forget(): Promise<void>;
}

/** Who is signed in with which browser. @param now Unix ms. */
export function createSessions(db: Db, now: () => number): Sessions {
  const inForce = () =>
    db
      .selectFrom('login_sessions')
      .where('login_sessions.ends_at', '>', now())
      .where('seen_at', '>', now() - IDLE_MS);

  return {
    open: async (account, { ip, userAgent }) => {
      const token = randomBytes(32).toString('base64url');
      await db
        .insertInto('login_sessions')
        .values({
          id: randomUUID(),
          token_hash: hashSecret(token),
          user_id: account.id,
          created_at: now(),
          seen_at: now(),
          ends_at: now() + SESSION_MS,
          user_agent: userAgent.slice(0, LONGEST_USER_AGENT),
          ip,
        })
        .execute();
      return token;
    },

    find: async (token) => {
      const found = await inForce()
        .innerJoin('users', 'users.id', 'login_sessions.user_id')
        .select(['login_sessions.id', 'seen_at', 'users.id as user_id', 'users.login', 'users.role'])
        .where('token_hash', '=', hashSecret(token))
        .executeTakeFirst();
      if (found === undefined) return undefined;
      const { id, seen_at, user_id, login, role } = found;
      if (seen_at < now() - SEEN_EVERY_MS)
        await db.updateTable('login_sessions').set({ seen_at: now() }).where('id', '=', id).execute();
      return { id, account: { id: user_id, login, role } };
    },

    list: async (account, own) => {
      const rows = await inForce().selectAll().where('user_id', '=', account.id).orderBy('seen_at', 'desc').execute();
      return rows.map((row) => ({
        id: row.id,
        isThis: row.id === own,
        createdAt: row.created_at,
        seenAt: row.seen_at,
        endsAt: Math.min(row.ends_at, row.seen_at + IDLE_MS),
        userAgent: row.user_agent,
        ip: row.ip,
      }));
    },

    end: async (account, id) => {
      const { numDeletedRows } = await db
        .deleteFrom('login_sessions')
        .where('user_id', '=', account.id)
        .where('id', '=', id)
        .executeTakeFirst();
      return Number(numDeletedRows) > 0;
    },

    isOpen: async (account, id) =>
      (await inForce()
        .select('login_sessions.id')
        .where('user_id', '=', account.id)
        .where('login_sessions.id', '=', id)
        .executeTakeFirst()) !== undefined,

    forget: async () => {
      await db
        .deleteFrom('login_sessions')
        .where((where) => where.or([where('ends_at', '<', now()), where('seen_at', '<', now() - IDLE_MS)]))
        .execute();
    },
  };
}
