import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kysely, Migrator, SqliteDialect } from 'kysely';
import Sqlite from 'libsql';
import { expect, test } from 'vitest';
import { createApps } from '../admin/apps.js';
import { connectDb } from './connect.js';
import { MIGRATIONS } from './migrations.js';

test.each(Object.keys(MIGRATIONS))(
  'apps that a server of %s added are there, with defaults for what came later',
  async (version) => {
    const directory = mkdtempSync(join(tmpdir(), 'minilens-accounts-'));
    const database = new Sqlite(join(directory, 'accounts.sqlite'));
    const older = new Kysely<unknown>({ dialect: new SqliteDialect({ database }) });
    await new Migrator({ db: older, provider: { getMigrations: async () => MIGRATIONS } }).migrateTo(version);
    database.exec(`INSERT INTO apps (appid, name, secret_hash, agent_key, timezone, created_at)
    VALUES ('wx00000000000000aa', 'Shop', 'hash', 'k_1', 'Asia/Shanghai', 1)`);
    await older.destroy();

    const db = await connectDb(directory);
    const app = { appid: 'wx00000000000000aa', name: 'Shop', agentKey: 'k_1', timezone: 'Asia/Shanghai' };
    expect(await createApps(db, Date.now).list()).toEqual([
      {
        ...app,
        agentConfig: { version: '', values: {} },
        keeping: { eventsDays: 90, rollupsDays: 1_095, eventsFrom: null },
        eventsGone: 0,
      },
    ]);
    await db.destroy();
    rmSync(directory, { recursive: true });
  },
);

test('an accounts database of a newer version is left alone', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'minilens-accounts-'));
  await (await connectDb(directory)).destroy();
  const database = new Sqlite(join(directory, 'accounts.sqlite'));
  database.exec("INSERT INTO kysely_migration VALUES ('9999-tomorrow', '2030-01-01')");
  database.close();
  await expect(connectDb(directory)).rejects.toThrow(/newer version of Minilens: it has 9999-tomorrow/);
  rmSync(directory, { recursive: true });
});
