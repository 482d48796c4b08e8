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
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database }) });
  const { error } = await new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } }).migrateToLatest();
  if (error !== undefined)
    throw new Error('The accounts database could not be brought to the newest schema', { cause: error });
  return db;
}
