import type { Me } from '@minilens/wire/accounts-api';
import type { Db } from '../db/connect.js';
import type { SealedColumns } from '../db/sealed-columns.js';
import { type Account, type Accounts, createAccounts } from './accounts.js';
import { type ApiTokens, createApiTokens } from './api-tokens.js';
import type { Apps } from './apps.js';
import { type AuditLog, createAuditLog } from './audit.js';
import { createInvitations, type Invitations } from './invitations.js';
import { createMembers, type Members } from './members.js';
import { createOidcIdentities, type OidcIdentities } from './oidc-identities.js';
import { createSecondFactors, type SecondFactors } from './second-factor.js';
import { createSessions, type Sessions } from './sessions.js';
import { createSignIn, type SignIn } from './sign-in.js';

/** Whoever uses this server, how they sign in, and what they may do. */
export interface People {
  accounts: Accounts;
  members: Members;
  invitations: Invitations;
  sessions: Sessions;
  secondFactors: SecondFactors;
  apiTokens: ApiTokens;
  oidcIdentities: OidcIdentities;
  signIn: SignIn;
  audit: AuditLog;
  /** What somebody is told of themselves. */
  describe(account: Account): Promise<Me>;
  /** Removes what ended by itself. */
  forget(): Promise<void>;
}

/** @param now Unix ms. */
export function createPeople(db: Db, apps: Apps, sealed: SealedColumns, now: () => number): People {
  const accounts = createAccounts(db, now);
  const members = createMembers(db, now);
  const invitations = createInvitations(db, { accounts, members }, now);
  const sessions = createSessions(db, now);
  const secondFactors = createSecondFactors(db, sealed, now);
  const apiTokens = createApiTokens(db, now);
  const audit = createAuditLog(db, now);
  return {
    accounts,
    members,
    invitations,
    sessions,
    secondFactors,
    apiTokens,
    oidcIdentities: createOidcIdentities(db, now),
    signIn: createSignIn({ accounts, secondFactors }, now),
    audit,

    describe: async (account) => ({
      id: account.id,
      login: account.login,
      isAdministrator: account.role === 'administrator',
      hasPassword: await accounts.hasPassword(account),
      hasSecondFactor: await secondFactors.isOn(account),
      apps: await appsOf({ members, apps }, account),
    }),

    forget: async () => {
      for (const each of [sessions, invitations, apiTokens, audit]) await each.forget();
    },
  };
}

/** The apps somebody has a role for, with their names and zones, in the order they were added. */
export async function appsOf(
  { members, apps }: { members: Members; apps: Apps },
  account: Account,
): Promise<Me['apps']> {
  const own = new Map((await members.appsOf(account)).map(({ appid, role }) => [appid, role]));
  return (await apps.list()).flatMap(({ appid, name, timezone }) => {
    const role = account.role === 'administrator' ? 'owner' : own.get(appid);
    return role === undefined ? [] : [{ appid, name, timezone, role }];
  });
}
