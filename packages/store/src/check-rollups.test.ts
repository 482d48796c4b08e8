import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Event } from '@minilens/wire/event';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listBuckets } from './buckets.js';
import { checkRollups, type RollupCheck, sumChecks } from './check-rollups.js';
import { connectStore, execute } from './connect.js';
import { insertBlock, type StoredBatch } from './insert-block.js';
import { migrate } from './migrate.js';
import { rollUp } from './roll-up.js';
import { SOURCES, type SourceName } from './sources.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 2, 2, 4);
const HOURS = 30;
const SESSIONS = 3;

const directory = mkdtempSync(join(tmpdir(), 'minilens-check-'));
const store = connectStore({ path: directory });
beforeAll(() => migrate(store));
afterAll(async () => {
  await store.close();
  rmSync(directory, { recursive: true });
});

let apps = 0;
let blocks = 0;
let ids = 0;

const load = (batches: StoredBatch[]) =>
  insertBlock(store, { token: `t-${blocks++}`, batches: batches.map((batch) => JSON.stringify(batch)) });

function visit(app: string, user: string, startAt: number): StoredBatch {
  const events: Event[] = [
    { n: 1, at: startAt, kind: 'launch' },
    { n: 2, at: startAt, kind: 'page_show', page: 'pages/index/index' },
    { n: 3, at: startAt + 5_000, kind: 'page_hide', page: 'pages/index/index', view: 2, stayMs: 5_000 },
    { n: 4, at: startAt + 1_000, kind: 'call', name: 'scanCode', outcome: 'success', durationMs: 40 },
    { n: 5, at: startAt + 2_000, kind: 'call', name: 'requestPayment', outcome: 'fail', durationMs: 900 },
    {
      n: 6,
      at: startAt + 2_500,
      kind: 'request',
      method: 'GET',
      host: 'api.shop.example',
      path: '/cart',
      outcome: 'http_error',
      status: 500,
    },
    { n: 7, at: startAt + 3_000, kind: 'performance', name: 'appLaunch', durationMs: 700 },
    { n: 8, at: startAt + 3_500, kind: 'error', source: 'app', name: 'TypeError', errMsg: 'x is undefined' },
    {
      ...{ n: 9, at: startAt + 4_000, kind: 'push_delivery', delivery: 'delivery-1', messageKey: '0123456789abcdef' },
      ...{ attempt: 1, msgType: 'text', host: 'push.shop.example', outcome: 'ok', reason: 'covered', durationMs: 80 },
    },
    { n: 11, at: startAt + 4_500, kind: 'performance', name: 'memory', value: 300_000_000 },
  ];
  return {
    app,
    agent: '0.1.0',
    ip: '203.0.113.7',
    receivedAt: startAt + 6_000,
    skewMs: 0,
    sessionAt: startAt,
    session: { id: `s${ids++}`, user, scene: 1001, entry: 'pages/index/index' },
    device: { platform: 'ios', version: '1.0.0' },
    events,
    dropped: [{ n: 10, reason: 'invalid' }],
  };
}

/** An app with three sessions in each of 30 hours, rolled up. */
async function appWithRollups(): Promise<string> {
  const app = `wx${String(++apps).padStart(16, '0')}`;
  await load(
    Array.from({ length: HOURS * SESSIONS }, (_, i) =>
      visit(app, `user-${i % 20}`, START + Math.floor(i / SESSIONS) * HOUR + (i % SESSIONS) * 60_000),
    ),
  );
  let id = Date.now() * 1000;
  const buckets = await listBuckets(store, app, 0, 4e12);
  await rollUp(
    store,
    app,
    buckets.map(({ hour }) => hour),
    (howMany) => {
      id += howMany;
      return id - howMany;
    },
  );
  return app;
}

/** The whole check, slice after slice, as the command line runs it. */
async function check(app: string): Promise<RollupCheck> {
  const checks: RollupCheck[] = [];
  for (let after = -1; ; ) {
    const slice = await checkRollups(store, app, { from: 0, to: 4e12, after });
    checks.push(slice.check);
    if (slice.left === 0) return sumChecks(checks);
    after = slice.last;
  }
}

const change = (statement: string, app: string, hour = START) =>
  execute(store, `${statement} SETTINGS mutations_sync = 1`, { app, hour: hour / 1000 });
const OF_HOUR = "app = {app:String} AND hour = toDateTime({hour:Int64}, 'UTC')";

test('rollups that are what their events say are found equal, all of them', async () => {
  const found = await check(await appWithRollups());
  expect(found).toMatchObject({
    hours: HOURS,
    differing: 0,
    differences: [],
    events: HOURS * SESSIONS * 10,
    doubled: 0,
    doubles: [],
    eventsInWrongHour: 0,
    sessionsInTwoPlaces: 0,
    usersOnTwoShards: 0,
    passedOver: { dirty: 0, eventsGone: 0, sharedOut: 0, newcomers: 0 },
  });
  // In an hour two rows of calls, of their users and of measurements, and one of every other source; and two of each of 20 newcomers.
  const hourly = Object.values(SOURCES).filter(({ table }) => !/^newcomer_/.test(table));
  const rowsOf = ({ table }: { table: string }) => (/^(call(_user)?|performance)_hours$/.test(table) ? 2 : 1);
  expect(found.rows).toBe(HOURS * hourly.reduce((sum, source) => sum + rowsOf(source), 0) + 2 * 20);
  // The name of a measurement says which row it is.
  const valuesOf = ({ columns }: { columns: readonly string[] }) => columns.filter((name) => name !== 'name').length;
  expect(found.values).toBe(HOURS * hourly.reduce((sum, source) => sum + rowsOf(source) * valuesOf(source), 0));
});

