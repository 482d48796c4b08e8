import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAccounts } from '../admin/accounts.js';
import { createApps } from '../admin/apps.js';
import { createDatabase, type Postgres, run, startPostgres } from '../testing/postgres.js';
import { connectPostgres } from './connect.js';

const NOW = Date.UTC(2026, 2, 2, 4);

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterAll(() => postgres.remove());

test('processes that start at once on an empty database bring it to its schema together', async () => {
  const url = await createDatabase(postgres.url);
  const dbs = await Promise.all(Array.from({ length: 5 }, () => connectPostgres(url)));
  const apps = dbs.map((db) => createApps(db, () => NOW));
  await apps[0]?.add('wx00000000000000aa', 'Shop');
  for (const one of apps) expect(await one.find('wx00000000000000aa')).toMatchObject({ name: 'Shop' });
  await Promise.all(dbs.map((db) => db.destroy()));
});

test('moments come back as the numbers they were', async () => {
  const db = await connectPostgres(await createDatabase(postgres.url));
  await createApps(db, () => NOW).add('wx00000000000000aa', 'Shop');
  expect(await db.selectFrom('apps').select('created_at').execute()).toEqual([{ created_at: NOW }]);
  await db.destroy();
});

test('of two processes that make the first account at once, one is refused', async () => {
  const url = await createDatabase(postgres.url);
  const dbs = await Promise.all([connectPostgres(url), connectPostgres(url)]);
  const made = await Promise.allSettled(
    dbs.map((db, i) => createAccounts(db, () => NOW).createFirst(`owner-${i}`, 'correct horse battery')),
  );
  expect(made.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(await run(url, 'SELECT login FROM users')).toHaveLength(1);
  await Promise.all(dbs.map((db) => db.destroy()));
});

test('a text that PostgreSQL cannot hold is refused and not taken for a fault', async () => {
  const db = await connectPostgres(await createDatabase(postgres.url));
  const apps = createApps(db, () => NOW);
  await expect(apps.add('wx00000000000000aa', 'a\u0000b')).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  expect(await apps.list()).toEqual([]);
  await db.destroy();
});

test('connections that the server ends are made anew', async () => {
  const url = await createDatabase(postgres.url);
  const db = await connectPostgres(url);
  const apps = createApps(db, () => NOW);
  await apps.list();
  await run(url, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'minilens'");
  await expect.poll(() => apps.list().catch((error) => error.code)).toEqual([]);
  await db.destroy();
});
