import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { ordinaryBatch } from '@minilens/simulator/ordinary-batch';
import { createSeededRandom } from '@minilens/simulator/seeded-random';
import { ask } from '@minilens/store/ask';
import { cloneTables, isEmpty, restorePiece } from '@minilens/store/backup';
import { listBuckets } from '@minilens/store/buckets';
import { connectStore, type Store, selectRows } from '@minilens/store/connect';
import { eraseUsers } from '@minilens/store/erase';
import { countEvents, exportEnvelopes, exportParquet } from '@minilens/store/export';
import { insertBlock } from '@minilens/store/insert-block';
import { dropPastEvents, listPastEvents, pastAt } from '@minilens/store/keep';
import { METRICS, type MetricName } from '@minilens/store/metrics';
import { migrate } from '@minilens/store/migrate';
import { rollUp } from '@minilens/store/roll-up';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CLUSTER, type ClickHouseProcess, startClickHouse, startCluster } from './server.js';

const APPID = 'wx00000000000000aa';
const HOUR_MS = 3_600_000;
const FROM = Date.UTC(2026, 2, 1, 16);
const TO = FROM + 24 * HOUR_MS;

const scratch = mkdtempSync(join(tmpdir(), 'minilens-keep-'));
let processes: ClickHouseProcess[] = [];
let cluster: Store;
let server: Store;
let users: string[];
beforeAll(async () => {
  const [single, nodes] = await Promise.all([startClickHouse(), startCluster({ shards: 2 })]);
  processes = [single, ...nodes];
  server = connectStore({ urls: [single.url] });
  cluster = connectStore({ urls: nodes.map(({ url }) => url), cluster: CLUSTER });
  const random = createSeededRandom(5);
  const batches = Array.from({ length: 200 }, () => {
    const {
      key: _key,
      v: _v,
      sentAt,
      session,
      ...batch
    } = ordinaryBatch({ appid: APPID, key: '' }, random, FROM + Math.floor(random() * (TO - FROM)));
    const { startAt: sessionAt, ...rest } = session;
    return { ...batch, session: rest, sessionAt, ip: '', receivedAt: sentAt, skewMs: 0 };
  });
  users = batches.map(({ session }) => session.user);
  for (const store of [server, cluster]) {
    await migrate(store);
    await insertBlock(store, { token: 'keep-1', batches: batches.map((batch) => JSON.stringify(batch)) });
    await rollUpAll(store);
  }
});
afterAll(async () => {
  for (const store of [server, cluster]) await store?.close();
  await Promise.all(processes.map((each) => each.stop()));
  rmSync(scratch, { recursive: true, force: true });
});

let id = Date.now() * 1000;
const rollUpHours = (store: Store, hours: readonly number[]) =>
  rollUp(store, APPID, hours, (howMany) => {
    id += howMany;
    return id - howMany;
  });
const rollUpAll = async (store: Store) =>
  rollUpHours(
    store,
    (await listBuckets(store, APPID, 0, 4e12)).map(({ hour }) => hour),
  );
const EXACT = (Object.keys(METRICS) as MetricName[]).filter((name) => !name.startsWith('duration'));
const numbers = (store: Store) =>
  ask(store, { app: APPID, from: FROM, to: TO, timezone: 'Asia/Shanghai', metrics: EXACT, by: ['hour'], fill: true });
const hash = (user: string) => createHash('sha256').update(`${APPID} ${user}`).digest('hex');

test('a server is backed up shard by shard and restored into an empty one over HTTP', async () => {
  const clones = await cloneTables(server, 'backup_test_', (clone) => clone(), { isEmbedded: false });
  const paths = clones.pieces.map(({ table, partition }) => join(scratch, `${table}-${partition}`));
  for (const [i, piece] of clones.pieces.entries()) await clones.write(piece, paths[i] as string);
  await clones.drop();
  const fresh = await startClickHouse();
  processes.push(fresh);
  const restored = connectStore({ urls: [fresh.url] });
  expect([await isEmpty(server), await isEmpty(restored)]).toEqual([false, true]);
  await migrate(restored);
  for (const [i, piece] of clones.pieces.entries())
    await restorePiece(restored, piece, paths[i] as string, { isEmbedded: false });
  const before = await numbers(server);
  expect(await numbers(restored)).toEqual(before);
  await rollUpAll(restored);
  expect(await numbers(restored)).toEqual(before);
  await restored.close();
});

test('a cluster is cloned on every shard', async () => {
  const clones = await cloneTables(cluster, 'backup_test_', (clone) => clone(), { isEmbedded: false });
  const ofEvents = clones.pieces.filter(({ table }) => table === 'events');
  expect(ofEvents.map(({ shard }) => shard)).toEqual([1, 2]);
  expect(ofEvents.reduce((sum, { rows }) => sum + rows, 0)).toBe(4_000);
  await clones.drop();
  for (const node of cluster.nodes)
    expect(await selectRows(node, "SELECT name FROM system.tables WHERE name LIKE 'backup\\_%'")).toEqual([]);
});

test('a server and a cluster export the same events', async () => {
  const range = { app: APPID, from: FROM, to: TO };
  const whole = { isEmbedded: false, temporaryPath: '' };
  const [ofServer, ofCluster] = await Promise.all(
    [server, cluster].map(async (store) => {
      const lines = [];
      for await (const line of exportEnvelopes(store, range)) lines.push(line);
      return lines.sort();
    }),
  );
  expect(ofCluster).toEqual(ofServer);
  expect(await countEvents(cluster, range)).toBe(4_000);
  expect((await text(await exportParquet(server, range, whole))).slice(0, 4)).toBe('PAR1');
});

test('users are erased from a cluster as from a server', async () => {
  const erased = { app: APPID, hashes: users.slice(0, 20).map(hash), askedAt: TO };
  for (const store of [server, cluster]) {
    const { events, sessions, hours } = await eraseUsers(store, erased, { from: 0 });
    expect([events, sessions]).toEqual([400, 20]);
    await rollUpHours(store, hours);
    expect(await eraseUsers(store, erased, { from: 0 })).toEqual({ events: 0, sessions: 0, hours: [] });
  }
  expect(await numbers(cluster)).toEqual(await numbers(server));
});

test('events that are past go from every shard, and the numbers stay', async () => {
  const before = await numbers(server);
  const past = new Map([[APPID, pastAt(TO + 100 * 24 * HOUR_MS, 60)]]);
  for (const store of [server, cluster]) {
    expect([...(await listPastEvents(store, past)).keys()]).toEqual([APPID]);
    expect(await dropPastEvents(store, past)).toBe(3_600);
    expect(await dropPastEvents(store, past)).toBe(0);
    expect(await numbers(store)).toEqual(before);
  }
});
