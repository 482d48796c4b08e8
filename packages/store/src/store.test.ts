import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask } from './ask.js';
import { type Bucket, isDirty, listBuckets } from './buckets.js';
import { groupCallMessages, lastEventAt } from './calls.js';
import { connectStore, execute, selectRows } from './connect.js';
import { eraseUsers } from './erase.js';
import { insertBlock, type StoredBatch } from './insert-block.js';
import { migrate } from './migrate.js';
import { findCalls } from './records/find-calls.js';
import { listDirtyBuckets, rollUp } from './roll-up.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** 2026-03-02 00:00 in Shanghai, a Monday. */
const MIDNIGHT = Date.UTC(2026, 2, 1, 16);
const APP = 'wx00000000000000aa';

const directory = mkdtempSync(join(tmpdir(), 'minilens-store-'));
const store = connectStore({ path: directory });
let blocks = 0;
let ids = 0;

beforeAll(() => migrate(store));
afterAll(async () => {
  await store.close();
  rmSync(directory, { recursive: true });
});

type EventSpec = Record<string, unknown> & { kind: string; after: number };

function session(user: string, startAt: number, events: EventSpec[], over: Partial<StoredBatch> = {}): StoredBatch {
  return {
    app: APP,
    agent: '0.1.0',
    ip: '203.0.113.7',
    receivedAt: startAt + 1000,
    skewMs: 0,
    sessionAt: startAt,
    session: { id: `s${ids++}`, user, scene: 1001, entry: 'pages/index/index' },
    device: { platform: 'ios', version: '1.0.0' },
    events: events.map(({ after, ...event }, index) => ({ n: index + 1, at: startAt + after, ...event })) as never,
    ...over,
  };
}

const load = (...batches: StoredBatch[]) =>
  insertBlock(store, { token: `t-${blocks++}`, batches: batches.map((batch) => JSON.stringify(batch)) });

const trend = (app: string, from: number, to: number) =>
  ask(store, {
    app,
    from,
    to,
    timezone: 'Asia/Shanghai',
    metrics: [
      'session_cnt',
      'visit_pv',
      'visit_uv',
      'visit_uv_new',
      'stay_time_uv',
      'stay_time_session',
      'visit_depth',
    ],
  });

const zeros = {
  session_cnt: 0,
  visit_pv: 0,
  visit_uv: 0,
  visit_uv_new: 0,
  stay_time_uv: 0,
  stay_time_session: 0,
  visit_depth: 0,
};

const hoursOf = (buckets: Bucket[]) => buckets.map(({ hour }) => hour);

async function rollUpAll(app: string) {
  let id = Date.now() * 1000;
  await rollUp(store, app, hoursOf(await listBuckets(store, app, 0, 4e12)), (howMany) => {
    id += howMany;
    return id - howMany;
  });
}

/** Every answer must be the same before rollups exist, after, and when some buckets are dirty again. */
async function expectBeforeAndAfterRollup(app: string, answer: () => Promise<unknown>, expected: unknown) {
  expect(await answer()).toEqual(expected);
  await rollUpAll(app);
  expect(await answer()).toEqual(expected);
}

test('a period without a session gives zeros', async () => {
  expect(await trend('wx00000000000000ff', MIDNIGHT, MIDNIGHT + DAY)).toEqual([zeros]);
});

