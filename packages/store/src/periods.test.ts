import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask } from './ask.js';
import { isDirty, listBuckets } from './buckets.js';
import { connectStore, execute, selectRows } from './connect.js';
import { eraseUsers } from './erase.js';
import { insertBlock } from './insert-block.js';
import type { MetricName } from './metrics.js';
import { migrate } from './migrate.js';
import { addUpPeriods, askPeriod } from './periods.js';
import { rollUp } from './roll-up.js';

const APP = 'wx00000000000000aa';
const DAY = 86_400_000;
/** 2025-12-29 00:00 in Shanghai, the Monday of a week that crosses the year's end. */
const MONDAY = Date.UTC(2025, 11, 28, 16);
/** 2026-01-01 00:00 in Shanghai. */
const NEW_YEAR = MONDAY + 3 * DAY;
const NEXT_MONTH = Date.UTC(2026, 0, 31, 16);
const METRIC_NAMES = ['session_cnt', 'visit_pv', 'visit_uv', 'visit_uv_new', 'stay_time_uv', 'visit_depth'] as const;

const directory = mkdtempSync(join(tmpdir(), 'minilens-periods-'));
const store = connectStore({ path: directory });
let blocks = 0;
/** As large as those of a server: a clock in microseconds. */
let rollupId = 1_795_000_000_000_000;
beforeAll(() => migrate(store));
afterAll(async () => {
  await store.close();
  rmSync(directory, { recursive: true });
});

const question = (from: number, to: number, metrics: readonly MetricName[] = METRIC_NAMES) => ({
  app: APP,
  from,
  to,
  timezone: 'Asia/Shanghai',
  metrics,
});

async function load(sessions: { user: string; at: number }[]) {
  const batches = sessions.map(({ user, at }, i) =>
    JSON.stringify({
      app: APP,
      agent: '0.1.0',
      ip: '',
      receivedAt: at,
      skewMs: 0,
      sessionAt: at,
      session: { id: `s-${blocks}-${i}`, user, scene: 1001, entry: 'pages/index/index' },
      device: {},
      events: [{ n: 1, at, kind: 'page_show', page: 'pages/index/index' }],
    }),
  );
  await insertBlock(store, { token: `b-${blocks++}`, batches });
}

const rollUpAll = async () => rollUpHours((await listBuckets(store, APP, 0, 4e12)).map(({ hour }) => hour * 1000));
/** As the job does it. */
const rollUpDirty = async () =>
  rollUpHours((await listBuckets(store, APP, 0, 4e12)).filter(isDirty).map(({ hour }) => hour * 1000));

/** @param hours Unix ms. */
async function rollUpHours(hours: number[]) {
  const seconds = hours.map((hour) => hour / 1000);
  await rollUp(store, APP, seconds, (howMany) => {
    rollupId += howMany;
    return rollupId - howMany;
  });
}
const addUp = (endedBefore = NEXT_MONTH) => addUpPeriods(store, { app: APP, timezone: 'Asia/Shanghai', endedBefore });

/** Distinct users counted by hand. */
const usersIn = (sessions: { user: string; at: number }[], from: number, to: number) =>
  new Set(sessions.filter(({ at }) => at >= from && at < to).map(({ user }) => user)).size;

test('days, weeks and months answer from their rows as from their hours, and exactly', async () => {
  const sessions = Array.from({ length: 400 }, (_, i) => ({
    user: `user-${(i * 37) % 90}`,
    at: MONDAY + ((i * 7_919) % 12_000) * (DAY / 1_000),
  }));
  await load(sessions);
  const periods: [number, number][] = [
    [MONDAY, MONDAY + DAY],
    [MONDAY, MONDAY + 7 * DAY],
    [NEW_YEAR, NEXT_MONTH],
    [NEW_YEAR + 20 * DAY, NEW_YEAR + 21 * DAY],
  ];
  const byHours = await Promise.all(periods.map(([from, to]) => ask(store, question(from, to))));
  expect(await askPeriod(store, question(MONDAY, MONDAY + DAY))).toBeUndefined();

  await rollUpDirty();
  await addUp();
  for (const [i, [from, to]] of periods.entries()) {
    expect(await askPeriod(store, question(from, to))).toBeDefined();
    expect(await ask(store, question(from, to))).toEqual(byHours[i]);
    expect(await ask(store, question(from, to, ['visit_uv']))).toEqual([{ visit_uv: usersIn(sessions, from, to) }]);
  }
  // No period but these three: it ends elsewhere than a day, a week or a month.
  expect(await askPeriod(store, question(MONDAY + DAY, MONDAY + 8 * DAY))).toBeUndefined();

  const rows = () =>
    selectRows(
      store,
      'SELECT countIf(day.at > 0 OR week.at > 0 OR month.at > 0) AS rows, max(greatest(day.at, week.at, month.at)) AS newest FROM buckets',
    );
  const before = await rows();
  await addUp();
  expect(await rows()).toEqual(before);
});

