import { randomBytes, randomUUID } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import pLimit from 'p-limit';
import type { Db } from '../db/connect.js';
import { Refusal } from '../http/refusal.js';
import type { AccountRole } from './permissions.js';
import { hashSecret } from './secrets.js';

/** How long a setup link works. Unit: ms. A week. */
const SETUP_MS = 7 * 86_400_000;

/** How long a link to choose another password works. Unit: ms. A day. */
const RESET_MS = 86_400_000;

/** Each takes a thread and megabytes on purpose: strangers must not take all threads from the spool and the store. */
const PASSWORDS_AT_ONCE = 2;

/** Beyond it nobody is let wait: some ten seconds of work. */
const PASSWORDS_WAITING = 200;

export interface Account {
  id: string;
  login: string;
  role: AccountRole;
}

/** An account as those who look after the server see it. */
export interface ListedAccount extends Account {
  createdAt: number;
  hasSecondFactor: boolean;
}

export interface Accounts {
  /** Whether nobody has an account yet. */
  isEmpty(): Promise<boolean>;
  /** A token for a link that makes the first account, at any process on the database; undefined when there is an account. */
  openSetup(): Promise<string | undefined>;
  isSetupToken(token: string): Promise<boolean>;
  /** Ends all setup links. @throws Refusal SETUP_DONE when somebody has an account. */
  createFirst(login: string, password: string): Promise<Account>;
  /**
   * Makes an account, in the transaction of what it is made for.
   *
   * @param passwordHash from `hashPassword`; empty for who signs in with OpenID Connect only.
   * @throws Refusal LOGIN_TAKEN
   */
  create(tx: Db, account: { login: string; role: AccountRole; passwordHash: string }): Promise<Account>;
  /** Slow. What a stored password becomes. */
  hashPassword(password: string): Promise<string>;
  find(id: string): Promise<Account | undefined>;
  findByLogin(login: string): Promise<Account | undefined>;
  hasPassword(account: Account): Promise<boolean>;
  /** @throws Refusal WRONG_LOGIN, the same and as slow for an unknown name as for a wrong password. */
  checkPassword(login: string, password: string): Promise<Account>;
  /** Ends all sessions but the one that asks. @throws Refusal WRONG_LOGIN when the current one is wrong. */
  changePassword(account: Account, current: string, password: string, session: string): Promise<void>;
  /** A token for a link with which its owner chooses another password, in place of all such links before. */
  openReset(account: Account): Promise<{ token: string; endsAt: number }>;
  /**
   * Uses up the link, and ends whatever else lets somebody in: sessions, API tokens, identities at a provider. Who asks for
   * another password may have lost the one before to somebody.
   *
   * @throws Refusal LINK_ENDED
   */
  resetPassword(token: string, password: string): Promise<Account>;
  list(): Promise<ListedAccount[]>;
  /** @throws Refusal INVALID_REQUEST for the last administrator. */
  remove(account: Account): Promise<void>;
}