test('visits follow their session, whole, into the day it starts in', async () => {
  const app = 'wx0000000000000001';
  await load(
    // Starts a minute before midnight and goes on after it: all of it belongs to the first day.
    session(
      'anna',
      MIDNIGHT + DAY - 60_000,
      [
        { kind: 'launch', after: 0 },
        { kind: 'page_show', after: 0, page: 'a' },
        { kind: 'page_hide', after: 120_000, page: 'a', view: 2, stayMs: 120_000 },
        { kind: 'page_show', after: 120_000, page: 'b' },
        { kind: 'page_hide', after: 125_000, page: 'b', view: 4, stayMs: 5_000 },
        { kind: 'page_show', after: 125_000, page: 'a' },
        { kind: 'app_hide', after: 135_000 },
      ],
      { app },
    ),
    session(
      'anna',
      MIDNIGHT + DAY + HOUR,
      [
        { kind: 'app_show', after: 0 },
        { kind: 'page_show', after: 0, page: 'a' },
        { kind: 'page_hide', after: 1_000, page: 'a', view: 2, stayMs: 1_000 },
      ],
      { app },
    ),
    session('bert', MIDNIGHT + DAY + 2 * HOUR, [{ kind: 'launch', after: 0 }], { app }),
  );
  await expectBeforeAndAfterRollup(app, () => trend(app, MIDNIGHT, MIDNIGHT + DAY), [
    // 120 s + 5 s + 10 s of a view that was never left; three views of two pages.
    {
      session_cnt: 1,
      visit_pv: 3,
      visit_uv: 1,
      visit_uv_new: 1,
      stay_time_uv: 135,
      stay_time_session: 135,
      visit_depth: 2,
    },
  ]);
  expect(await trend(app, MIDNIGHT + DAY, MIDNIGHT + 2 * DAY)).toEqual([
    {
      session_cnt: 2,
      visit_pv: 1,
      visit_uv: 2,
      visit_uv_new: 1,
      stay_time_uv: 0.5,
      stay_time_session: 0.5,
      visit_depth: 0.5,
    },
  ]);
  expect((await trend(app, MIDNIGHT, MIDNIGHT + 2 * DAY))[0]).toMatchObject({
    session_cnt: 3,
    visit_uv: 2,
    visit_uv_new: 2,
  });
});

test('a later stay of the same view replaces the earlier one', async () => {
  const app = 'wx0000000000000002';
  await load(
    session(
      'anna',
      MIDNIGHT,
      [
        { kind: 'page_show', after: 0, page: 'a' },
        { kind: 'page_hide', after: 2_000, page: 'a', view: 1, stayMs: 2_000 },
        { kind: 'page_hide', after: 60_000, page: 'a', view: 1, stayMs: 7_000 },
      ],
      { app },
    ),
  );
  expect((await trend(app, MIDNIGHT, MIDNIGHT + DAY))[0]).toMatchObject({ visit_pv: 1, stay_time_session: 7 });
});

test('ratios carry four decimals, rounded half up', async () => {
  const app = 'wx0000000000000003';
  // 1 ms over 3 sessions is 0.000333 s; 0.1 ms cannot be said, so a half needs 20 sessions: 1 ms / 20 = 0.00005 s.
  await load(
    ...Array.from({ length: 20 }, (_, i) =>
      session(
        `u${i}`,
        MIDNIGHT + i,
        [
          { kind: 'page_show', after: 0, page: 'a' },
          { kind: 'page_hide', after: 10, page: 'a', view: 1, stayMs: i === 0 ? 1 : 0 },
        ],
        { app },
      ),
    ),
  );
  expect((await trend(app, MIDNIGHT, MIDNIGHT + DAY))[0]).toMatchObject({ stay_time_session: 0.0001, visit_depth: 1 });
});

test('a session may arrive in pieces, and a repeated block changes nothing', async () => {
  const app = 'wx0000000000000004';
  const whole = session(
    'anna',
    MIDNIGHT,
    [
      { kind: 'page_show', after: 0, page: 'a' },
      { kind: 'page_show', after: 2_000, page: 'b' },
    ],
    { app },
  );
  const [first, second] = whole.events.map((event) => JSON.stringify({ ...whole, events: [event] }));
  for (let again = 0; again < 3; again++) await insertBlock(store, { token: 'piece-1', batches: [first as string] });
  await rollUpAll(app);
  await insertBlock(store, { token: 'piece-2', batches: [second as string] });
  const dirty = await listDirtyBuckets(store, { endedBefore: MIDNIGHT + DAY, loadedBefore: 4e12 });
  expect(dirty.find((entry) => entry.app === app)?.buckets.map((bucket) => bucket.hour * 1000)).toEqual([MIDNIGHT]);
  await expectBeforeAndAfterRollup(app, () => trend(app, MIDNIGHT, MIDNIGHT + DAY), [
    {
      session_cnt: 1,
      visit_pv: 2,
      visit_uv: 1,
      visit_uv_new: 1,
      stay_time_uv: 2,
      stay_time_session: 2,
      visit_depth: 2,
    },
  ]);
  expect(
    (await listDirtyBuckets(store, { endedBefore: MIDNIGHT + DAY, loadedBefore: 4e12 })).some(
      (entry) => entry.app === app,
    ),
  ).toBe(false);
});

