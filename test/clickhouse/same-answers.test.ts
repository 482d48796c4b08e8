import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deliverySession } from '@minilens/simulator/delivery-session';
import { eventfulSession } from '@minilens/simulator/eventful-session';
import { createSeededRandom } from '@minilens/simulator/seeded-random';
import { ask } from '@minilens/store/ask';
import { listBuckets } from '@minilens/store/buckets';
import { connectStore, type Store } from '@minilens/store/connect';
import { insertBlock } from '@minilens/store/insert-block';
import { createKeptAnswers, keepAnswers } from '@minilens/store/kept-answers';
import { migrate } from '@minilens/store/migrate';
import { addUpPeriods, askPeriod } from '@minilens/store/periods';
import { askRetention } from '@minilens/store/retention';
import { rollUp } from '@minilens/store/roll-up';
import type { Envelope } from '@minilens/wire/envelope';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answersOf } from './answers.js';
import { CLUSTER, type ClickHouseProcess, startClickHouse, startCluster } from './server.js';

const APPID = 'wx00000000000000aa';
const HOUR_MS = 3_600_000;
/** 2026-03-02 00:00 in Shanghai. */
const FROM = Date.UTC(2026, 2, 1, 16);
const TO = FROM + 24 * HOUR_MS;

const directory = mkdtempSync(join(tmpdir(), 'minilens-same-'));
let servers: ClickHouseProcess[] = [];
let stores: { embedded: Store; server: Store; cluster: Store };

beforeAll(async () => {
  const [server, nodes] = await Promise.all([startClickHouse(), startCluster({ shards: 2 })]);
  servers = [server, ...nodes];
  stores = {
    embedded: connectStore({ path: directory }),
    server: connectStore({ urls: [server.url] }),
    cluster: connectStore({ urls: nodes.map(({ url }) => url), cluster: CLUSTER }),
  };
  for (const store of Object.values(stores)) await migrate(store);
});
afterAll(async () => {
  for (const store of Object.values(stores ?? {})) await store.close();
  await Promise.all(servers.map((server) => server.stop()));
  rmSync(directory, { recursive: true, force: true });
});

test('a ClickHouse server and a cluster give the same answers as the embedded engine, before and after rolling up', async () => {
  const random = createSeededRandom(5);
  const blocks = Array.from({ length: 4 }, (_, block) => ({
    token: `same-${block}`,
    batches: Array.from({ length: 50 }, (_, index) => {
      const startAt = FROM + Math.floor(random() * (TO - FROM));
      return index % 10 === 0
        ? [deliverySession({ appid: APPID }, random, startAt)]
        : eventfulSession({ appid: APPID, key: '' }, random, startAt);
    })
      .flat()
      .map(({ key: _key, v: _v, sentAt, session, events, ...batch }: Envelope) => {
        const { startAt: sessionAt, ...rest } = session;
        const [first, second, ...others] = events as { n: number }[];
        // The first event of a batch is dropped, the second is lost.
        const dropped = first && second ? [{ n: first.n, reason: 'invalid' }] : [];
        return JSON.stringify({
          ...batch,
          events: second === undefined ? events : others,
          dropped,
          session: rest,
          sessionAt,
          ip: '203.0.113.9',
          receivedAt: sentAt,
          skewMs: 0,
        });
      }),
  }));
  for (const store of Object.values(stores)) {
    // Each block twice, as a loader does that was killed before it could remove it.
    for (const block of [...blocks, ...blocks]) await insertBlock(store, block);
  }

  const embedded = await answersOf(stores.embedded, ABOUT, THIRDS);
  expect(await answersOf(stores.server, ABOUT, THIRDS)).toEqual(embedded);
  expect(await answersOf(stores.cluster, ABOUT, THIRDS)).toEqual(embedded);
  const nothing = Object.entries(embedded.total[0] ?? {}).filter(([, value]) => value === 0 || value === null);
  expect(nothing, 'every metric has something to count').toEqual([]);

  const byHours = await ask(stores.embedded, { ...ABOUT, metrics: VISITS });
  for (const store of Object.values(stores)) {
    let id = Date.now() * 1000;
    const hours = (await listBuckets(store, APPID, 0, 4e12)).map(({ hour }) => hour);
    const roll = () =>
      rollUp(store, APPID, hours, (howMany) => {
        id += howMany;
        return id - howMany;
      });
    await roll();
    expect(await answersOf(store, ABOUT, THIRDS)).toEqual(embedded);
    await addUpPeriods(store, { app: APPID, timezone: ABOUT.timezone, endedBefore: TO });
    expect(await askPeriod(store, { ...ABOUT, metrics: VISITS })).toEqual(byHours[0]);
    // A first session of a later slice may have made an hour dirty once more.
    await roll();
    const asked = { app: APPID, question: 'retention', start: FROM, end: TO, madeFrom: 0 };
    const readKept = () => createKeptAnswers(store).kept<unknown>(asked, async () => 'not kept');
    expect(await readKept()).toBe('not kept');
    const find = () => askRetention(store, APPID, THIRDS);
    expect(await keepAnswers(store, APPID, [{ ...asked, find }], { atMost: 1 })).toBe(1);
    expect(await readKept()).toEqual(embedded.retention);
    expect(await keepAnswers(store, APPID, [{ ...asked, find }], { atMost: 1 })).toBe(0);
  }
}, 400_000);

const ABOUT = { app: APPID, from: FROM, to: TO, timezone: 'Asia/Shanghai' };
const VISITS = ['session_cnt', 'visit_pv', 'visit_uv', 'visit_uv_new', 'stay_time_uv', 'visit_depth'] as const;
const THIRDS = [0, 8, 16].map((hours) => ({ from: FROM + hours * HOUR_MS, to: FROM + (hours + 8) * HOUR_MS }));