test('a value broken by hand is named, with what it should be, and nothing else is', async () => {
  const app = await appWithRollups();
  await change(`ALTER TABLE call_hours UPDATE errors = errors + 1 WHERE ${OF_HOUR} AND name = 'requestPayment'`, app);
  const { differing, differences } = await check(app);
  expect(differing).toBe(1);
  expect(differences).toEqual([
    {
      hour: START,
      source: 'calls',
      key: { name: 'requestPayment', version: '1.0.0' },
      column: 'errors',
      rollup: '4',
      events: '3',
    },
  ]);
});

test('a state broken by hand is named by the value it comes to', async () => {
  const app = await appWithRollups();
  const hour = START + 5 * HOUR;
  await change(
    `ALTER TABLE visit_hours UPDATE users = arrayReduce('uniqExactState', ['nobody']) WHERE ${OF_HOUR}`,
    app,
    hour,
  );
  expect((await check(app)).differences).toEqual([
    { hour, source: 'visits', key: {}, column: 'users', rollup: '1', events: '3' },
  ]);
});

test('percentiles far from those of the events are named', async () => {
  const app = await appWithRollups();
  const wrong = "arrayReduce('quantilesTDigestState(0.5, 0.75, 0.95, 0.99)', [toNullable(toUInt32(7777))])";
  await change(`ALTER TABLE call_hours UPDATE durations = ${wrong} WHERE ${OF_HOUR} AND name = 'scanCode'`, app);
  expect((await check(app)).differences).toMatchObject([
    { source: 'calls', key: { name: 'scanCode' }, column: 'durations', events: '[40,40,40,40]' },
  ]);
});

describe('a row that is missing from the rollups', () => {
  const NAMES = Object.keys(SOURCES) as SourceName[];
  /** Each source misses another hour, so that one check tells of all. */
  const hourOf = (name: SourceName) => START + NAMES.indexOf(name) * HOUR;
  let found: RollupCheck;
  beforeAll(async () => {
    const app = await appWithRollups();
    for (const name of NAMES)
      await change(`ALTER TABLE ${SOURCES[name].table} DELETE WHERE ${OF_HOUR}`, app, hourOf(name));
    found = await check(app);
  }, 60_000);

  test.each(NAMES)('of %s is named, and nothing else of its hour', (name) => {
    const differences = found.differences.filter(({ hour }) => hour === hourOf(name));
    expect(differences).not.toEqual([]);
    for (const difference of differences)
      expect(difference).toMatchObject({ source: name, column: 'rows', rollup: '0', events: '1' });
  });

  test('is counted where it is named, and no hour that is whole is named', () => {
    expect(found.differences).toHaveLength(found.differing);
    expect(new Set(found.differences.map(({ hour }) => hour)).size).toBe(NAMES.length);
  });
});

test('an event stored twice is named', async () => {
  const app = await appWithRollups();
  await load([visit(app, 'user-0', START - 10 * DAY)]);
  const session = `s${ids - 1}`;
  await execute(
    store,
    'INSERT INTO events SELECT * FROM events WHERE app = {app:String} AND session_id = {session:String} AND n = 1',
    { app, session },
  );
  const { doubled, doubles } = await check(app);
  expect(doubled).toBe(1);
  expect(doubles).toEqual([{ hour: START - 10 * DAY, session, n: 1, copies: 2 }]);
});

test('an event filed under another hour than its session, and the session that is in two hours, are counted', async () => {
  const app = await appWithRollups();
  const session = `s${ids - 1}`;
  await execute(
    store,
    `INSERT INTO events SELECT * REPLACE (session_hour - INTERVAL 2 HOUR AS session_hour, n + 9 AS n)
    FROM events WHERE app = {app:String} AND session_id = {session:String} AND kind = 'launch'`,
    { app, session },
  );
  const found = await check(app);
  expect(found).toMatchObject({ doubled: 0, eventsInWrongHour: 1, sessionsInTwoPlaces: 1 });
});

test('what waits for its rollup is passed over, and who is new after it too', async () => {
  const app = await appWithRollups();
  await load([visit(app, 'user-99', START + 10 * HOUR)]);
  expect(await check(app)).toMatchObject({
    hours: HOURS - 1,
    differing: 0,
    passedOver: { dirty: 1, eventsGone: 0, sharedOut: 0, newcomers: HOURS - 11 },
  });
});

test('rollups whose events were dropped are passed over, with the day after in which their sessions may reach', async () => {
  const app = await appWithRollups();
  await change(
    "ALTER TABLE events DELETE WHERE app = {app:String} AND session_hour = toDateTime({hour:Int64}, 'UTC')",
    app,
  );
  expect(await check(app)).toMatchObject({ hours: HOURS - 25, differing: 0, passedOver: { dirty: 0, eventsGone: 25 } });
});
