import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { deliverySession } from '@minilens/simulator/delivery-session';
import { eventfulSession } from '@minilens/simulator/eventful-session';
import { createSeededRandom } from '@minilens/simulator/seeded-random';
import { ask } from '@minilens/store/ask';
import { checkRollups } from '@minilens/store/check-rollups';
import { connectStore, execute, type Store, selectRows } from '@minilens/store/connect';
import { createKeptAnswers, keepAnswers } from '@minilens/store/kept-answers';
import { migrate } from '@minilens/store/migrate';
import { isRestoring } from '@minilens/store/restoring';
import type { Envelope } from '@minilens/wire/envelope';
import type { Receipt } from '@minilens/wire/receipt';
import type { Erased, NewApp } from '@minilens/wire/report-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readManifest } from '../../packages/server/src/backup/manifest.js';
import { restore } from '../../packages/server/src/backup/restore.js';
import { connectPostgres, type Db } from '../../packages/server/src/db/connect.js';
import { createDatabaseLocks } from '../../packages/server/src/db/locks.js';
import { createServer, type Server } from '../../packages/server/src/main.js';
import { loadSettings } from '../../packages/server/src/settings.js';
import { createDatabase, type Postgres, startPostgres } from '../../packages/server/src/testing/postgres.js';
import { startTestServer, type TestServer } from '../../packages/server/src/testing/server.js';
import { answersOf } from './answers.js';
import { createMortalRestore, type Death } from './mortal-restore.js';
import { CLUSTER, type ClickHouseProcess, startCluster } from './server.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOW = Date.UTC(2026, 2, 3, 4);
/** Days whose events are gone, and days whose events are kept. */
const OLD = Date.UTC(2026, 0, 29, 16);
const RECENT = Date.UTC(2026, 1, 2, 16);
const TO = Date.UTC(2026, 1, 4, 16);
const KEPT_DAYS = 20;
/** What both were the days of. */
const USERS = Array.from({ length: 12 }, (_, i) => `user-${String(i).padStart(8, '0')}`);
const ERASED = USERS[3] as string;
/** Whoever was erased and comes back after the move is somebody else than before. */
const isBack = (user: string) => user !== ERASED;

const scratch = mkdtempSync(join(tmpdir(), 'minilens-outgrow-'));
const backup = join(scratch, 'backup');
const ignore = () => {};
const random = createSeededRandom(7);

let nodes: ClickHouseProcess[] = [];
let postgres: Postgres;
let embedded: TestServer;
let app: NewApp;
/** What the backup holds, and what was answered from it once its spool was loaded. */
let before: { rows: Rows; accounts: Rows; answers: unknown; old: unknown };
let waiting: Envelope[];
let acknowledged: Envelope[];
let env: Record<string, string>;
let cluster: Store;
/** What every shard holds after one restore that nobody disturbed. */
let undisturbed: Rows[];

/** `MINILENS_KILLS=20 npx vitest run --project system test/clickhouse/outgrow.test.ts` restores as often, killed anywhere. */
const kills = Number(process.env.MINILENS_KILLS ?? 0);
const POSTGRES = 3;
const DEATHS = {
  schema: { server: 1, says: /CREATE TABLE IF NOT EXISTS drops/, when: 'after' },
  firstUsers: { server: 0, says: /INSERT INTO user_firsts/, when: 'after' },
  buckets: { server: 2, says: /INSERT INTO buckets/, when: 'before' },
  eventsOfShard2: { server: 1, says: /INSERT INTO events/, when: 'after' },
  setsOfUsers: { server: 0, says: /INSERT INTO visit_hours/, when: 'after' },
  rollupsOfShard3: { server: 2, says: /INSERT INTO call_user_hours/, when: 'after' },
  accounts: { server: POSTGRES, says: /insert into "audit_log"/, when: 'before' },
  sessions: { server: POSTGRES, says: /INSERT INTO session_ledgers/, when: 'after' },
  freeing: { server: 0, says: /DROP TABLE IF EXISTS restoring/, when: 'before' },
  freeingTheSecond: { server: 1, says: /DROP TABLE IF EXISTS restoring/, when: 'after' },
  startingAgain: { server: 1, says: /DROP TABLE IF EXISTS events/, when: 'after' },
} as const satisfies Record<string, Death>;