export function createAccounts(db: Db, now: () => number): Accounts {
  const limit = pLimit(PASSWORDS_AT_ONCE);
  const slowly = <T>(run: () => Promise<T>): Promise<T> => {
    if (limit.pendingCount >= PASSWORDS_WAITING)
      throw new Refusal('BUSY', 'Too many passwords wait to be checked. Try again in a moment.');
    return limit(run);
  };
  const hashPassword = async (password: string) => slowly(() => hash(password));
  const decoy = hash(randomBytes(16).toString('hex'));
  const matches = async (passwordHash: string | undefined, password: string) => {
    // No password and nobody at all take as long as a wrong password.
    const isOurs = await slowly(async () => verify(passwordHash || (await decoy), password));
    return isOurs && Boolean(passwordHash);
  };

  const isEmpty = async () => (await db.selectFrom('users').select('id').limit(1).executeTakeFirst()) === undefined;
  const select = () => db.selectFrom('users').select(['id', 'login', 'role']);

  const create: Accounts['create'] = async (tx, { passwordHash, ...about }) => {
    const account: Account = { id: randomUUID(), ...about };
    const { numInsertedOrUpdatedRows } = await tx
      .insertInto('users')
      .values({ ...account, password_hash: passwordHash, created_at: now() })
      .onConflict((conflict) => conflict.column('login').doNothing())
      .executeTakeFirst();
    if (Number(numInsertedOrUpdatedRows) === 0)
      throw new Refusal('LOGIN_TAKEN', `Somebody is called ${about.login} already. Choose another name.`);
    return account;
  };

  return {
    isEmpty,
    create,
    hashPassword,

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
      const passwordHash = await hashPassword(password);
      // Serializable: of two processes that both see nobody, one is refused.
      const alone = db.transaction().setIsolationLevel('serializable');
      return alone.execute(async (tx) => {
        if ((await tx.selectFrom('users').select('id').limit(1).executeTakeFirst()) !== undefined) {
          throw new Refusal('SETUP_DONE', 'The first account exists already. Sign in with it.');
        }
        const account = await create(tx, { login, role: 'administrator', passwordHash });
        await tx.deleteFrom('setup_links').execute();
        return account;
      });
    },

    find: (id) => select().where('id', '=', id).executeTakeFirst(),
    findByLogin: (login) => select().where('login', '=', login).executeTakeFirst(),

    hasPassword: async ({ id }) => {
      const { password_hash } = await db
        .selectFrom('users')
        .select('password_hash')
        .where('id', '=', id)
        .executeTakeFirstOrThrow();
      return password_hash !== '';
    },

    checkPassword: async (login, password) => {
      const user = await db.selectFrom('users').selectAll().where('login', '=', login).executeTakeFirst();
      const isRight = await matches(user?.password_hash, password);
      if (user === undefined || !isRight) throw new Refusal('WRONG_LOGIN', 'The name or the password is wrong.');
      return { id: user.id, login: user.login, role: user.role };
    },

    changePassword: async ({ id }, current, password, session) => {
      const user = await db.selectFrom('users').select('password_hash').where('id', '=', id).executeTakeFirstOrThrow();
      if (!(await matches(user.password_hash, current)))
        throw new Refusal('WRONG_LOGIN', 'The current password is wrong.');
      const password_hash = await hashPassword(password);
      await db.transaction().execute(async (tx) => {
        await tx.updateTable('users').set({ password_hash }).where('id', '=', id).execute();
        await tx.deleteFrom('password_resets').where('user_id', '=', id).execute();
        await tx.deleteFrom('login_sessions').where('user_id', '=', id).where('id', '!=', session).execute();
      });
    },

    openReset: async ({ id }) => {
      const token = randomBytes(32).toString('base64url');
      const endsAt = now() + RESET_MS;
      await db.transaction().execute(async (tx) => {
        await tx
          .deleteFrom('password_resets')
          .where((where) => where.or([where('user_id', '=', id), where('ends_at', '<', now())]))
          .execute();
        await tx
          .insertInto('password_resets')
          .values({ token_hash: hashSecret(token), user_id: id, ends_at: endsAt })
          .execute();
      });
      return { token, endsAt };
    },

    resetPassword: async (token, password) => {
      const open = await db
        .selectFrom('password_resets')
        .select('user_id')
        .where('token_hash', '=', hashSecret(token))
        .where('ends_at', '>', now())
        .executeTakeFirst();
      // Before the slow part: a stranger's guess shall not cost it.
      if (open === undefined) throw linkEnded();
      const password_hash = await hashPassword(password);
      return db.transaction().execute(async (tx) => {
        const link = await tx
          .deleteFrom('password_resets')
          .where('token_hash', '=', hashSecret(token))
          .where('ends_at', '>', now())
          .returning('user_id')
          .executeTakeFirst();
        if (link === undefined) throw linkEnded();
        await tx.updateTable('users').set({ password_hash }).where('id', '=', link.user_id).execute();
        for (const table of ['login_sessions', 'api_tokens', 'oidc_identities'] as const)
          await tx.deleteFrom(table).where('user_id', '=', link.user_id).execute();
        return tx
          .selectFrom('users')
          .select(['id', 'login', 'role'])
          .where('id', '=', link.user_id)
          .executeTakeFirstOrThrow();
      });
    },

    list: async () => {
      const rows = await db
        .selectFrom('users')
        .leftJoin('second_factors', 'second_factors.user_id', 'users.id')
        .select(['users.id', 'login', 'role', 'users.created_at', 'confirmed_at'])
        .orderBy('users.created_at')
        .orderBy('login')
        .execute();
      return rows.map(({ id, login, role, created_at, confirmed_at }) => ({
        id,
        login,
        role,
        createdAt: created_at,
        hasSecondFactor: confirmed_at !== null,
      }));
    },

    remove: async ({ id }) => {
      // Serializable: of two administrators who remove each other, one is refused.
      const alone = db.transaction().setIsolationLevel('serializable');
      await alone.execute(async (tx) => {
        const administrators = await tx.selectFrom('users').select('id').where('role', '=', 'administrator').execute();
        if (administrators.length === 1 && administrators[0]?.id === id)
          throw new Refusal('INVALID_REQUEST', 'This is the last administrator. Make another one first.');
        await tx.deleteFrom('users').where('id', '=', id).execute();
      });
    },
  };
}

const linkEnded = () =>
  new Refusal('LINK_ENDED', 'This link was used already, or is a day old. Ask your administrator for a new one.');
