import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventfulSession } from '@minilens/simulator/eventful-session';
import { createSeededRandom } from '@minilens/simulator/seeded-random';
import { connectStore, type Store } from '@minilens/store/connect';
import { firstHours } from '@minilens/store/first-hours';
import { insertBlock } from '@minilens/store/insert-block';
import { migrate } from '@minilens/store/migrate';
import { findEvents } from '@minilens/store/records/find-events';
import { findSessions } from '@minilens/store/records/find-sessions';
import { live } from '@minilens/store/records/live';
import { pathsAround } from '@minilens/store/records/paths-around';
import { readSession } from '@minilens/store/records/read-session';
import { readUser } from '@minilens/store/records/read-user';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CLUSTER, type ClickHouseProcess, startCluster } from './server.js';

const APPID = 'wx00000000000000aa';
const HOUR_MS = 3_600_000;
/** 2026-03-02 00:00 in Shanghai. */
const FROM = Date.UTC(2026, 2, 1, 16);
const RANGE = { app: APPID, from: FROM, to: FROM + 30 * HOUR_MS };

const directory = mkdtempSync(join(tmpdir(), 'minilens-same-'));
let nodes: ClickHouseProcess[] = [];
let embedded: Store;
let cluster: Store;

beforeAll(async () => {
  nodes = await startCluster();
  embedded = connectStore({ path: directory });
  cluster = connectStore({ urls: nodes.map(({ url }) => url), cluster: CLUSTER });
  for (const store of [embedded, cluster]) await migrate(store);
});
afterAll(async () => {
  for (const store of [embedded, cluster]) await store?.close();
  await Promise.all(nodes.map((node) => node.stop()));
  rmSync(directory, { recursive: true, force: true });
});

test('records of a cluster are those of one engine', async () => {
  const random = createSeededRandom(5);
  const batches = Array.from({ length: 60 }, () =>
    eventfulSession({ appid: APPID, key: '' }, random, FROM + Math.floor(random() * 24) * HOUR_MS),
  )
    .flat()
    .map(({ key: _key, v: _v, sentAt, session: { startAt: sessionAt, ...session }, ...batch }) =>
      JSON.stringify({ ...batch, session, sessionAt, ip: '203.0.113.9', receivedAt: sentAt, skewMs: 0 }),
    );
  for (const store of [embedded, cluster]) await insertBlock(store, { token: 'same', batches });
  const expected = await records(embedded);
  expect(expected.sessions.items).toHaveLength(10);
  expect(expected.live.online.sessions).toBeGreaterThan(0);
  expect(await records(cluster)).toEqual(expected);
});

async function records(store: Store) {
  const page = { limit: 10, offset: 5, now: RANGE.to };
  const sessions = await findSessions(store, { ...RANGE, env: ['release'] }, page);
  const { session = '', user = '' } = sessions.items[0] ?? {};
  return {
    sessions,
    newest: await findEvents(store, { ...RANGE, kind: ['call', 'error'] }, { sort: 'at', ...page }),
    slowest: await findEvents(store, RANGE, { sort: 'durationMs', ...page }),
    byIssue: await findEvents(store, { ...RANGE, issue: 'of nobody' }, { sort: 'at', ...page }),
    byOpenid: await findSessions(store, { ...RANGE, openid: 'o-1' }, page),
    session: await readSession(store, APPID, session),
    user: await readUser(store, APPID, user),
    paths: await pathsAround(store, { ...RANGE, page: 'pages/list/list' }),
    live: await live(store, { app: APPID }, { now: FROM + 12 * HOUR_MS, after: 0, limit: 10 }),
    versions: [...(await firstHours(store, APPID, RANGE.to))].sort(),
  };
}
