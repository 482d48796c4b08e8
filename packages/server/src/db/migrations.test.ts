import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kysely, Migrator, SqliteDialect } from 'kysely';
import Sqlite from 'libsql';
import { expect, test } from 'vitest';
import { createApps } from '../admin/apps.js';
import { connectDb } from './connect.js';
import { MIGRATIONS } from './migrations.js';

test('apps that an older server added are there, without a remote configuration', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'minilens-accounts-'));
  const database = new Sqlite(join(directory, 'accounts.sqlite'));
  const older = new Kysely<unknown>({ dialect: new SqliteDialect({ database }) });
  await new Migrator({ db: older, provider: { getMigrations: async () => MIGRATIONS } }).migrateTo('0001-main-road');
  database.exec("INSERT INTO apps VALUES ('wx00000000000000aa', 'Shop', 'hash', 'k_1', 'Asia/Shanghai', 1)");
  await older.destroy();

  const db = await connectDb(directory);
  const app = { appid: 'wx00000000000000aa', name: 'Shop', agentKey: 'k_1', timezone: 'Asia/Shanghai' };
  expect(await createApps(db, Date.now).list()).toEqual([
    {
      ...app,
      agentConfig: { version: '', values: {} },
      keeping: { eventsDays: 90, rollupsDays: 1_095, eventsFrom: null },
    },
  ]);
  await db.destroy();
  rmSync(directory, { recursive: true });
});
