import { accessSync, constants, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Kysely, Migrator, PostgresDialect, SqliteDialect, sql } from 'kysely';
import Sqlite from 'libsql';
import { MIGRATIONS } from './migrations.js';
import { isOutage, openPool } from './postgres.js';
import type { Tables } from './tables.js';

export type Db = Kysely<Tables>;

/** Opens the accounts database in the data directory, at its newest schema. `:memory:` keeps nothing. */
export async function connectDb(directory: string): Promise<Db> {
  if (directory !== ':memory:') mkdirSync(directory, { recursive: true });
  const path = directory === ':memory:' ? directory : join(directory, 'accounts.sqlite');
  let database: Sqlite.Database | undefined;
  try {
    database = new Sqlite(path);
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;');
    // SQLite opens what it cannot write, and says so only when it is to write.
    if (path !== ':memory:') accessSync(path, constants.W_OK);
    refuseNewer(database);
    const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database }) });
    await bringToNewestSchema(db);
    return db;
  } catch (error) {
    database?.close();
    throw isOfFile(error) ? new Error(`${path} cannot be used: ${whatToDo(error)}`, { cause: error }) : error;
  }
}

/** Of SQLite or the system, and no sentence of ours. */
const isOfFile = (error: unknown): error is Error & { code: string } => 'code' in (error as object);

const whatToDo = ({ message, code }: { message: string; code: string }) =>
  ['SQLITE_NOTADB', 'SQLITE_CORRUPT'].includes(code)
    ? `${message}. Bring it back from a backup.`
    : `${message}. Run as the user who owns it, and see that its disk has room and can be written.`;

/**
 * The accounts database on a PostgreSQL server. It is brought to its newest schema when it is first reached, now or
 * later; several processes may start at once.
 *
 * @throws a sentence when the server answers that it will never let us in.
 */
export async function connectPostgres(url: string): Promise<Db> {
  const pool = openPool(url);
  const prepare = async () => {
    await bringToNewestSchema(new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) }));
    return pool;
  };
  // Until it succeeds, every use of the database begins with it.
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: prepare }) });
  try {
    await ping(db);
  } catch (error) {
    const { message, cause = {} } = error as Error & { cause?: Partial<Error> };
    if (isOutage(cause)) return db;
    await pool.end();
    throw new Error(
      `MINILENS_DATABASE_URL names a database that refuses us: ${cause.message ?? message}. Correct the URL or the rights of its user.`,
      { cause: error },
    );
  }
  return db;
}

/** @throws Refusal DATABASE_DOWN */
export async function ping(db: Db): Promise<void> {
  await sql`SELECT 1`.execute(db);
}

async function bringToNewestSchema(db: Db): Promise<void> {
  const { error } = await new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } }).migrateToLatest();
  if (error !== undefined) throw error;
}

/** @throws a sentence when a newer program has written this accounts database. */
export function refuseNewerAccounts(path: string): void {
  const database = new Sqlite(path);
  try {
    refuseNewer(database);
  } finally {
    database.close();
  }
}

function refuseNewer(database: Sqlite.Database): void {
  const isNew = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'kysely_migration'").get() === undefined;
  if (isNew) return;
  const applied = database.prepare('SELECT name FROM kysely_migration ORDER BY name').all() as { name: string }[];
  const unknown = applied.filter(({ name }) => !(name in MIGRATIONS)).map(({ name }) => name);
  if (unknown.length > 0)
    throw new Error(
      `The accounts database was written by a newer version of Minilens: it has ${unknown.join(', ')}, which this one does not know. Run that version, or restore a backup made before.`,
    );
}
