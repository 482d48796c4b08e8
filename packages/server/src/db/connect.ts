import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Kysely, Migrator, SqliteDialect } from 'kysely';
import Sqlite from 'libsql';
import { MIGRATIONS } from './migrations.js';
import type { Tables } from './tables.js';

export type Db = Kysely<Tables>;

/** Opens the accounts database in the data directory, at its newest schema. `:memory:` keeps nothing. */
export async function connectDb(directory: string): Promise<Db> {
  if (directory !== ':memory:') mkdirSync(directory, { recursive: true });
  const database = new Sqlite(directory === ':memory:' ? directory : join(directory, 'accounts.sqlite'));
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;');
  refuseNewer(database);
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database }) });
  const { error } = await new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } }).migrateToLatest();
  if (error !== undefined)
    throw new Error('The accounts database could not be brought to the newest schema', { cause: error });
  return db;
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
