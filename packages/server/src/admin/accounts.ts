import { randomBytes, randomUUID } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import type { Db } from '../db/connect.js';
import { Refusal } from '../http/refusal.js';
import { hashSecret } from './secrets.js';

/** How long a setup link works. Unit: ms. A week. */
const SETUP_MS = 7 * 86_400_000;

/** How long a login lasts. Unit: ms. Two weeks. */
export const LOGIN_MS = 14 * 86_400_000;

export interface Account {
  id: string;
  login: string;
  role: 'owner' | 'member';
}

export interface Accounts {
  /** Whether nobody has an account yet. */
  isEmpty(): Promise<boolean>;
  /** A token for a link that makes the first account, at any process on the database; undefined when there is an account. */
  openSetup(): Promise<string | undefined>;
  isSetupToken(token: string): Promise<boolean>;
  /** Ends all setup links. @throws Refusal SETUP_DONE when somebody has an account. */
  createFirst(login: string, password: string): Promise<Account>;
  /** @throws Refusal WRONG_LOGIN, the same and as slow for an unknown name as for a wrong password. */
  signIn(login: string, password: string): Promise<Account>;
  /** A new login; the token goes into a cookie, its hash stays. */
  openLogin(account: Account): Promise<string>;
  findByLogin(token: string): Promise<Account | undefined>;
  closeLogin(token: string): Promise<void>;
  /** Whether the account may read the app. */
  mayRead(account: Account, appid: string): Promise<boolean>;
}

export function createAccounts(db: Db, now: () => number): Accounts {
  const decoy = hash(randomBytes(16).toString('hex'));

  const isEmpty = async () => (await db.selectFrom('users').select('id').limit(1).executeTakeFirst()) === undefined;

  return {
    isEmpty,

    openSetup: async () => {
      if (!(await isEmpty())) return undefined;
      const token = randomBytes(16).toString('base64url');
      await db.deleteFrom('setup_links').where('expires_at', '<', now()).execute();
      await db
        .insertInto('setup_links')
        .values({ token_hash: hashSecret(token), expires_at: now() + SETUP_MS })
        .execute();
      return token;
    },

    isSetupToken: async (token) => {
      const link = await db
        .selectFrom('setup_links')
        .select('token_hash')
        .where('token_hash', '=', hashSecret(token))
        .where('expires_at', '>', now())
        .executeTakeFirst();
      return link !== undefined;
    },

    createFirst: async (login, password) => {
      const password_hash = await hash(password);
      // Serializable: of two processes that both see nobody, one is refused.
      const alone = db.transaction().setIsolationLevel('serializable');
      return alone.execute(async (tx) => {
        if ((await tx.selectFrom('users').select('id').limit(1).executeTakeFirst()) !== undefined) {
          throw new Refusal('SETUP_DONE', 'The first account exists already. Sign in with it.');
        }
        const account: Account = { id: randomUUID(), login, role: 'owner' };
        await tx
          .insertInto('users')
          .values({ ...account, password_hash, created_at: now() })
          .execute();
        await tx.deleteFrom('setup_links').execute();
        return account;
      });
    },

    signIn: async (login, password) => {
      const user = await db.selectFrom('users').selectAll().where('login', '=', login).executeTakeFirst();
      const matches = await verify(user?.password_hash ?? (await decoy), password);
      if (user === undefined || !matches) throw new Refusal('WRONG_LOGIN', 'The name or the password is wrong.');
      return { id: user.id, login: user.login, role: user.role };
    },

    openLogin: async (account) => {
      const token = randomBytes(32).toString('base64url');
      await db.deleteFrom('login_sessions').where('expires_at', '<', now()).execute();
      await db
        .insertInto('login_sessions')
        .values({ token_hash: hashSecret(token), user_id: account.id, expires_at: now() + LOGIN_MS })
        .execute();
      return token;
    },

    findByLogin: (token) =>
      db
        .selectFrom('login_sessions')
        .innerJoin('users', 'users.id', 'login_sessions.user_id')
        .select(['users.id', 'users.login', 'users.role'])
        .where('token_hash', '=', hashSecret(token))
        .where('expires_at', '>', now())
        .executeTakeFirst(),

    closeLogin: async (token) => {
      await db.deleteFrom('login_sessions').where('token_hash', '=', hashSecret(token)).execute();
    },

    mayRead: async (account, appid) => {
      if (account.role === 'owner') return true;
      const member = await db
        .selectFrom('members')
        .select('appid')
        .where('user_id', '=', account.id)
        .where('appid', '=', appid)
        .executeTakeFirst();
      return member !== undefined;
    },
  };
}
