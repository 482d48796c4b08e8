import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from '@minilens/store/ask';
import { listBuckets } from '@minilens/store/buckets';
import { connectStore, type Store, selectRows } from '@minilens/store/connect';
import { insertBlock } from '@minilens/store/insert-block';
import { createKeptAnswers, keepAnswers } from '@minilens/store/kept-answers';
import { addUpPeriods, askPeriod } from '@minilens/store/periods';
import { listDirtyBuckets } from '@minilens/store/roll-up';
import type { Envelope } from '@minilens/wire/envelope';
import type { Receipt } from '@minilens/wire/receipt';
import type { Keeping, NewApp } from '@minilens/wire/report-api';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApps } from '../admin/apps.js';
import { createProcessLocks } from '../db/locks.js';
import { envelopeOf, startTestServer, type TestServer } from '../testing/server.js';
import { createKeepJob } from './keep-job.js';
import { createRollupIds } from './rollup-ids.js';
import { createRollupJobs } from './rollup-job.js';

const NOW = Date.UTC(2026, 2, 20, 4);
const DAY_MS = 86_400_000;
const IN = {
  october: Date.UTC(2025, 9, 10, 4),
  november: Date.UTC(2025, 10, 10, 4),
  /** Past on 90 days, in a month that is not. */
  december: Date.UTC(2025, 11, 3, 4),
  march: Date.UTC(2026, 2, 18, 4),
};

let server: TestServer;
let store: Store;
let shop: NewApp;
let archive: NewApp;
beforeAll(async () => {
  server = await startTestServer(NOW);
  store = connectStore({ path: join(server.data, 'events') });
  shop = await server.addApp('wx00000000000000aa');
  archive = await server.addApp('wx00000000000000bb');
  await keep(archive, { eventsDays: 365 });
});
afterAll(async () => {
  await store.close();
  await server.stop();
});

const keep = (app: NewApp, days: object) =>
  server.put<Keeping>(`/api/v1/apps/${app.appid}/keeping`, days, server.asOwner);

async function bring(app: NewApp, ...envelopes: Envelope[]): Promise<Receipt> {
  const { body } = await server.post<Receipt>(
    `/v1/import?app=${app.appid}`,
    envelopes.map((envelope) => JSON.stringify(envelope)).join('\n'),
    server.asOwner,
  );
  await server.drain();
  return body;
}
const visitOf = (app: NewApp, at: number, user: string) => {
  const envelope = envelopeOf(app, at);
  return { ...envelope, session: { ...envelope.session, user } };
};

const numbers = ({ appid }: NewApp) =>
  ask(store, {
    app: appid,
    from: Date.UTC(2025, 8, 1),
    to: Date.UTC(2026, 3, 1),
    timezone: 'Asia/Shanghai',
    by: ['day'],
    metrics: ['session_cnt', 'visit_pv', 'visit_uv', 'visit_uv_new', 'stay_time_uv', 'visit_depth'],
  });
const countEvents = async ({ appid }: NewApp) =>
  (
    await selectRows<{ month: number; events: number | string }>(
      store,
      'SELECT toYYYYMM(session_hour) AS month, count() AS events FROM events WHERE app = {appid:String} GROUP BY month ORDER BY month',
      { appid },
    )
  ).map(({ month, events }) => [month, Number(events)]);
const countMutations = async () =>
  Number((await selectRows<{ n: number }>(store, 'SELECT count() AS n FROM system.mutations'))[0]?.n);

test('an app keeps 90 days of events and 3 years of rollups unless told otherwise, and never rollups shorter', async () => {
  expect((await server.get(`/api/v1/apps/${shop.appid}/keeping`, server.asOwner)).body).toEqual({
    eventsDays: 90,
    rollupsDays: 1_095,
    eventsFrom: null,
  });
  expect(await keep(shop, { rollupsDays: 60 })).toMatchObject({
    status: 400,
    body: { message: 'Rollups would be kept 60 days and events 90. Keep rollups at least as long.' },
  });
  expect((await keep(shop, { eventsDays: 2 })).status).toBe(400);
  // A word misspelt would otherwise keep what was to go.
  expect((await keep(shop, { eventsDays: 60, rollupDays: 60 })).status).toBe(400);
  expect((await server.get(`/api/v1/apps/${shop.appid}/keeping`)).status).toBe(401);
});

