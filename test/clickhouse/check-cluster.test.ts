import { ordinaryBatch } from '@minilens/simulator/ordinary-batch';
import { createSeededRandom } from '@minilens/simulator/seeded-random';
import { listBuckets } from '@minilens/store/buckets';
import { checkRollups } from '@minilens/store/check-rollups';
import { connectStore, execute, type Store, selectRows } from '@minilens/store/connect';
import { describeEngines } from '@minilens/store/engine';
import { insertBlock } from '@minilens/store/insert-block';
import { migrate, NEWEST_SCHEMA, schemaVersions } from '@minilens/store/migrate';
import { rollUp } from '@minilens/store/roll-up';
import { lastHourByApp, medianSkewMs } from '@minilens/store/vital-signs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CLUSTER, type ClickHouseProcess, startCluster } from './server.js';

const APPID = 'wx00000000000000aa';
const HOUR_MS = 3_600_000;
const FROM = Date.UTC(2026, 2, 1, 16);
const SESSIONS = 200;
const RANGE = { from: FROM - HOUR_MS, to: FROM + 8 * HOUR_MS };

let nodes: ClickHouseProcess[] = [];
let store: Store;
beforeAll(async () => {
  nodes = await startCluster();
  store = connectStore({ urls: nodes.map(({ url }) => url), cluster: CLUSTER });
  await migrate(store);
  const random = createSeededRandom(6);
  const batches = Array.from({ length: SESSIONS }, (_, i) => {
    const startAt = FROM + Math.floor((i / SESSIONS) * 6 * HOUR_MS);
    const { key: _key, v: _v, sentAt, session, ...batch } = ordinaryBatch({ appid: APPID, key: '' }, random, startAt);
    const { startAt: sessionAt, ...rest } = session;
    return JSON.stringify({ ...batch, session: rest, sessionAt, ip: '', receivedAt: sentAt, skewMs: 0 });
  });
  await insertBlock(store, { token: 'check-1', batches });
  let id = Date.now() * 1000;
  const hours = (await listBuckets(store, APPID, 0, 4e12)).map(({ hour }) => hour);
  await rollUp(store, APPID, hours, (howMany) => {
    id += howMany;
    return id - howMany;
  });
});
afterAll(async () => {
  await store?.close();
  await Promise.all(nodes.map((node) => node.stop()));
});

test('every shard of a cluster is compared with its own events', async () => {
  const { check, left } = await checkRollups(store, APPID, RANGE);
  expect(left).toBe(0);
  expect(check).toMatchObject({
    events: SESSIONS * 20,
    differing: 0,
    doubled: 0,
    sessionsInTwoPlaces: 0,
    usersOnTwoShards: 0,
  });
  expect(check.hours).toBeGreaterThan(6);
});

test('what the doctor asks, all nodes answer together', async () => {
  expect(await describeEngines(store)).toHaveLength(3);
  expect(await schemaVersions(store)).toEqual([NEWEST_SCHEMA, NEWEST_SCHEMA, NEWEST_SCHEMA]);
  expect([...(await lastHourByApp(store, FROM)).keys()]).toEqual([APPID]);
  expect(await medianSkewMs(store, [APPID], FROM)).toBe(0);
});

test('a user on two shards, and a value broken on one of them, are found', async () => {
  const [first, second] = (await store.shards()) as [Store, Store];
  await execute(
    first,
    `ALTER TABLE visit_hours UPDATE visit_pv = visit_pv + 1
    WHERE hour = toDateTime({hour:Int64}, 'UTC') SETTINGS mutations_sync = 1`,
    { hour: FROM / 1000 },
  );
  const { check } = await checkRollups(store, APPID, RANGE);
  expect(check.differences).toMatchObject([{ hour: FROM, source: 'visits', column: 'visit_pv' }]);

  const [event] = await selectRows(first, "SELECT * FROM events WHERE kind = 'launch' ORDER BY session_id LIMIT 1");
  await execute(second, `INSERT INTO events FORMAT JSONEachRow\n${JSON.stringify(event)}`);
  const { check: after } = await checkRollups(store, APPID, RANGE);
  expect(after).toMatchObject({ usersOnTwoShards: 1, doubled: 1 });
});
