import type { AppRole, Member } from '@minilens/wire/accounts-api';
import type { Db } from '../db/connect.js';
import { Refusal } from '../http/refusal.js';
import type { Account } from './accounts.js';
import { higherRole } from './permissions.js';

/** Who has which part in which app. */
export interface Members {
  /** Undefined for who has no part in it. Administrators are owners of every app, also of one that is not there. */
  roleOf(account: Account, appid: string): Promise<AppRole | undefined>;
  /** The apps somebody has a role for by themselves, and which. */
  appsOf(account: Account): Promise<{ appid: string; role: AppRole }[]>;
  list(appid: string): Promise<Member[]>;
  /** In the transaction of what makes them one. Whoever is more already stays so. */
  add(tx: Db, userId: string, appid: string, role: AppRole): Promise<void>;
  /** Gives the member's login. @throws Refusal NOT_FOUND, LAST_OWNER */
  change(appid: string, userId: string, role: AppRole): Promise<string>;
  /** Gives the member's login. @throws Refusal NOT_FOUND, LAST_OWNER */
  remove(appid: string, userId: string): Promise<string>;
}

export function createMembers(db: Db, now: () => number): Members {
  const roleIn = (tx: Db, userId: string, appid: string) =>
    tx
      .selectFrom('members')
      .innerJoin('users', 'users.id', 'members.user_id')
      .select(['members.role', 'users.login'])
      .where('user_id', '=', userId)
      .where('appid', '=', appid)
      .executeTakeFirst();

  /** Changes what somebody is, where another owner remains. */
  const change = (appid: string, userId: string, wanted: AppRole | undefined, write: (tx: Db) => Promise<unknown>) =>
    // Serializable: of two owners who leave at once, one is refused.
    db
      .transaction()
      .setIsolationLevel('serializable')
      .execute(async (tx) => {
        const member = await roleIn(tx, userId, appid);
        if (member === undefined) throw new Refusal('NOT_FOUND', `${appid} has no such member.`);
        if (wanted !== 'owner') {
          const owners = await tx
            .selectFrom('members')
            .select('user_id')
            .where('appid', '=', appid)
            .where('role', '=', 'owner')
            .execute();
          if (owners.length === 1 && owners[0]?.user_id === userId)
            throw new Refusal('LAST_OWNER', `This is the last owner of ${appid}. Make somebody else an owner first.`);
          // Who may not invite any more has not invited anybody.
          await tx.deleteFrom('invitations').where('appid', '=', appid).where('made_by', '=', userId).execute();
        }
        await write(tx);
        return member.login;
      });

  return {
    roleOf: async (account, appid) =>
      account.role === 'administrator' ? 'owner' : (await roleIn(db, account.id, appid))?.role,

    appsOf: ({ id }) => db.selectFrom('members').select(['appid', 'role']).where('user_id', '=', id).execute(),

    list: (appid) =>
      db
        .selectFrom('members')
        .innerJoin('users', 'users.id', 'members.user_id')
        .select(['users.id', 'users.login', 'members.role', 'members.since'])
        .where('appid', '=', appid)
        .orderBy('users.login')
        .execute(),

    add: async (tx, userId, appid, role) => {
      const before = await roleIn(tx, userId, appid);
      const values = { user_id: userId, appid, role: higherRole(before?.role ?? 'viewer', role), since: now() };
      await tx
        .insertInto('members')
        .values(values)
        .onConflict((conflict) => conflict.columns(['user_id', 'appid']).doUpdateSet({ role: values.role }))
        .execute();
    },

    change: (appid, userId, role) =>
      change(appid, userId, role, (tx) =>
        tx.updateTable('members').set({ role }).where('appid', '=', appid).where('user_id', '=', userId).execute(),
      ),

    remove: (appid, userId) =>
      change(appid, userId, undefined, (tx) =>
        tx.deleteFrom('members').where('appid', '=', appid).where('user_id', '=', userId).execute(),
      ),
  };
}