test('an hour that is dirty again is counted once, beside hours rolled up with it', async () => {
  const app = 'wx0000000000000005';
  await load(
    session('anna', MIDNIGHT, [{ kind: 'launch', after: 0 }], { app }),
    session('bert', MIDNIGHT + HOUR, [{ kind: 'launch', after: 0 }], { app }),
  );
  await rollUpAll(app);
  await load(session('carl', MIDNIGHT, [{ kind: 'launch', after: 0 }], { app }));
  await expectBeforeAndAfterRollup(app, async () => (await trend(app, MIDNIGHT, MIDNIGHT + DAY))[0]?.session_cnt, 3);
});

const call = (after: number, outcome: string, over: Record<string, unknown> = {}): EventSpec => ({
  kind: 'call',
  after,
  name: 'requestPayment',
  outcome,
  ...(outcome === 'unknown' ? {} : { durationMs: 100 }),
  ...(outcome === 'fail' ? { errMsg: 'requestPayment:fail no money', errCode: -2 } : {}),
  ...over,
});

test('interfaces count calls in the hour of the call and users in the hour of their session', async () => {
  const app = 'wx0000000000000006';
  const late = MIDNIGHT + HOUR - 1000;
  await load(
    // The session starts in hour 0, its second call falls into hour 1.
    session('anna', late, [call(0, 'fail'), call(2_000, 'success')], { app }),
    session('bert', MIDNIGHT + HOUR, [call(0, 'fail'), call(1_000, 'cancel'), call(2_000, 'unknown')], { app }),
    session('carl', MIDNIGHT + HOUR, [call(0, 'success', { name: 'scanCode', durationMs: 900 })], {
      app,
      device: { version: '2.0.0' },
    }),
  );
  const list = (from: number, to: number) =>
    ask(store, {
      app,
      from,
      to,
      timezone: 'Asia/Shanghai',
      by: ['name'],
      sort: { by: 'calls', order: 'desc' },
      metrics: [
        'calls',
        'success',
        'errors',
        'cancel',
        'unknown',
        'successRate',
        'successRateWithoutCancels',
        'affectedUsers',
        'failedUsers',
        'durationP50Ms',
      ],
    });
  await expectBeforeAndAfterRollup(app, () => list(MIDNIGHT, MIDNIGHT + 2 * HOUR), [
    {
      name: 'requestPayment',
      calls: 5,
      success: 1,
      errors: 2,
      cancel: 1,
      unknown: 1,
      successRate: 25,
      successRateWithoutCancels: 33.3333,
      affectedUsers: 2,
      failedUsers: 1,
      durationP50Ms: 100,
    },
    {
      name: 'scanCode',
      calls: 1,
      success: 1,
      errors: 0,
      cancel: 0,
      unknown: 0,
      successRate: 100,
      successRateWithoutCancels: 100,
      affectedUsers: 0,
      failedUsers: 0,
      durationP50Ms: 900,
    },
  ]);
  expect(await list(MIDNIGHT, MIDNIGHT + HOUR)).toMatchObject([
    { name: 'requestPayment', calls: 1, errors: 1, affectedUsers: 1, failedUsers: 0 },
  ]);
  expect(
    await ask(store, {
      app,
      from: MIDNIGHT,
      to: MIDNIGHT + 2 * HOUR,
      timezone: 'Asia/Shanghai',
      by: ['version'],
      metrics: ['calls', 'errors', 'affectedUsers'],
    }),
  ).toEqual([
    { version: '1.0.0', calls: 5, errors: 2, affectedUsers: 2 },
    { version: '2.0.0', calls: 1, errors: 0, affectedUsers: 0 },
  ]);
});