beforeAll(async () => {
  [nodes, postgres] = await Promise.all([startCluster(), startPostgres()]);
  await makeHistory();
  env = {
    MINILENS_CLICKHOUSE_URL: nodes.map(({ url }) => url).join(','),
    MINILENS_CLICKHOUSE_CLUSTER: CLUSTER,
    MINILENS_DATABASE_URL: await createDatabase(postgres.url),
  };
  cluster = connectStore({ urls: nodes.map(({ url }) => url), cluster: CLUSTER });
});
afterAll(async () => {
  await cluster?.close();
  await Promise.all(nodes.map((each) => each.stop()));
  await postgres?.remove();
  rmSync(scratch, { recursive: true, force: true });
});

/** Months of which the first has numbers only, an erased user, late events, and a batch that waits in the spool. */
async function makeHistory() {
  embedded = await startTestServer(NOW);
  app = await embedded.addApp('wx00000000000000aa');
  const post = async (path: string, body: object) =>
    (await embedded.post(`/api/v1/apps/${app.appid}/${path}`, body, embedded.asOwner)).body;
  acknowledged = [...sessionsOf(OLD, USERS), ...sessionsOf(RECENT, USERS)];
  await send(embedded, acknowledged);
  await embedded.drain();
  await post('rollup', { from: '2026-01-29', to: '2026-02-06' });
  await embedded.put(`/api/v1/apps/${app.appid}/keeping`, { eventsDays: KEPT_DAYS }, embedded.asOwner);
  await embedded.dropPast();
  expect(await post('erase', { user: ERASED })).toMatchObject({ users: 1, sessions: expect.any(Number) } as Erased);
  await embedded.put(`/api/v1/apps/${app.appid}/issues/0123456789abcdef`, { state: 'ignored' }, embedded.asOwner);
  const late = sessionsOf(RECENT, USERS.filter(isBack).slice(0, 3));
  await send(embedded, late);
  await embedded.drain();
  acknowledged.push(...late);
  waiting = sessionsOf(RECENT, USERS.filter(isBack).slice(5, 8));
  await send(embedded, waiting);

  const store = connectStore({ path: join(embedded.data, 'events') });
  expect(await keepAnswers(store, app.appid, [{ ...kept(), find: async () => 'as it was' }], { atMost: 1 })).toBe(1);
  await embedded.app.inject({
    method: 'POST',
    url: '/api/v1/backup',
    headers: embedded.asOwner,
    payload: { directory: backup },
  });
  expect(readManifest(backup).shards).toBe(1);
  const rows = await rowsOf(store);
  await embedded.drain();
  const db = await embedded.openDb();
  const accounts = await accountsOf(db);
  await db.destroy();
  before = { rows, accounts, answers: await answers(store), old: await numbersOf(store, OLD) };
  await store.close();
  await embedded.stop();
}

/** Two days of sessions of these users, each with an event of a kind nobody knows, and deliveries of pushed messages. */
function sessionsOf(from: number, users: readonly string[]): Envelope[] {
  return users.flatMap((user) => {
    const startAt = from + Math.floor(random() * 40) * HOUR_MS;
    const own = eventfulSession(app, random, startAt).map((envelope) => ({
      ...envelope,
      session: { ...envelope.session, user },
    }));
    const last = own
      .flatMap(({ events }) => events as { n: number; at: number }[])
      .reduce((a, b) => (a.n > b.n ? a : b));
    own.at(-1)?.events.push({ n: last.n + 1, at: last.at, kind: 'unheard_of' });
    return [...own, { ...deliverySession(app, random, startAt), key: app.key }];
  });
}

async function send(to: Pick<Server, 'app' | 'localToken'>, envelopes: readonly Envelope[]): Promise<Receipt> {
  const { body } = await to.app.inject({
    method: 'POST',
    url: `/v1/import?app=${app.appid}`,
    headers: { authorization: `Bearer ${to.localToken}` },
    payload: envelopes.map((envelope) => JSON.stringify(envelope)).join('\n'),
  });
  return JSON.parse(body) as Receipt;
}

const ofRange = (from: number, to: number) => ({ app: app.appid, from, to, timezone: 'Asia/Shanghai' });
const answers = (store: Store) =>
  answersOf(store, ofRange(OLD, TO), [
    { from: OLD, to: OLD + DAY_MS },
    { from: OLD + DAY_MS, to: OLD + 2 * DAY_MS },
    { from: RECENT, to: TO },
  ]);
const numbersOf = (store: Store, from: number) =>
  ask(store, {
    ...ofRange(from, from + 2 * DAY_MS),
    metrics: ['session_cnt', 'visit_uv', 'visit_uv_new', 'errorUsers', 'errorSessions', 'affectedUsers', 'share_uv'],
  });

type Rows = Record<string, unknown>;

/** A question about the days whose events are gone. */
const kept = () => ({ app: app.appid, question: 'retention', start: OLD, end: OLD + 2 * DAY_MS, madeFrom: 0 });