test('events that are past go, months whole, and every number stays', async () => {
  for (const app of [shop, archive])
    await bring(
      app,
      visitOf(app, IN.october, 'user-of-october'),
      visitOf(app, IN.november, 'user-of-november'),
      visitOf(app, IN.november + DAY_MS, 'user-of-october'),
      visitOf(app, IN.december, 'user-of-december'),
      visitOf(app, IN.march, 'user-of-march'),
    );
  const before = await numbers(shop);
  expect(before).toMatchObject([
    { session_cnt: 1, visit_uv_new: 1 },
    { session_cnt: 1, visit_uv_new: 1 },
    { session_cnt: 1, visit_uv_new: 0 },
    { session_cnt: 1, visit_uv_new: 1 },
    { session_cnt: 1, visit_uv_new: 1 },
  ]);

  await server.dropPast();
  expect(await countEvents(shop)).toEqual([
    [202512, 3],
    [202603, 3],
  ]);
  expect(await countEvents(archive)).toHaveLength(4);
  expect(await numbers(shop)).toEqual(before);
  expect((await server.get<Keeping>(`/api/v1/apps/${shop.appid}/keeping`, server.asOwner)).body.eventsFrom).toBe(
    IN.november + DAY_MS,
  );

  // The other app holds those months, so rows were deleted. That is not done again when none are left.
  const mutations = await countMutations();
  await server.dropPast();
  expect(await countMutations()).toBe(mutations);
});

test('what was acknowledged of those hours and waits in the spool is counted before they go', async () => {
  const late = await server.addApp('wx00000000000000cc');
  await bring(late, visitOf(late, IN.october, 'user-one'));
  const waiting = [visitOf(late, IN.october, 'user-two'), visitOf(late, IN.november, 'user-three')];
  const lines = waiting.map((envelope) => JSON.stringify(envelope)).join('\n');
  const { body } = await server.post<Receipt>(`/v1/import?app=${late.appid}`, lines, server.asOwner);
  expect(body.accepted).toBe(6);
  // What was not in the store when hours were closed stays for the next time.
  for (const left of [[[202511, 3]], []]) {
    await server.dropPast();
    expect(await countEvents(late)).toEqual(left);
    expect(await numbers(late)).toMatchObject([
      { session_cnt: 2, visit_uv_new: 2 },
      { session_cnt: 1, visit_uv_new: 1 },
    ]);
  }
});

test('what was acknowledged while our clock was ahead is counted before its hours go, too', async () => {
  const app = await server.addApp('wx0000000000000011');
  await bring(app, visitOf(app, IN.october, 'user-one'));
  server.clock.now = NOW + 10 * DAY_MS;
  const line = JSON.stringify(visitOf(app, IN.october, 'user-two'));
  await server.post<Receipt>(`/v1/import?app=${app.appid}`, line, server.asOwner);
  server.clock.now = NOW;
  await server.dropPast();
  await server.drain();
  expect(await countEvents(app)).toEqual([]);
  expect(await numbers(app)).toMatchObject([{ session_cnt: 2, visit_uv_new: 2 }]);
});