test('a session that fails in one version and succeeds in the next is affected, not failed', async () => {
  const app = 'wx0000000000000015';
  const first = session('anna', MIDNIGHT, [call(0, 'fail'), call(1_000, 'success')], { app });
  await load(
    { ...first, events: first.events.slice(0, 1), device: { version: '' } },
    { ...first, events: first.events.slice(1), device: { version: '1.1.0' } },
  );
  const about = { app, from: MIDNIGHT, to: MIDNIGHT + HOUR, timezone: 'Asia/Shanghai' };
  await expectBeforeAndAfterRollup(app, () => ask(store, { ...about, metrics: ['affectedUsers', 'failedUsers'] }), [
    { affectedUsers: 1, failedUsers: 0 },
  ]);
});

test('a trend has a point for every hour and day of the range, in the zone of the app', async () => {
  const app = 'wx0000000000000007';
  await load(session('anna', MIDNIGHT + 3 * HOUR, [call(0, 'success')], { app }));
  const byHour = await ask(store, {
    app,
    from: MIDNIGHT,
    to: MIDNIGHT + 5 * HOUR,
    timezone: 'Asia/Shanghai',
    by: ['hour'],
    fill: true,
    metrics: ['calls', 'successRate'],
  });
  expect(byHour).toEqual(
    [0, 1, 2, 3, 4].map((hour) => ({
      hour: MIDNIGHT + hour * HOUR,
      calls: hour === 3 ? 1 : 0,
      successRate: hour === 3 ? 100 : null,
    })),
  );
  const byDay = await ask(store, {
    app,
    from: MIDNIGHT - DAY,
    to: MIDNIGHT + DAY,
    timezone: 'Asia/Shanghai',
    by: ['day'],
    fill: true,
    metrics: ['calls'],
  });
  expect(byDay).toEqual([
    { day: MIDNIGHT - DAY, calls: 0 },
    { day: MIDNIGHT, calls: 1 },
  ]);
});

test('records are found by user, address and outcome, newest first', async () => {
  const app = 'wx0000000000000008';
  await load(
    session('anna', MIDNIGHT, [call(0, 'fail'), call(1_000, 'success')], { app }),
    session('bert', MIDNIGHT, [call(500, 'fail')], { app, ip: '2001:db8::1' }),
  );
  const find = (filter: object, page = { limit: 10, offset: 0 }) =>
    findCalls(
      store,
      { app, name: 'requestPayment', from: MIDNIGHT, to: MIDNIGHT + HOUR, ...filter },
      {
        ...page,
        now: MIDNIGHT + HOUR,
      },
    );
  expect((await find({})).items.map((item) => [item.user, item.at - MIDNIGHT, item.outcome, item.ip])).toEqual([
    ['anna', 1000, 'success', '203.0.113.7'],
    ['bert', 500, 'fail', '2001:db8::1'],
    ['anna', 0, 'fail', '203.0.113.7'],
  ]);
  expect((await find({ user: 'anna', outcome: 'fail' })).total).toBe(1);
  expect((await find({ ip: '203.0.113.7' })).total).toBe(2);
  expect((await find({ ip: '2001:db8::1' })).items[0]).toMatchObject({
    user: 'bert',
    durationMs: 100,
    errCode: -2,
    version: '1.0.0',
  });
  expect((await find({ user: "anna' OR 1=1 --" })).total).toBe(0);
  // A page that is full, the last one, and one beyond it know how many there are.
  for (const offset of [0, 1, 2])
    expect(await find({ user: 'anna' }, { limit: 1, offset })).toMatchObject({
      total: 2,
      items: offset < 2 ? [{ user: 'anna' }] : [],
    });
  expect(
    await groupCallMessages(store, { app, name: 'requestPayment', from: MIDNIGHT, to: MIDNIGHT + HOUR }, 5),
  ).toEqual([
    {
      errMsg: 'requestPayment:fail no money',
      outcome: 'fail',
      calls: 2,
      users: 2,
      firstAt: MIDNIGHT,
      lastAt: MIDNIGHT + 500,
    },
  ]);
  expect(await lastEventAt(store, app)).toBe(MIDNIGHT + 1000);
  expect(await lastEventAt(store, 'wx00000000000000ff')).toBeNull();
});

