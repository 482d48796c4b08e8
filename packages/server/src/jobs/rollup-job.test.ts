import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from '@minilens/store/ask';
import { isDirty, listBuckets, readBuckets } from '@minilens/store/buckets';
import { connectStore, execute, type Store } from '@minilens/store/connect';
import { insertBlock } from '@minilens/store/insert-block';
import { migrate } from '@minilens/store/migrate';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLoader, settleAlone } from '../collect/loader.js';
import { openSpool } from '../collect/spool.js';
import { connectDb, type Db } from '../db/connect.js';
import { createProcessLocks } from '../db/locks.js';
import { createRollupIds } from './rollup-ids.js';
import { createRollupJobs } from './rollup-job.js';

const APP = 'wx00000000000000aa';
const DAY_MS = 86_400_000;
const NOON = Date.UTC(2026, 2, 2, 4);

const directory = mkdtempSync(join(tmpdir(), 'minilens-rollup-job-'));
let store: Store;
let db: Db;
beforeAll(async () => {
  store = connectStore({ path: join(directory, 'events') });
  // Not a copy: in the process that made its tables, a store takes longest between showing a load and its events.
  await migrate(store);
  db = await connectDb(':memory:');
});
afterAll(async () => {
  await store.close();
  await db.destroy();
  rmSync(directory, { recursive: true });
});

let blocks = 0;
async function load(app = APP) {
  const session = { id: `session-${++blocks}`, user: 'user-one' };
  const head = { app, agent: '0.1.0', ip: '', receivedAt: NOON, skewMs: 0, sessionAt: NOON, session, device: {} };
  const batch = JSON.stringify({ ...head, events: [{ n: 1, at: NOON, kind: 'launch' }] });
  await insertBlock(store, { token: `block-${blocks}`, batches: [batch] });
}
const countDirty = async (app = APP) => (await listBuckets(store, app, 0, 4e12)).filter(isDirty).length;

const jobsOf = (
  over: {
    now?: () => number;
    untilLoaded?: () => Promise<void>;
    settleMs?: number;
    about?: () => Promise<unknown>;
  } = {},
) => {
  const { now = Date.now, untilLoaded = async () => {}, settleMs = 0, about = async () => {} } = over;
  return createRollupJobs(store, {
    locks: createProcessLocks(),
    nextRollupIds: createRollupIds(db, now),
    untilLoaded,
    settleMs,
    about: async () => {
      await about();
      return { timezone: 'Asia/Shanghai', eventsGone: 0 };
    },
    now,
    meters: { foundDirty: () => {}, rolledUp: () => {} },
  });
};

test('an hour that late events come for waits a minute, and no longer where the clock was a year ahead', async () => {
  // Loads are stamped by the store's own clock, and are to look settled.
  const clock = { now: Date.now() + 400 * DAY_MS };
  const jobs = jobsOf({ now: () => clock.now });
  const rollUp = async () => {
    await jobs.rollUpDirty(new AbortController().signal);
    return countDirty();
  };
  await load();
  expect(await rollUp()).toBe(0);
  await load();
  expect(await rollUp()).toBe(1);
  clock.now += 60_000;
  expect(await rollUp()).toBe(0);
  clock.now -= 365 * DAY_MS;
  await load();
  expect(await rollUp()).toBe(0);
});

test('after hours were rolled up again none is for four times as long as that took, but an hour at most', async () => {
  const clock = { now: Date.now() };
  let tookMs = 0;
  const about = async () => {
    clock.now += tookMs;
    tookMs = 0;
  };
  const jobs = jobsOf({ now: () => clock.now, about });
  const rollUp = async () => {
    await load();
    await jobs.rollUpDirty(new AbortController().signal);
    return countDirty();
  };
  expect(await rollUp()).toBe(0);
  clock.now += 60_000;
  tookMs = 100_000;
  expect(await rollUp()).toBe(0);
  for (const [laterMs, dirty] of [
    [399_000, 1],
    [1_000, 0],
  ] as const) {
    clock.now += laterMs;
    expect(await rollUp()).toBe(dirty);
  }

  clock.now += 60_000;
  tookMs = 10 * 3_600_000;
  expect(await rollUp()).toBe(0);
  clock.now += 3_599_000;
  await load('wx00000000000000cc');
  expect(await rollUp()).toBe(1);
  expect(await countDirty('wx00000000000000cc')).toBe(0);
  clock.now += 1_000;
  expect(await rollUp()).toBe(0);
});