/** What every table holds, with the sums of all shards. Of sets of users their size; of percentiles nothing. */
async function rowsOf(store: Store): Promise<Rows> {
  const [shard] = (await store.shards()) as [Store];
  const columns = await selectRows<{ table: string; name: string; type: string; isKey: number }>(
    shard,
    `SELECT table, name, type, is_in_sorting_key AS isKey FROM system.columns
    WHERE database = currentDatabase() AND table IN (
      SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree' AND name != 'migrations'
    ) ORDER BY table, position`,
  );
  const rows: Rows = {};
  for (const table of new Set(columns.map((column) => column.table))) {
    const own = columns.filter((column) => column.table === table);
    rows[table] = await selectRows(
      store,
      own.some(({ name }) => name === 'user_id') ? ofUsers(table) : ofSums(table, own),
    );
  }
  return rows;

  function ofUsers(table: string) {
    return `SELECT count() AS rows, sum(cityHash64(row)) AS hash
      FROM ${store.everywhere(`SELECT toString(tuple(*)) AS row FROM ${table} FINAL`.replace(table === 'user_firsts' ? '' : ' FINAL', ''))}`;
  }
  function ofSums(table: string, own: typeof columns) {
    const keys = own
      .filter(({ isKey, type }) => isKey || /^(LowCardinality\()?String/.test(type))
      .map(({ name }) => name);
    const values = own.filter(({ name }) => !keys.includes(name) && !NOT_COMPARED.has(name));
    const parts = values.map(({ name, type }) => {
      if (type.startsWith('AggregateFunction')) return { name, ofShard: `uniqExactMerge(${name})`, ofAll: 'sum' };
      const isSum = type.includes('Int') && name !== 'rollup';
      // Every shard has all buckets.
      return {
        name,
        ofShard: `${isSum ? 'sum' : 'max'}(${name})`,
        ofAll: isSum && table !== 'buckets' ? 'sum' : 'max',
      };
    });
    const ofShards = parts.map(({ name, ofShard }) => `${ofShard} AS of_${name}`);
    const ofAll = parts.map(({ name, ofAll }) => `${ofAll}(of_${name}) AS all_${name}`);
    return `SELECT ${[...keys, ...ofAll].join(', ')}
      FROM ${store.everywhere(`SELECT ${[...keys, ...ofShards].join(', ')} FROM ${table} GROUP BY ${keys.join(', ')}`)}
      GROUP BY ${keys.join(', ')} ORDER BY ${keys.join(', ')}`;
  }
}

/** Percentiles have no order, periods are added up again, and kept answers count by other sums of ids. */
const NOT_COMPARED = new Set(['durations', 'day', 'week', 'month', 'rollups']);

/** The same of every shard by itself. */
const ofEveryShard = async () => Promise.all((await cluster.shards()).map(rowsOf));

/** The same servers with nothing in them. */
async function startOver() {
  for (const node of cluster.nodes) {
    await execute(node, 'DROP DATABASE default SYNC');
    await execute(node, 'CREATE DATABASE default');
  }
  env.MINILENS_DATABASE_URL = await createDatabase(postgres.url);
}

/** An insert into rollups that a server has begun and that is not over until it is told so. */
async function beginInsert(): Promise<{ end: () => void; ended: Promise<unknown> }> {
  const query = 'INSERT INTO visit_hours (app, hour, rollup_id) FORMAT JSONEachRow';
  const insert = request(`${nodes[0]?.url}/?query=${encodeURIComponent(query)}`, { method: 'POST' });
  const ended = once(insert, 'response');
  // The server begins when it has as much as a query may be long.
  insert.write(`${JSON.stringify({ app: app.appid, hour: OLD / 1000, rollup_id: 1 })}${' '.repeat(2 ** 19)}`);
  const running = 'SELECT query_id FROM system.processes WHERE startsWith(query, {query:String})';
  await expect.poll(() => selectRows(cluster.nodes[0] as Store, running, { query })).toHaveLength(1);
  return { end: () => insert.end(), ended };
}

async function accounts(): Promise<Rows> {
  const db = await connectPostgres(env.MINILENS_DATABASE_URL as string);
  try {
    return await accountsOf(db);
  } finally {
    await db.destroy();
  }
}

/** Some of the accounts database. */
async function accountsOf(db: Db): Promise<Rows> {
  const tables = ['apps', 'users', 'erasures', 'issue_states', 'audit_log', 'rollup_ids'] as const;
  const rows = tables.map(async (table) => [table, await db.selectFrom(table).selectAll().execute()]);
  return Object.fromEntries(await Promise.all(rows));
}

const settingsOf = (directory: string, settings = env) =>
  loadSettings({ MINILENS_DATA: join(scratch, directory), MINILENS_LOG_LEVEL: 'silent', ...settings }, scratch);

async function opened<T>(directory: string, use: (server: Server) => Promise<T>): Promise<T> {
  const server = await createServer(settingsOf(directory), { now: () => NOW });
  try {
    return await use(server);
  } finally {
    await server.close();
  }
}

test('a restore does not begin while rollups change, and then makes the same of every shard', async () => {
  let running: Promise<unknown> | undefined;
  await createDatabaseLocks(env.MINILENS_DATABASE_URL as string).hold('rollups', { waitMs: 0 }, async () => {
    running = restore(settingsOf('undisturbed'), backup, ignore);
    await sleep(1_000);
    expect(await isRestoring(cluster)).toBe(false);
  });
  await running;
  expect(await rowsOf(cluster)).toEqual(before.rows);
  undisturbed = await ofEveryShard();
  await startOver();
});

test('a cluster is not restored into a database in which its nodes do not ask each other', async () => {
  for (const node of cluster.nodes) await execute(node, 'CREATE DATABASE other');
  const MINILENS_CLICKHOUSE_URL = nodes.map(({ url }) => `${url}/other`).join(',');
  await expect(restore(settingsOf('other', { ...env, MINILENS_CLICKHOUSE_URL }), backup, ignore)).rejects.toThrow(
    /names the database other, .* ask each other in default\./,
  );
});

test.runIf(kills > 0)(
  'a restore killed anywhere, and run again, makes the same',
  { timeout: kills * 120_000 },
  async () => {
    for (let life = 1; life <= kills; life++) {
      const data = `life-${life}`;
      const mortal = await createMortalRestore(env, backup);
      const run = async (death?: Death | { afterMs: number }) => (await mortal.run(join(scratch, data), death)).end;
      let end: NodeJS.Signals | number = 'SIGKILL';
      for (let deaths = 1 + Math.floor(random() * 3); deaths > 0 && end === 'SIGKILL'; deaths--) {
        const [name, death] = Object.entries(DEATHS)[Math.floor(random() * 2 * Object.keys(DEATHS).length)] ?? [];
        const afterMs = Math.floor(random() * 12_000);
        end = await run(death ?? { afterMs });
        console.log(`life ${life} of ${kills}: ${name ?? `${afterMs} ms`}, ended by ${end}`);
      }
      if (end === 'SIGKILL') end = await run();
      expect(end).toBe(0);
      mortal.close();
      expect(await ofEveryShard()).toEqual(undisturbed);
      expect(await accounts()).toEqual(before.accounts);
      await opened(data, async (server) => expect(server.pendingBatches()).toBeGreaterThan(0));
      await startOver();
    }
  },
);

test('killed again and again, a restore into a cluster and PostgreSQL leaves the same: whole, or not at all', async () => {
  const mortal = await createMortalRestore(env, backup);
  const data = join(scratch, 'data');

  expect(await mortal.run(data, DEATHS.eventsOfShard2)).toMatchObject({ end: 'SIGKILL' });
  expect(Object.values(await accounts()).flat()).toEqual([]);
  await expect(createServer(settingsOf('data'))).rejects.toThrow(/was interrupted. Run minilens restore again/);
  await expect(migrate(cluster), 'another process on that cluster').rejects.toThrow(/under way or was interrupted/);
  await expect(restore(settingsOf('elsewhere'), backup, ignore)).rejects.toThrow(/where it was begun/);

  // A server may go on with what it was told by somebody who is dead.
  const late = await beginInsert();
  const endLate = (said: string) => {
    if (/DROP TABLE IF EXISTS visit_hours/.test(said)) setTimeout(late.end, 200);
  };
  expect(await mortal.run(data, DEATHS.freeing, endLate)).toMatchObject({ end: 'SIGKILL' });
  await late.ended;
  await opened('second', async (second) => {
    // To a collector that never heard of these sessions: it learns of them when it loads.
    expect((await send(second, waiting)).accepted).toBeGreaterThan(0);
    await expect(second.drain()).rejects.toThrow(/under way or was interrupted/);
    const refused = await second.app.inject({
      method: 'POST',
      url: `/api/v1/apps/${app.appid}/questions`,
      headers: { authorization: `Bearer ${second.localToken}` },
      payload: { from: '2026-01-30', to: '2026-02-04', questions: { total: { metrics: ['session_cnt'] } } },
    });
    expect(refused.json()).toMatchObject({
      code: 'STORE_AWAY',
      retry: true,
      message: expect.stringMatching(/^A restore into this event store is under way/),
    });
  });

  expect(await mortal.run(data)).toEqual({
    end: 0,
    printed: expect.stringMatching(
      /, the event store of MINILENS_CLICKHOUSE_URL and the accounts database of MINILENS_D/,
    ),
  });
  mortal.close();
  await migrate(cluster);
  expect(await ofEveryShard()).toEqual(undisturbed);
  expect(await accounts()).toEqual(before.accounts);
  await expect(restore(settingsOf('elsewhere'), backup, ignore)).rejects.toThrow(/event store holds data already/);
});

test('it answers what the embedded server answered, and goes on collecting exactly once', async () => {
  await opened('data', async (server) => {
    expect(server.pendingBatches()).toBeGreaterThan(0);
    // An acknowledgement was lost on the way.
    expect((await send(server, waiting)).accepted).toBe(0);
    await opened('second', async (second) => {
      // To a collector that never heard of these sessions: it learns of them when it loads.
      expect((await send(second, [...waiting, ...acknowledged])).accepted).toBeGreaterThan(0);
      await second.drain();
      await server.drain();
    });
    expect(await answers(cluster)).toEqual(before.answers);
    expect(await createKeptAnswers(cluster).kept(kept(), async () => 'found anew')).toBe('as it was');
    const stored = await events();
    expect(new Set(stored.map((event) => JSON.stringify(event))).size).toBe(stored.length);
  });
});

test('the deep doctor passes over what was shared out, until it is rolled up again', async () => {
  const found = await checked();
  expect(found).toMatchObject({ differing: 0, doubled: 0, usersOnTwoShards: 0 });
  expect(found.passedOver.sharedOut).toBeGreaterThan(0);
  await opened('data', async ({ app: routes, localToken }) => {
    await routes.inject({
      method: 'POST',
      url: `/api/v1/apps/${app.appid}/rollup`,
      headers: { authorization: `Bearer ${localToken}` },
      payload: { from: '2026-02-04', to: '2026-02-04' },
    });
  });
  const after = await checked();
  expect(after.differences).toEqual([]);
  expect(after).toMatchObject({ differing: 0, passedOver: { dirty: 0, sharedOut: 0 } });
  expect(after.hours).toBeGreaterThan(5);
  expect(await numbersOf(cluster, OLD)).toEqual(before.old);
});

test('whoever comes again is one user, in numbers whose events are gone too', async () => {
  await opened('data', async (server) => {
    const again = sessionsOf(RECENT, USERS.filter(isBack));
    await send(server, again);
    await server.drain();
  });
  expect(await numbersOf(cluster, OLD)).toEqual(before.old);
  const [{ visit_uv = 0 } = {}] = await ask(cluster, { ...ofRange(OLD, TO), metrics: ['visit_uv'] });
  expect(visit_uv, 'the erased one is in the numbers of the first days only').toBe(USERS.length);
});

test('a restore that was interrupted after its last step leaves what came since', async () => {
  const stored = await events();
  const { madeAt } = readManifest(backup);
  writeFileSync(join(scratch, 'data', 'restoring.json'), JSON.stringify({ madeAt, isFilled: true }));
  await restore(settingsOf('data'), backup, ignore);
  expect(await events()).toEqual(stored);
  await opened('data', async (server) => expect(server.pendingBatches()).toBe(0));
});

test('an embedded backup goes into one ClickHouse server as it is, and not over accounts that are there', async () => {
  const [node] = cluster.nodes as [Store];
  await execute(node, 'CREATE DATABASE one');
  const onOne = { MINILENS_CLICKHOUSE_URL: `${nodes[0]?.url}/one` };
  await expect(
    restore(
      settingsOf('one', { ...onOne, MINILENS_DATABASE_URL: env.MINILENS_DATABASE_URL as string }),
      backup,
      ignore,
    ),
  ).rejects.toThrow(/MINILENS_DATABASE_URL holds data already \(apps, /);
  await restore(settingsOf('one', onOne), backup, ignore);
  const store = connectStore({ urls: [onOne.MINILENS_CLICKHOUSE_URL] });
  expect(await rowsOf(store)).toEqual(before.rows);
  await store.close();
});

const events = () =>
  selectRows(
    cluster,
    `SELECT session_id, n FROM ${cluster.everywhere('SELECT session_id, n FROM events')} ORDER BY session_id, n`,
  );

/** What the doctor finds in twelve hours, a day after the first whose events are kept. */
const checked = async () =>
  (await checkRollups(cluster, app.appid, { from: RECENT + 26 * HOUR_MS, to: RECENT + 38 * HOUR_MS })).check;