test('a user whose earlier session comes late is new once, in the earlier hour', async () => {
  const app = 'wx0000000000000013';
  const newUsers = async () =>
    (
      await ask(store, {
        app,
        from: MIDNIGHT,
        to: MIDNIGHT + 4 * HOUR,
        timezone: 'Asia/Shanghai',
        by: ['hour'],
        fill: true,
        metrics: ['visit_uv_new'],
      })
    ).map((row) => row.visit_uv_new);
  await load(
    session('anna', MIDNIGHT + 3 * HOUR, [{ kind: 'launch', after: 0 }], { app }),
    session('bert', MIDNIGHT + 3 * HOUR, [{ kind: 'launch', after: 0 }], { app }),
  );
  await rollUpAll(app);
  expect(await newUsers()).toEqual([0, 0, 0, 2]);

  await load(session('anna', MIDNIGHT + 2 * HOUR, [{ kind: 'launch', after: 0 }], { app }));
  await load(session('anna', MIDNIGHT + 1 * HOUR, [{ kind: 'launch', after: 0 }], { app }));
  // At once, while only the later hour's rollup is in force, and also for a range that leaves the earlier hours out.
  expect(await newUsers()).toEqual([0, 1, 0, 1]);
  const lastHour = { app, from: MIDNIGHT + 3 * HOUR, to: MIDNIGHT + 4 * HOUR, timezone: 'Asia/Shanghai' };
  expect(await ask(store, { ...lastHour, metrics: ['visit_uv_new'] })).toEqual([{ visit_uv_new: 1 }]);
  expect(await ask(store, { ...lastHour, metrics: ['portrait_uv_new'] })).toEqual([{ portrait_uv_new: 1 }]);
  let id = Date.now() * 1000;
  const dirtyHours = async () =>
    (await listDirtyBuckets(store, { endedBefore: MIDNIGHT + DAY, loadedBefore: 4e12 })).find(
      (entry) => entry.app === app,
    )?.buckets ?? [];
  await rollUp(store, app, hoursOf(await dirtyHours()), (howMany) => {
    id += howMany;
    return id - howMany;
  });
  // The later hour is known to be stale, and answered from events until it is rolled up too.
  expect((await dirtyHours()).map((bucket) => bucket.hour * 1000)).toEqual([MIDNIGHT + 3 * HOUR]);
  expect(await newUsers()).toEqual([0, 1, 0, 1]);
  await rollUp(store, app, hoursOf(await dirtyHours()), (howMany) => {
    id += howMany;
    return id - howMany;
  });
  expect(await dirtyHours()).toEqual([]);
  expect(await newUsers()).toEqual([0, 1, 0, 1]);
});

test('an hour loses one newcomer after another, also where a server takes equal rows for a repeat', async () => {
  const app = 'wx0000000000000016';
  const launch = (user: string, at: number) => load(session(user, at, [{ kind: 'launch', after: 0 }], { app }));
  const dirtyHours = async () => (await listBuckets(store, app, 0, 4e12)).filter(isDirty);
  let id = Date.now() * 1000;
  const rollUpDirty = async () =>
    rollUp(store, app, hoursOf(await dirtyHours()), (howMany) => {
      id += howMany;
      return id - howMany;
    });
  // As ClickHouse did before 26.1, and does from then on where it is told to.
  await execute(
    store,
    "SET deduplicate_insert = 'backward_compatible_choice', deduplicate_insert_select = 'enable_even_for_bad_queries'",
  );
  try {
    await launch('anna', MIDNIGHT + 3 * HOUR);
    await launch('bert', MIDNIGHT + 3 * HOUR);
    await rollUpDirty();
    for (const user of ['anna', 'bert']) {
      await launch(user, MIDNIGHT);
      await rollUpDirty();
      expect((await dirtyHours()).map(({ hour }) => hour * 1000)).toEqual([MIDNIGHT + 3 * HOUR]);
      await rollUpDirty();
      expect(await dirtyHours()).toEqual([]);
    }
  } finally {
    await execute(store, 'SET deduplicate_insert = DEFAULT, deduplicate_insert_select = DEFAULT');
  }
  expect((await trend(app, MIDNIGHT, MIDNIGHT + HOUR))[0]).toMatchObject({ visit_uv_new: 2 });
  expect((await trend(app, MIDNIGHT + 3 * HOUR, MIDNIGHT + 4 * HOUR))[0]).toMatchObject({ visit_uv_new: 0 });
});