test('hours that somebody asks to be rolled up while their events go keep their numbers', async () => {
  const app = await server.addApp('wx0000000000000012');
  await bring(app, visitOf(app, IN.october, 'user-one'));
  const db = await server.openDb();
  const apps = createApps(db, () => NOW);
  const nextRollupIds = createRollupIds(db, () => NOW);
  /** Resolves when events are gone: before, nobody who is asked in between gets on. */
  let whenGone = () => {};
  const gone = new Promise<void>((resolve) => {
    whenGone = resolve;
  });
  let isAsked = false;
  const rollupJobs = createRollupJobs(store, {
    locks: createProcessLocks(),
    nextRollupIds: async (howMany) => {
      if (isAsked) await gone;
      return nextRollupIds(howMany);
    },
    untilLoaded: async () => {},
    settleMs: 0,
    about: async (appid) => ({ timezone: 'Asia/Shanghai', eventsGone: (await apps.find(appid))?.eventsGone ?? 0 }),
    now: () => NOW,
    meters: { foundDirty: () => {}, rolledUp: () => {} },
  });
  const ofOctober = (await listBuckets(store, app.appid, 0, IN.november)).map(({ hour }) => hour);
  let asked = Promise.resolve(-1);
  const keepJob = createKeepJob({
    store,
    apps: {
      ...apps,
      dropEventsBefore: async (appid, moment) => {
        isAsked = true;
        if (appid === app.appid) asked = rollupJobs.rollUpHours(appid, ofOctober);
        await sleep(20);
        await apps.dropEventsBefore(appid, moment);
      },
    },
    loader: {
      loadWaiting: async () => {},
      between: async (work) => {
        const done = await work();
        whenGone();
        return done;
      },
    },
    rollupJobs,
    keptAnswers: { forget: () => {} },
    untilOthersKnow: async () => {},
    log: pino({ level: 'silent' }),
    now: () => NOW,
  });
  await keepJob(new AbortController().signal);
  expect(await asked).toBe(0);
  expect(await countEvents(app)).toEqual([]);
  expect(await numbers(app)).toMatchObject([{ session_cnt: 1, visit_uv_new: 1 }]);
  await db.destroy();
});

test('what comes of dropped hours later is refused, and nothing computes them again', async () => {
  const before = await numbers(shop);
  expect(await bring(shop, visitOf(shop, IN.november, 'user-too-late'))).toEqual({
    accepted: 0,
    dropped: { too_old: 3 },
  });
  const { body } = await server.post(
    `/api/v1/apps/${shop.appid}/rollup`,
    { from: '2025-10-01', to: '2026-03-20' },
    server.asOwner,
  );
  expect(body).toEqual({ buckets: 2, passedOver: 3 });
  expect(await numbers(shop)).toEqual(before);
});

test('a late event of a kept hour is counted, and who was new in dropped months is still known', async () => {
  const before = await numbers(shop);
  await bring(shop, visitOf(shop, IN.december, 'user-of-october'));
  const after = await numbers(shop);
  expect(after.map((day) => day.session_cnt)).toEqual([1, 1, 1, 2, 1]);
  expect(after.map((day) => day.visit_uv_new)).toEqual(before.map((day) => day.visit_uv_new));
});

test('months past for every app are dropped as a whole, and rollups in their turn with all that was known of them', async () => {
  await keep(archive, { eventsDays: 90 });
  const before = await numbers(archive);
  const mutations = await countMutations();
  await server.dropPast();
  expect(await countEvents(archive)).toEqual([
    [202512, 3],
    [202603, 3],
  ]);
  expect(await countMutations()).toBe(mutations);
  expect(await numbers(archive)).toEqual(before);

  await keep(archive, { rollupsDays: 90 });
  await server.dropPast();
  expect((await numbers(archive)).map((day) => day.session_cnt)).toEqual([1, 1]);
  const known = await selectRows<{ user_id: string }>(
    store,
    'SELECT DISTINCT user_id FROM user_firsts WHERE app = {app:String} ORDER BY user_id',
    { app: archive.appid },
  );
  expect(known.map(({ user_id }) => user_id)).toEqual(['user-of-december', 'user-of-march']);
  await keep(archive, { rollupsDays: 1_095 });
}, 60_000);

