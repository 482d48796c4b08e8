import type { Db } from '../db/connect.js';
import type { Account } from './accounts.js';

/** Whom an OpenID Connect provider calls by which name. */
export interface OidcIdentity {
  issuer: string;
  subject: string;
}

export interface OidcIdentities {
  find(identity: OidcIdentity): Promise<Account | undefined>;
  /** In the transaction of what it is linked for. Whether it is this account's now, and not somebody else's already. */
  link(tx: Db, identity: OidcIdentity, account: Account): Promise<boolean>;
  /** The same on its own. */
  linkTo(account: Account, identity: OidcIdentity): Promise<boolean>;
}

/** @param now Unix ms. */
export function createOidcIdentities(db: Db, now: () => number): OidcIdentities {
  const find = (tx: Db, { issuer, subject }: OidcIdentity) =>
    tx
      .selectFrom('oidc_identities')
      .innerJoin('users', 'users.id', 'oidc_identities.user_id')
      .select(['users.id', 'users.login', 'users.role'])
      .where('issuer', '=', issuer)
      .where('subject', '=', subject)
      .executeTakeFirst();
  const link: OidcIdentities['link'] = async (tx, identity, { id }) => {
    await tx
      .insertInto('oidc_identities')
      .values({ ...identity, user_id: id, created_at: now() })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    return (await find(tx, identity))?.id === id;
  };
  return {
    find: (identity) => find(db, identity),
    link,
    linkTo: (account, identity) => link(db, identity, account),
  };
}