test('an hour loses one user after another, also where a server takes equal rows for a repeat', async () => {
  const app = 'wx0000000000000017';
  let id = Date.now() * 1000;
  const dirtyHours = async () => (await listBuckets(store, app, 0, 4e12)).filter(isDirty);
  const rollUpDirty = async () =>
    rollUp(store, app, hoursOf(await dirtyHours()), (howMany) => {
      id += howMany;
      return id - howMany;
    });
  const erase = (user: string, askedAt: number) => {
    const hash = createHash('sha256').update(`${app} ${user}`).digest('hex');
    return eraseUsers(store, { app, hashes: [hash], askedAt }, { from: 0 });
  };
  await load(
    ...['anna', 'bert', 'carl'].map((user) => session(user, MIDNIGHT, [{ kind: 'launch', after: 0 }], { app })),
    session('carl', MIDNIGHT + HOUR, [{ kind: 'launch', after: 0 }], { app }),
  );
  await rollUpDirty();
  await execute(store, "SET deduplicate_insert_select = 'enable_even_for_bad_queries'");
  try {
    for (const user of ['anna', 'bert']) {
      await erase(user, MIDNIGHT + 1);
      expect((await dirtyHours()).map(({ hour }) => hour * 1000)).toEqual([MIDNIGHT]);
      await rollUpDirty();
    }
    // What came later is another user, however often the earlier one is erased.
    for (let again = 0; again < 2; again++) await erase('carl', MIDNIGHT + 1);
  } finally {
    await execute(store, 'SET deduplicate_insert_select = DEFAULT');
  }
  expect(await selectRows(store, 'SELECT user_id FROM user_firsts FINAL WHERE app = {app:String}', { app })).toEqual([
    { user_id: 'carl' },
  ]);
  await rollUpDirty();
  expect((await trend(app, MIDNIGHT, MIDNIGHT + HOUR))[0]).toMatchObject({ visit_uv: 0, visit_uv_new: 0 });
  expect((await trend(app, MIDNIGHT, MIDNIGHT + 2 * HOUR))[0]).toMatchObject({ session_cnt: 1, visit_uv_new: 1 });
});

test('a call is found by its own time, however long before it the session began', async () => {
  const app = 'wx0000000000000012';
  await load(session('anna', MIDNIGHT, [call(5 * DAY, 'fail')], { app }));
  const day = { app, name: 'requestPayment', from: MIDNIGHT + 5 * DAY, to: MIDNIGHT + 6 * DAY };
  expect((await findCalls(store, day, { limit: 1, offset: 0, now: day.to })).total).toBe(1);
  expect(await lastEventAt(store, app)).toBe(MIDNIGHT + 5 * DAY);
});

test('a batch the engine refuses is handed back, and the others of its block are stored once', async () => {
  const app = 'wx0000000000000009';
  const batches = Array.from({ length: 9 }, (_, i) =>
    JSON.stringify(session(`user-${i}`, MIDNIGHT, [{ kind: 'launch', after: 0 }], { app })),
  );
  const spoilt = [...batches.slice(0, 4), '{"app": 7', ...batches.slice(4)];
  for (let again = 0; again < 2; again++) {
    const refused = await insertBlock(store, { token: 'spoilt-1', batches: spoilt });
    expect(refused).toEqual([{ batch: '{"app": 7', reason: expect.any(String), type: 'CANNOT_READ_ALL_DATA' }]);
  }
  expect((await trend(app, MIDNIGHT, MIDNIGHT + DAY))[0]).toMatchObject({ session_cnt: 9, visit_uv: 9 });
});