test('a row no longer counts once its hours change, or an earlier one may take its new users away', async () => {
  const day = question(NEW_YEAR, NEW_YEAR + DAY);
  const [before] = await ask(store, day);
  await load([{ user: 'somebody-new', at: NEW_YEAR + 3_600_000 }]);
  expect(await askPeriod(store, day)).toBeUndefined();
  expect((await ask(store, day))[0]?.visit_uv_new).toBe((before?.visit_uv_new as number) + 1);
  await rollUpDirty();
  expect(await askPeriod(store, day)).toBeUndefined();
  await addUp();
  expect(await askPeriod(store, day)).toMatchObject({ visit_uv_new: (before?.visit_uv_new as number) + 1 });

  await load([{ user: 'somebody-new', at: MONDAY - 40 * DAY }]);
  expect(await askPeriod(store, day)).toBeUndefined();
  expect((await ask(store, day))[0]?.visit_uv_new).toBe(before?.visit_uv_new);
  await rollUpDirty();
  await rollUpAll();
  await addUp();
  expect(Number((await askPeriod(store, day))?.visit_uv_new)).toBe(before?.visit_uv_new);
}, 60_000);

test('a period whose own hours stay as they are is not added up again when an earlier one changes', async () => {
  const day = question(NEW_YEAR + DAY, NEW_YEAR + 2 * DAY);
  const before = await askPeriod(store, day);
  // What it would be added up from is gone: only its marks can be made new.
  await execute(store, 'CREATE TABLE visit_hours_kept AS visit_hours');
  await load([{ user: 'somebody-new', at: MONDAY + 2_000 }]);
  await rollUpHours([MONDAY]);
  expect(await askPeriod(store, day)).toBeUndefined();
  await execute(store, 'EXCHANGE TABLES visit_hours AND visit_hours_kept');
  await addUp();
  await execute(store, 'EXCHANGE TABLES visit_hours AND visit_hours_kept');
  await execute(store, 'DROP TABLE visit_hours_kept');
  expect(before?.session_cnt).toBeGreaterThan(0);
  expect(await askPeriod(store, day)).toEqual(before);
  // Those that hold the changed hour were added up from nothing.
  await rollUpHours([MONDAY]);
  await addUp();
});

test('a period beside an hour that was never given anything makes no bucket of it', async () => {
  const at = NEXT_MONTH + 10 * DAY + 5_000_000;
  await load([{ user: 'user-1', at }]);
  await rollUpDirty();
  await addUp(NEXT_MONTH + 11 * DAY);
  expect(await askPeriod(store, question(NEXT_MONTH + 10 * DAY, NEXT_MONTH + 11 * DAY))).toMatchObject({
    session_cnt: 1,
  });
  expect((await listBuckets(store, APP, NEXT_MONTH + 10 * DAY, 4e12)).map(({ hour }) => hour)).toEqual([
    Math.floor(at / 3_600_000) * 3600,
  ]);
});

test('a period that goes on has no row', async () => {
  const later = NEXT_MONTH + 12 * DAY;
  await load([{ user: 'user-1', at: later }]);
  await rollUpDirty();
  await addUp(later + DAY - 1);
  expect(await askPeriod(store, question(later, later + DAY))).toBeUndefined();
  await addUp(later + DAY);
  expect(await askPeriod(store, question(later, later + DAY))).toBeDefined();
});

test('an erased user leaves the periods whose hours are no longer computed', async () => {
  const user = 'user-to-be-erased';
  const day = question(MONDAY, MONDAY + DAY);
  const [before] = await ask(store, day);
  await load([{ user, at: MONDAY + 1_000 }]);
  await rollUpDirty();
  await addUp();
  expect(await askPeriod(store, day)).toMatchObject({ visit_uv_new: (before?.visit_uv_new as number) + 1 });
  const hashes = [createHash('sha256').update(`${APP} ${user}`).digest('hex')];
  await eraseUsers(store, { app: APP, hashes, askedAt: NEXT_MONTH + 31 * DAY }, { from: NEXT_MONTH });
  expect(await askPeriod(store, day)).toBeUndefined();
  await addUp();
  expect(await askPeriod(store, day)).toMatchObject({ visit_uv_new: before?.visit_uv_new });
});
