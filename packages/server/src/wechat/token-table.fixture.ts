import { Kysely, SqliteDialect } from 'kysely';
import Database from 'libsql';
import type { AccessTokensTable } from './access-tokens.js';

/** An empty table in memory, for tests. */
export async function openTokenTable() {
  const db = new Kysely<{ access_tokens: AccessTokensTable }>({
    dialect: new SqliteDialect({ database: new Database(':memory:') }),
  });
  await db.schema
    .createTable('access_tokens')
    .addColumn('token_hash', 'text', (column) => column.primaryKey())
    .addColumn('appid', 'text', (column) => column.notNull())
    .addColumn('issued_at', 'integer', (column) => column.notNull())
    .addColumn('expires_at', 'integer', (column) => column.notNull())
    .addColumn('superseded_at', 'integer')
    .execute();
  return db;
}