test('an event that a collector brings of an hour whose events are gone leaves every number as it was', async () => {
  const away = await server.addApp('wx00000000000000dd');
  await bring(away, visitOf(away, IN.october, 'user-one'), visitOf(away, IN.march, 'user-two'));
  await server.dropPast();
  const addUp = () => addUpPeriods(store, { app: away.appid, timezone: 'Asia/Shanghai', endedBefore: NOW });
  await addUp();
  const before = await numbers(away);
  const day = {
    app: away.appid,
    from: Date.UTC(2025, 9, 9, 16),
    to: Date.UTC(2025, 9, 10, 16),
    timezone: 'Asia/Shanghai',
  };
  const metrics = ['session_cnt', 'visit_uv', 'visit_uv_new'] as const;
  const asked = { app: away.appid, question: 'of the test', start: day.from, end: day.to, madeFrom: 0 };
  await keepAnswers(store, away.appid, [{ ...asked, find: async () => 'kept' }], { atMost: 1 });
  expect(await askPeriod(store, { ...day, metrics })).toBeDefined();
  let spools = 0;
  const bringLate = async (at: number) => {
    const session = { id: `session-of-spool-${++spools}`, user: 'user-three' };
    const head = { app: away.appid, agent: '0.1.0', ip: '', receivedAt: at, skewMs: 0, sessionAt: at, device: {} };
    const batch = JSON.stringify({ ...head, session, events: [{ n: 1, at, kind: 'launch' }] });
    await insertBlock(store, { token: `late-${spools}`, batches: [batch] });
  };
  const expectAsBefore = async () => {
    expect(await numbers(away)).toEqual(before);
    const answer = [{ session_cnt: 1, visit_uv: 1, visit_uv_new: 1 }];
    expect(await ask(store, { ...day, metrics })).toEqual(answer);
    await addUp();
    expect(await ask(store, { ...day, metrics })).toEqual(answer);
    expect(await askPeriod(store, { ...day, metrics })).toBeDefined();
    expect(await createKeptAnswers(store).kept(asked, async () => 'found anew')).toBe('kept');
    const dirty = await listDirtyBuckets(store, { endedBefore: IN.november, loadedBefore: Date.now() + DAY_MS });
    expect(dirty.filter(({ app }) => app === away.appid)).toEqual([]);
  };

  await bringLate(IN.october - 60_000);
  expect(await countEvents(away)).toContainEqual([202510, 1]);
  await expectAsBefore();
  // An hour without a rollup answers from what came, until that goes too.
  await bringLate(IN.october - 5 * 3_600_000);
  await server.dropPast();
  expect(await countEvents(away)).toEqual([[202603, 3]]);
  await expectAsBefore();
});

test('who was erased is new in no answer any more, also of a day whose events are gone', async () => {
  const app = await server.addApp('wx00000000000000ff');
  const visits = [visitOf(app, IN.october, 'user-one'), visitOf(app, IN.march, 'user-one')];
  await bring(app, ...visits, visitOf(app, IN.october, 'user-two'));
  await server.dropPast();
  const { body: login } = await server.get<{ access_token: string }>(
    `/cgi-bin/token?grant_type=client_credential&appid=${app.appid}&secret=${app.secret}`,
  );
  const newUsers = async () => {
    const { body } = await server.post<{ list: { visit_uv_new: number }[] }>(
      `/datacube/getweanalysisappiddailyvisittrend?access_token=${login.access_token}`,
      { begin_date: '20251010', end_date: '20251010' },
    );
    return body.list.map(({ visit_uv_new }) => visit_uv_new);
  };
  expect(await newUsers()).toEqual([2]);
  expect(await newUsers()).toEqual([2]);
  await server.post(`/api/v1/apps/${app.appid}/erase`, { user: 'user-one' }, server.asOwner);
  expect(await newUsers()).toEqual([1]);
});

test('what was dropped instead of stored goes as events do, also where no event is past', async () => {
  const refusing = await server.addApp('wx00000000000000ee');
  const visit = visitOf(refusing, IN.november, 'user-one');
  await bring(refusing, { ...visit, events: [{ n: 1, at: IN.november, kind: 'no such kind' }] });
  const drops = () =>
    selectRows(store, 'SELECT reason, toUInt8(events) AS events FROM drops WHERE app = {app:String}', {
      app: refusing.appid,
    });
  expect(await drops()).toEqual([{ reason: 'unknown_kind', events: 1 }]);
  // They count for the hour they came in too, which is today's: once that is past, they are.
  await server.dropPast();
  expect(await drops()).toHaveLength(1);
  server.clock.now = NOW + 120 * DAY_MS;
  await server.dropPast();
  expect(await drops()).toEqual([]);
}, 60_000);