test('a bucket that was just given events is left alone until they have settled', async () => {
  const app = 'wx0000000000000014';
  await load(session('anna', MIDNIGHT, [{ kind: 'launch', after: 0 }], { app }));
  const isListed = async (loadedBefore: number) =>
    (await listDirtyBuckets(store, { endedBefore: MIDNIGHT + DAY, loadedBefore })).some((entry) => entry.app === app);
  expect([await isListed(Date.now() - 60_000), await isListed(Date.now() + 60_000)]).toEqual([false, true]);
});

test('a zero byte and every quote are stored as text', async () => {
  const app = 'wx0000000000000010';
  const strange = 'ab\u0000\u2028"\'\\\n😀';
  await load(session('anna', MIDNIGHT, [call(0, 'fail', { errMsg: strange })], { app }));
  const { items } = await findCalls(
    store,
    { app, name: 'requestPayment', from: MIDNIGHT, to: MIDNIGHT + HOUR },
    { limit: 1, offset: 0, now: MIDNIGHT + HOUR },
  );
  expect(items[0]?.errMsg).toBe(strange);
});

test('history of many years fits into one block', async () => {
  const app = 'wx0000000000000011';
  await load(
    ...Array.from({ length: 150 }, (_, i) =>
      session(`user-${i}`, i * 31 * DAY, [{ kind: 'launch', after: 0 }], { app }),
    ),
  );
  expect((await listBuckets(store, app, 0, 4e12)).length).toBe(150);
});

test('few hours that were given much are rolled up at a time, and many that were given little', async () => {
  const app = 'wx0000000000000017';
  const hours = Array.from({ length: 100 }, (_, i) => MIDNIGHT / 1000 + i * 3600);
  const give = (loads: number, hours: number[]) =>
    execute(
      store,
      `INSERT INTO buckets (app, hour, loads)
      SELECT {app:String}, toDateTime(arrayJoin({hours:Array(UInt32)}), 'UTC'), {loads:UInt64}`,
      { app, hours, loads },
    );
  const slices: number[] = [];
  let id = Date.now() * 1000;
  const rollUpThem = (hours: number[]) =>
    rollUp(store, app, hours, (howMany) => {
      slices.push(howMany);
      id += howMany;
      return id - howMany;
    });
  await give(1, hours);
  await rollUpThem(hours);
  expect(slices.splice(0)).toEqual([96, 4]);
  const [, second, , fourth, fifth] = hours as [number, number, number, number, number];
  await give(4_000_000, [second, fourth, fifth]);
  await rollUpThem(hours.slice(0, 5));
  expect(slices).toEqual([3, 1, 1]);
  expect((await listBuckets(store, app, 0, 4e12)).filter(isDirty)).toEqual([]);
});

test('an hour that says too much keeps its most frequent messages, and counts the others together', async () => {
  const app = 'wx00000000000000e5';
  const fail = (after: number, errMsg: string): EventSpec => ({
    kind: 'call',
    after,
    name: 'scanCode',
    outcome: 'fail',
    errMsg,
  });
  const said = Array.from({ length: 130 }, (_, i) => fail(i, `scanCode:fail order ${1000 + i}`));
  await load(
    session('user-a', MIDNIGHT, [...said, fail(500, 'scanCode:fail no camera')], { app }),
    session('user-b', MIDNIGHT + 60_000, [fail(0, 'scanCode:fail no camera'), fail(1, 'scanCode:fail order 1129')], {
      app,
    }),
  );
  const grouped = () => groupCallMessages(store, { app, name: 'scanCode', from: MIDNIGHT, to: MIDNIGHT + HOUR }, 3);
  const expected = [
    { errMsg: '(other messages)', calls: 31, users: 1, firstAt: MIDNIGHT + 98, lastAt: MIDNIGHT + 128 },
    { errMsg: 'scanCode:fail no camera', calls: 2, users: 2, firstAt: MIDNIGHT + 500, lastAt: MIDNIGHT + 60_000 },
    { errMsg: 'scanCode:fail order 1129', calls: 2, users: 2, firstAt: MIDNIGHT + 129, lastAt: MIDNIGHT + 60_001 },
  ].map((message) => ({ ...message, outcome: 'fail' }));
  expect(await grouped()).toEqual(expected);
  await rollUpAll(app);
  expect(await grouped()).toEqual(expected);
});
