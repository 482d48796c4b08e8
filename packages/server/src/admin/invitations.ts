import { randomBytes, randomUUID } from 'node:crypto';
import type { AppRole, Invitation, OpenInvitation } from '@minilens/wire/accounts-api';
import type { Db } from '../db/connect.js';
import type { InvitationsTable } from '../db/tables.js';
import { Refusal } from '../http/refusal.js';
import type { Account, Accounts } from './accounts.js';
import type { Members } from './members.js';
import type { AccountRole } from './permissions.js';
import { hashSecret } from './secrets.js';

/** How long an invitation works. Unit: ms. A week. */
const INVITATION_MS = 7 * 86_400_000;

export interface NewLink {
  token: string;
  endsAt: number;
}

/** Links that make somebody a member of an app, or give them an account. Each works once. */
export interface Invitations {
  /** @param by the account that invites; undefined for the command line. */
  toApp(appid: string, role: AppRole, by: string | undefined): Promise<NewLink & { id: string }>;
  /** To an account of that name. @throws Refusal LOGIN_TAKEN */
  toServer(login: string, role: AccountRole, by: string | undefined): Promise<NewLink>;
  /** @throws Refusal LINK_ENDED */
  look(token: string): Promise<OpenInvitation>;
  /** Those of an app that nobody has accepted yet. */
  list(appid: string): Promise<Invitation[]>;
  /** Whether there was such a one. */
  withdraw(appid: string, id: string): Promise<boolean>;
  /** Somebody who has an account joins. @throws Refusal LINK_ENDED; INVALID_REQUEST for one that makes an account */
  join(token: string, account: Account): Promise<{ appid: string }>;
  /**
   * Makes an account for who has none.
   *
   * @param login what they want to be called, where the invitation does not say.
   * @param passwordHash empty for who signs in with OpenID Connect only.
   * @param alsoDo in the same transaction.
   * @throws Refusal LINK_ENDED, LOGIN_TAKEN; INVALID_REQUEST without a name
   */
  createAccount(
    token: string,
    wanted: { login: string | undefined; passwordHash: string },
    alsoDo?: (tx: Db, account: Account) => Promise<void>,
  ): Promise<{ account: Account; appid: string | null }>;
  /** Removes those whose time is over. */
  forget(): Promise<void>;
}

export function createInvitations(
  db: Db,
  { accounts, members }: { accounts: Accounts; members: Members },
  now: () => number,
): Invitations {
  const make = async (about: Pick<InvitationsTable, 'appid' | 'role' | 'login'>, by: string | undefined) => {
    const token = randomBytes(32).toString('base64url');
    const id = randomUUID();
    const endsAt = now() + INVITATION_MS;
    await db
      .insertInto('invitations')
      .values({ id, token_hash: hashSecret(token), ...about, made_by: by ?? null, created_at: now(), ends_at: endsAt })
      .execute();
    return { id, token, endsAt };
  };

  /** Uses it up: of two who bring it at once, one gets it. */
  const take = async (tx: Db, token: string) => {
    const taken = await tx
      .deleteFrom('invitations')
      .where('token_hash', '=', hashSecret(token))
      .where('ends_at', '>', now())
      .returning(['appid', 'role', 'login'])
      .executeTakeFirst();
    if (taken === undefined) throw ended();
    return taken;
  };

  return {
    toApp: (appid, role, by) => make({ appid, role, login: null }, by),

    toServer: async (login, role, by) => {
      if ((await accounts.findByLogin(login)) !== undefined)
        throw new Refusal('LOGIN_TAKEN', `Somebody is called ${login} already.`);
      const { token, endsAt } = await make({ appid: null, role, login }, by);
      return { token, endsAt };
    },

    look: async (token) => {
      const found = await db
        .selectFrom('invitations')
        .leftJoin('apps', 'apps.appid', 'invitations.appid')
        .select(['invitations.appid', 'apps.name', 'invitations.role', 'invitations.login', 'invitations.ends_at'])
        .where('token_hash', '=', hashSecret(token))
        .where('ends_at', '>', now())
        .executeTakeFirst();
      if (found === undefined) throw ended();
      const { appid, name, role, login, ends_at } = found;
      return {
        app: appid === null ? null : { appid, name: name ?? appid },
        role: appid === null ? null : (role as AppRole),
        login,
        endsAt: ends_at,
      };
    },

    list: async (appid) => {
      const rows = await db
        .selectFrom('invitations')
        .leftJoin('users', 'users.id', 'invitations.made_by')
        .select(['invitations.id', 'invitations.role', 'users.login', 'invitations.created_at', 'invitations.ends_at'])
        .where('appid', '=', appid)
        .where('ends_at', '>', now())
        .orderBy('invitations.created_at')
        .execute();
      return rows.map((row) => ({
        id: row.id,
        role: row.role as AppRole,
        by: row.login,
        createdAt: row.created_at,
        endsAt: row.ends_at,
      }));
    },

    withdraw: async (appid, id) => {
      const { numDeletedRows } = await db
        .deleteFrom('invitations')
        .where('appid', '=', appid)
        .where('id', '=', id)
        .executeTakeFirst();
      return Number(numDeletedRows) > 0;
    },

    join: (token, account) =>
      db.transaction().execute(async (tx) => {
        const { appid, role } = await take(tx, token);
        if (appid === null)
          throw new Refusal(
            'INVALID_REQUEST',
            `This invitation makes a new account, and you are signed in as ${account.login}. Sign out first.`,
          );
        await members.add(tx, account.id, appid, role as AppRole);
        return { appid };
      }),

    createAccount: (token, { login, passwordHash }, alsoDo) =>
      db.transaction().execute(async (tx) => {
        const invitation = await take(tx, token);
        const { appid, role } = invitation;
        const name = invitation.login ?? login;
        if (name === undefined) throw new Refusal('INVALID_REQUEST', 'Say what the new account is called: login.');
        const account = await accounts.create(tx, {
          login: name,
          role: appid === null ? (role as AccountRole) : 'member',
          passwordHash,
        });
        if (appid !== null) await members.add(tx, account.id, appid, role as AppRole);
        await alsoDo?.(tx, account);
        return { account, appid };
      }),

    forget: async () => {
      await db.deleteFrom('invitations').where('ends_at', '<', now()).execute();
    },
  };
}

const ended = () =>
  new Refusal('LINK_ENDED', 'This invitation was accepted already, withdrawn, or is a week old. Ask for a new one.');
