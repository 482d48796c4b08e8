import { type Kysely, sql } from 'kysely';
import { takeOver } from '../collect/shared-ledger.js';
import type { Spool } from '../collect/spool.js';
import type { Db } from '../db/connect.js';
import type { Tables } from '../db/tables.js';

/** Every table, those that others refer to first. */
const TABLES = Object.keys({
  users: true,
  apps: true,
  components: true,
  login_sessions: true,
  second_factors: true,
  recovery_codes: true,
  password_resets: true,
  oidc_identities: true,
  invitations: true,
  api_tokens: true,
  audit_log: true,
  members: true,
  access_tokens: true,
  session_ledgers: true,
  settled_blocks: true,
  setup_links: true,
  rollup_ids: true,
  erasures: true,
  authorizations: true,
  component_codes: true,
  api_usage: true,
  quota_clears: true,
  failed_calls: true,
  wechat_security: true,
  wechat_keys: true,
  used_messages: true,
  push_settings: true,
  issue_states: true,
} satisfies Record<keyof Tables, true>);

/** Rows read and written by one statement. */
const ROWS_AT_ONCE = 500;

/** Tables by names that are known when it runs. */
type AnyDb = Kysely<Record<string, Record<string, unknown>>>;

/** @throws a sentence when somebody uses the accounts database already. A server that was only started on it left a link. */
export async function refuseFilledAccounts(db: Db): Promise<void> {
  const filled: string[] = [];
  for (const table of TABLES.filter((name) => name !== 'setup_links')) {
    const found = await (db as unknown as AnyDb).selectFrom(table).select(sql`1`.as('one')).limit(1).execute();
    if (found.length > 0) filled.push(table);
  }
  if (filled.length > 0)
    throw new Error(
      `The database of MINILENS_DATABASE_URL holds data already (${filled.join(', ')}). Restore into an empty one.`,
    );
}

/**
 * Makes the accounts of one process those of a database that several may share, with what its spool knows of sessions: in
 * one transaction, in place of all that is there.
 *
 * @param from SQLite, of the same schema.
 */
export async function moveAccounts(from: Db, to: Db, spool: Pick<Spool, 'sessions' | 'waiting'>): Promise<void> {
  await to.transaction().execute(async (tx) => {
    for (const table of [...TABLES].reverse()) await sql`DELETE FROM ${sql.table(table)}`.execute(tx);
    for (const table of TABLES) await copyTable(from, tx as unknown as AnyDb, table);
    await takeOver(tx, spool);
  });
}

async function copyTable(from: Db, to: AnyDb, table: string): Promise<void> {
  for (let after = 0; ; ) {
    const { rows } = await sql<Record<string, unknown> & { place: number }>`
      SELECT rowid AS place, * FROM ${sql.table(table)} WHERE rowid > ${after} ORDER BY rowid LIMIT ${ROWS_AT_ONCE}`.execute(
      from,
    );
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.place;
    await to
      .insertInto(table)
      .values(rows.map(({ place: _, ...row }) => Object.fromEntries(Object.entries(row).map(asStored))))
      .execute();
  }
}

/** A text that PostgreSQL cannot hold is kept as a server on it keeps it. */
const asStored = ([column, value]: [string, unknown]) => [
  column,
  typeof value === 'string' ? value.replaceAll('\0', '\ufffd') : value,
];
