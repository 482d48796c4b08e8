import { inject } from 'vitest';
import { connectDb, connectPostgres, type Db } from '../db/connect.js';
import { createDatabase } from './postgres.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** Of the project `postgres` only: its server. */
    postgresUrl?: string;
  }
}

/** The URL of a new database for tests of the project `postgres`; undefined for all others, which keep accounts in SQLite. */
export async function newDatabaseUrl(): Promise<string | undefined> {
  const server = inject('postgresUrl');
  return server === undefined ? undefined : createDatabase(server);
}

/** The accounts database, empty, for one test. */
export async function openTestDb(): Promise<Db> {
  const url = await newDatabaseUrl();
  return url === undefined ? connectDb(':memory:') : connectPostgres(url);
}