test('where others load, what they show last of an insert is waited for', async () => {
  const app = 'wx00000000000000dd';
  const [shown] = await Promise.all([
    execute(
      store,
      "INSERT INTO buckets (app, hour, loads, loaded_at) SELECT {app:String}, toDateTime({hour:Int64}, 'UTC'), 1, now('UTC')",
      { app, hour: NOON / 1000 },
    ).then(() => jobsOf({ settleMs: 2_000 }).rollUpHours(app, [NOON / 1000])),
    sleep(500).then(() =>
      execute(
        store,
        `INSERT INTO events (app, session_hour, session_at, at, user_id, session_id, n, kind)
        SELECT {app:String}, hour, hour, hour, 'user-one', 'session-of-another', 1, 'launch'
        FROM (SELECT toDateTime({hour:Int64}, 'UTC') AS hour)`,
        { app, hour: NOON / 1000 },
      ),
    ),
  ]);
  expect(shown).toBe(1);
  expect(await countDirty(app)).toBe(0);
  const day = { app, from: NOON, to: NOON + 3_600_000, timezone: 'Asia/Shanghai' };
  expect(await ask(store, { ...day, metrics: ['session_cnt'] })).toEqual([{ session_cnt: 1 }]);

  // By a clock of the store's that was a day ahead.
  const ahead = "SELECT {app:String}, toDateTime({hour:Int64}, 'UTC'), 1, now('UTC') + INTERVAL 1 DAY";
  await execute(store, `INSERT INTO buckets (app, hour, loads, loaded_at) ${ahead}`, { app, hour: NOON / 1000 });
  expect(await jobsOf({ settleMs: 10 }).rollUpHours(app, [NOON / 1000])).toBe(1);
});

test('an hour that is rolled up while a large block is on its way is clean with all of it, or dirty', async () => {
  const app = 'wx00000000000000bb';
  const spool = openSpool(join(directory, 'spool'), { maxBytes: 1_000_000_000 });
  const loading = connectStore({ path: join(directory, 'events') });
  const nothing = { inserted: () => {}, insertFailed: () => {} };
  const loader = createLoader({
    spool,
    store: loading,
    memory: { of: () => expect.fail(), remaining: async (batches) => [...batches] },
    prepareStore: async () => {},
    settle: settleAlone,
    countDuplicates: () => {},
    log: pino({ level: 'silent' }),
    meters: nothing,
  });
  const numbers = Array.from({ length: 50 }, (_, i) => i + 1);
  const sessions = Array.from({ length: 2_500 }, (_, i) => `session-${i}`);
  const append = (id: string) =>
    spool.append({ app, session: id }, () => {
      const session = { id, user: `user-of-${id}` };
      const head = { app, agent: '', ip: '', receivedAt: NOON, skewMs: 0, sessionAt: NOON, session, device: {} };
      const events = numbers.map((n) => ({ n, at: NOON + n, kind: 'custom', name: `${id} ${n}` }));
      return { ledger: undefined, batches: [JSON.stringify({ ...head, events })], result: undefined };
    });
  await Promise.all(sessions.map(append));

  const loaded = loader.drain();
  await expect.poll(() => readBuckets(store, app, 0, 4e12), { interval: 1, timeout: 30_000 }).toHaveLength(1);
  await jobsOf({ untilLoaded: loader.untilInserted }).rollUpHours(app, [NOON / 1000]);
  await loaded;
  const day = { app, from: NOON, to: NOON + 3_600_000, timezone: 'Asia/Shanghai' };
  expect(await ask(store, { ...day, metrics: ['session_cnt'] })).toEqual([{ session_cnt: 2_500 }]);
  await spool.close();
  await loading.close();
});
