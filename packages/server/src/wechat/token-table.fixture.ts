import { connectDb, connectPostgres, type Db } from '../db/connect.js';
import { newDatabaseUrl } from '../testing/database.js';

/** The accounts database, empty, for tests. */
export async function openTokenTable(): Promise<Db> {
  const url = await newDatabaseUrl();
  return url === undefined ? connectDb(':memory:') : connectPostgres(url);
}
