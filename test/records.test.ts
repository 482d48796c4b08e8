import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildAgentCode } from '@minilens/simulator/agent-code';
import { deliverySession } from '@minilens/simulator/delivery-session';
import { createDevice } from '@minilens/simulator/device';
import { createMemoryCollector } from '@minilens/simulator/memory-collector';
import { createSeededRandom } from '@minilens/simulator/seeded-random';
import { createVirtualClock } from '@minilens/simulator/virtual-clock';
import { ask } from '@minilens/store/ask';
import { connectStore } from '@minilens/store/connect';
import { insertBlock } from '@minilens/store/insert-block';
import { migrate } from '@minilens/store/migrate';
import { type EventFilter, findEvents } from '@minilens/store/records/find-events';
import { findSessions, type SessionFilter } from '@minilens/store/records/find-sessions';
import { live } from '@minilens/store/records/live';
import { pathsAround } from '@minilens/store/records/paths-around';
import { readSession } from '@minilens/store/records/read-session';
import { readUser } from '@minilens/store/records/read-user';
import type { Envelope } from '@minilens/wire/envelope';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StoredSession } from './counting/count-metrics.js';
import { pathsOf, recordOf, sessionRecordOf, sessionsOf, type Told, toldBy } from './counting/count-records.js';

const APPID = 'wx00000000000000aa';
const BUSY = 'wx00000000000000bb';
const OTHER = 'wx00000000000000cc';
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** 2026-03-01 00:00 in Shanghai. */
const FROM = Date.UTC(2026, 1, 28, 16);
const TO = FROM + 12 * DAY_MS;
const RANGE = { app: APPID, from: FROM, to: TO };

const PAGES = ['pages/index/index', 'pages/list/list', 'pages/detail/detail', 'pages/pay/pay'];

const directory = mkdtempSync(join(tmpdir(), 'minilens-records-'));
const store = connectStore({ path: directory });
let agentCode: string;
let batches: StoredSession[] = [];
/** What of it is loaded. */
let told: Told[] = [];

beforeAll(async () => {
  await migrate(store);
  agentCode = await buildAgentCode();
  const random = createSeededRandom(7);
  const envelopes = Array.from({ length: 14 }, () => useOnePhone(APPID, random, FROM + random() * 8 * DAY_MS)).flat();
  const deliveries = Array.from({ length: 5 }, () =>
    deliverySession({ appid: APPID }, random, FROM + random() * DAY_MS),
  );
  batches = [...envelopes, ...deliveries]
    .map((envelope) => ({ envelope, order: random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ envelope }) => arrive(envelope, Math.floor(random() * 30_000)));
});
afterAll(async () => {
  await store.close();
  rmSync(directory, { recursive: true });
});

/** All that the agent of one phone sends while its owner uses the app now and then. */
function useOnePhone(appId: string, random: () => number, startAt: number): Envelope[] {
  const pick = <T>(values: readonly T[]) => values[Math.floor(random() * values.length)] as T;
  const clock = createVirtualClock(Math.floor(startAt));
  const collector = createMemoryCollector();
  const openid = `o-${Math.floor(random() * 1e9)}`;
  const device = createDevice({
    ...{ agentCode, clock, random },
    config: { appId, key: 'key', endpoint: 'https://minilens.test' },
    onRequest: collector.onRequest,
    facts: { platform: pick(['ios', 'android']), level: pick([1, 2, 3]), version: pick(['1.0.0', '1.1.0']) },
    onCall: (name) =>
      name === 'request'
        ? pick([
            { success: { statusCode: pick([200, 503]), data: {}, header: {} }, afterMs: 80 },
            { fail: {}, afterMs: 9 },
          ])
        : pick([
            { success: {} },
            { fail: { errMsg: `${name}:fail cancel` } },
            { fail: {}, afterMs: 700 },
            { never: true },
          ]),
  });
  const happenings = [
    () => device.redirectTo(pick(PAGES)),
    () => device.redirectTo(pick(PAGES)),
    () => device.call(pick(['requestPayment', 'scanCode'])),
    () => device.request(`https://${pick(['api', 'cdn'])}.shop.example/orders/${Math.floor(random() * 1e6)}`),
    () => device.tellApp('onError', `MiniProgramError\n${pick(['x is not defined', 'no such tea'])}`),
    () => device.monitor.track('tasted', { of: '普洱' }),
    () => device.setNetwork(pick(['wifi', '4g'])),
    () => device.tellPage('onShareAppMessage', { from: 'menu' }),
  ];
  for (let visits = 1 + Math.floor(random() * 3); visits > 0; visits--) {
    device.launch({ path: pick(PAGES), scene: pick([1001, 1007, 1011, 1089, 999]) });
    if (random() < 0.6) device.monitor.setUser({ openid, unionid: `u-of-${openid}` });
    for (let left = 3 + Math.floor(random() * 15); left > 0; left--) {
      clock.advance(Math.floor(random() * 40_000));
      pick(happenings)();
    }
    device.hide();
    clock.advance(MINUTE_MS);
    device.kill();
    clock.advance(HOUR_MS + Math.floor(random() * DAY_MS));
  }
  return collector.envelopes;
}

/** A batch as the collector stores it. */
function arrive({ key: _key, v: _v, sentAt, session, ...batch }: Envelope, onTheWayMs: number): StoredSession {
  const { startAt, ...rest } = session;
  return {
    ...batch,
    ...{
      session: rest,
      sessionAt: Math.floor(startAt),
      ip: '203.0.113.9',
      receivedAt: Math.floor(sentAt) + onTheWayMs,
    },
    skewMs: 0,
  } as StoredSession;
}

/** The newest, or the slowest, first; equals by session, then the last first. */
const inOrder = (events: readonly Told[], of: (event: Told) => number) =>
  [...events].sort(
    (a, b) =>
      of(b) - of(a) ||
      (a.batch.session.id < b.batch.session.id ? -1 : +(a.batch.session.id > b.batch.session.id)) ||
      b.n - a.n,
  );

async function everyPage<T>(
  find: (page: { limit: number; offset: number; now: number }) => Promise<{ total: number; items: T[] }>,
) {
  const limit = 200;
  const { total, items } = await find({ limit, offset: 0, now: TO });
  while (items.length < total) items.push(...(await find({ limit, offset: items.length, now: TO })).items);
  expect(items).toHaveLength(total);
  return items;
}

const is =
  (name: string, ...values: unknown[]) =>
  (event: Told) =>
    values.includes(event[name]);
const onDevice =
  (name: keyof StoredSession['device'], ...values: unknown[]) =>
  (event: Told) =>
    values.includes(event.batch.device[name]);
const openedBy =
  (...scenes: number[]) =>
  (event: Told) =>
    scenes.includes(event.batch.session.scene ?? 0);

/** What records are narrowed to, and the same in plain words. */
const NARROWED: [Partial<EventFilter & SessionFilter>, (event: Told) => boolean][] = [
  [{}, () => true],
  [{ version: ['1.1.0'] }, onDevice('version', '1.1.0')],
  [
    { platform: ['ios'], network: ['4g', 'none'] },
    (event) => onDevice('platform', 'ios')(event) && onDevice('network', '4g', 'none')(event),
  ],
  [{ level: [1, 3], env: ['release'], wechat: ['8.0.50'], sdk: ['3.5.8'] }, onDevice('level', 1, 3)],
  [{ sdk: ['0.0.0'] }, () => false],
  [{ scene: [1007, 999] }, openedBy(1007, 999)],
  [{ channel: { are: true, scenes: [1001, 1011] } }, openedBy(1001, 1011)],
  [{ channel: { are: false, scenes: [1001, 1011] } }, (event) => !openedBy(1001, 1011)(event)],
  [{ page: ['pages/pay/pay'] }, is('page', 'pages/pay/pay')],
  [{ kind: ['call', 'error'] }, is('kind', 'call', 'error')],
];

describe.each([
  ['half of it has come', 0.5],
  ['the rest came late', 1],
])('when %s', (_when, share) => {
  beforeAll(async () => {
    const upTo = Math.floor(batches.length * share);
    const loaded = told.length > 0 ? Math.floor(batches.length * 0.5) : 0;
    const lines = batches.slice(loaded, upTo).map((batch) => JSON.stringify(batch));
    await insertBlock(store, { token: `records-${upTo}`, batches: lines });
    told = toldBy(batches.slice(0, upTo));
    expect(told.length).toBeGreaterThan(100);
  });

  test.each(NARROWED)('events narrowed to %j are those that were sent, the newest first', async (narrowed, passes) => {
    const found = await everyPage((page) => findEvents(store, { ...RANGE, ...narrowed }, { sort: 'at', ...page }));
    expect(found).toEqual(inOrder(told.filter(passes), ({ at }) => at).map(recordOf));
  });

  test.each<[Partial<EventFilter>, (event: Told) => boolean]>([
    [
      { name: ['scanCode'], outcome: ['fail', 'cancel'] },
      (event) => is('name', 'scanCode')(event) && is('outcome', 'fail', 'cancel')(event),
    ],
    [{ host: ['cdn.shop.example'], path: ['/orders/:id'] }, is('host', 'cdn.shop.example')],
    [{ from: FROM + 2 * DAY_MS, to: FROM + 4 * DAY_MS }, ({ at }) => at >= FROM + 2 * DAY_MS && at < FROM + 4 * DAY_MS],
  ])('events of %j are found', async (narrowed, passes) => {
    const found = await everyPage((page) => findEvents(store, { ...RANGE, ...narrowed }, { sort: 'at', ...page }));
    expect(found).toEqual(inOrder(told.filter(passes), ({ at }) => at).map(recordOf));
  });

  test('the slowest come first, and what has no duration is not among them', async () => {
    const found = await everyPage((page) => findEvents(store, RANGE, { sort: 'durationMs', ...page }));
    const timed = told.filter(({ durationMs }) => durationMs !== undefined);
    expect(found).toEqual(inOrder(timed, ({ durationMs }) => Number(durationMs)).map(recordOf));
    const { items } = await findEvents(
      store,
      { ...RANGE, kind: ['call'] },
      { sort: 'durationMs', limit: 3, offset: 2, now: TO },
    );
    const calls = timed.filter(is('kind', 'call'));
    expect(items).toEqual(
      inOrder(calls, ({ durationMs }) => Number(durationMs))
        .map(recordOf)
        .slice(2, 5),
    );
  });

  test('errors of an issue are those that the catalogue counts for it', async () => {
    const issues = await ask(store, { ...RANGE, timezone: 'UTC', metrics: ['jsErrors'], by: ['issue', 'message'] });
    expect(issues.map(({ message }) => message).sort()).toEqual(['no such tea', 'x is not defined']);
    for (const { issue, message, jsErrors } of issues) {
      const found = await everyPage((page) => findEvents(store, { ...RANGE, issue }, { sort: 'at', ...page }));
      expect(found).toEqual(inOrder(told.filter(is('errMsg', message)), ({ at }) => at).map(recordOf));
      expect(found.reduce((sum, { count }) => sum + (count ?? 0), 0)).toBe(jsErrors);
    }
  });

  test.each(NARROWED)('sessions with an event of %j are counted whole, the newest first', async (narrowed, passes) => {
    const found = await everyPage((page) => findSessions(store, { ...RANGE, ...narrowed }, page));
    const expected = sessionsOf(told)
      .filter((events) => events.some(passes))
      .map(sessionRecordOf);
    expect(found).toEqual(expected.sort((a, b) => b.startAt - a.startAt || (a.session < b.session ? -1 : 1)));
  });

  test('sessions are those that begin in the range, of one user, or of one openid or unionid', async () => {
    const all = sessionsOf(told);
    const [from, to] = [FROM + 3 * DAY_MS, FROM + 5 * DAY_MS];
    const ids = async (filter: Partial<SessionFilter>) =>
      (await everyPage((page) => findSessions(store, { ...RANGE, ...filter }, page)))
        .map(({ session }) => session)
        .sort();
    const idsOf = (sessions: Told[][]) => sessions.map(([first]) => first?.batch.session.id).sort();
    const isIn = ([first]: Told[]) =>
      first !== undefined && first.batch.sessionAt >= from && first.batch.sessionAt < to;
    expect(await ids({ from, to })).toEqual(idsOf(all.filter(isIn)));
    const said = told.filter(({ openid }) => openid !== undefined);
    for (const { openid, unionid, batch } of said.slice(0, 2)) {
      const own = idsOf(all.filter(([first]) => first?.batch.session.user === batch.session.user));
      expect(await ids({ user: [batch.session.user] })).toEqual(own);
      expect(await ids({ openid: String(openid) })).toEqual(own);
      expect(await ids({ openid: String(unionid) })).toEqual(own);
    }
    expect(await ids({ openid: 'o-of-nobody' })).toEqual([]);
  });

  test('a session is read by its id, with its events in their order and how many are missing', async () => {
    for (const events of sessionsOf(told).slice(0, 8)) {
      const { id } = (events[0] as Told).batch.session;
      expect(await readSession(store, APPID, id)).toEqual({
        session: sessionRecordOf(events),
        missing: Number(events.at(-1)?.n) - events.length,
        events: events.map(recordOf),
        more: false,
      });
    }
  });

  test('a user is known by what they said and when they came', async () => {
    for (const user of new Set(told.map(({ batch }) => batch.session.user))) {
      const own = told.filter(({ batch }) => batch.session.user === user);
      const starts = own.map(({ batch }) => batch.sessionAt);
      const said = (name: string) => [...new Set(own.map((event) => event[name]))].filter(Boolean).sort();
      expect(await readUser(store, APPID, user)).toEqual({
        user,
        ...{ openids: said('openid'), unionids: said('unionid') },
        ...{ firstSessionAt: Math.min(...starts), lastSessionAt: Math.max(...starts) },
        sessions: new Set(own.map(({ batch }) => batch.session.id)).size,
      });
    }
  });

  test.each([
    ['all views', {}, () => true],
    ['those on one platform', { platform: ['ios'] }, onDevice('platform', 'ios')],
  ] as const)('the pages around a page, of %s, are those seen next to it', async (_which, narrowed, passes) => {
    for (const page of PAGES)
      expect(await pathsAround(store, { ...RANGE, ...narrowed, page })).toEqual(
        pathsOf(sessionsOf(told), page, passes),
      );
  });

  test('another app has none of it', async () => {
    const [first] = told as [Told];
    const page = { limit: 50, offset: 0, now: TO };
    expect(await findEvents(store, { ...RANGE, app: OTHER }, { sort: 'at', ...page })).toEqual({ total: 0, items: [] });
    expect(await findSessions(store, { ...RANGE, app: OTHER }, page)).toEqual({ total: 0, items: [] });
    expect(await readSession(store, OTHER, first.batch.session.id)).toBeUndefined();
    expect(await readUser(store, OTHER, first.batch.session.user)).toBeUndefined();
    expect(await pathsAround(store, { ...RANGE, app: OTHER, page: PAGES[0] as string })).toMatchObject({ views: 0 });
    const now = first.batch.receivedAt;
    expect(await live(store, { app: OTHER }, { now, after: 0, limit: 9 })).toMatchObject({
      items: [],
      online: { sessions: 0 },
    });
  });
});

test('live is what arrived within the hour, who is here, and what came since', async () => {
  const random = createSeededRandom(3);
  const now = TO + 61 * MINUTE_MS + 20_000;
  const phones = Array.from({ length: 60 }, () => useOnePhone(BUSY, random, TO + random() * 64 * MINUTE_MS));
  const arrived = phones
    .flat()
    .map((envelope) => arrive(envelope, Math.floor(random() * 3_000)))
    .filter(({ receivedAt }) => receivedAt <= now);
  await insertBlock(store, { token: 'live', batches: arrived.map((batch) => JSON.stringify(batch)) });

  const since = TO + 2 * MINUTE_MS;
  const lately = toldBy(arrived).filter(({ batch }) => batch.receivedAt >= since);
  expect(lately.length).toBeLessThan(toldBy(arrived).length);
  for (const [narrowed, passes] of [
    [{}, () => true],
    [{ platform: ['ios'] }, onDevice('platform', 'ios')],
    [{ page: PAGES.slice(0, 2) }, is('page', ...PAGES.slice(0, 2))],
  ] as [object, (event: Told) => boolean][]) {
    const answer = await live(store, { app: BUSY, ...narrowed }, { now, after: 0, limit: 200 });
    const passing = lately.filter(passes);
    const here = sessionsOf(lately).filter((events) => {
      const ground = events.findLast(({ kind }) => kind === 'app_show' || kind === 'app_hide');
      return ground?.kind !== 'app_hide' && events.some((event) => passes(event) && event.at >= now - 5 * MINUTE_MS);
    });
    expect(here.length).toBeGreaterThan(0);
    const users = new Set(here.map(([first]) => first?.batch.session.user)).size;
    expect(answer.online).toEqual({ sessions: here.length, users });
    expect(answer.minutes).toEqual(
      Array.from({ length: 60 }, (_, index) => {
        const at = since + index * MINUTE_MS;
        const within = passing.filter((event) => event.at >= at && event.at < at + MINUTE_MS);
        return {
          ...{ at, events: within.length, sessions: sessionsOf(within).length },
          errors: within.filter(is('kind', 'error')).reduce((sum, { count }) => sum + Number(count ?? 1), 0),
          failedCalls: within.filter((event) => is('kind', 'call')(event) && is('outcome', 'fail')(event)).length,
        };
      }),
    );
    const newest = [...passing].sort(
      (a, b) =>
        b.batch.receivedAt - a.batch.receivedAt ||
        b.at - a.at ||
        (a.batch.session.id < b.batch.session.id ? -1 : +(a.batch.session.id > b.batch.session.id)) ||
        b.n - a.n,
    );
    expect(answer.items).toEqual(newest.slice(0, 200).map(recordOf));

    const known = Number(newest[40]?.batch.receivedAt);
    const { items } = await live(store, { app: BUSY, ...narrowed }, { now, after: known, limit: 200 });
    expect(items).toEqual(newest.filter(({ batch }) => batch.receivedAt > known).map(recordOf));
  }
  const calls = await live(store, { app: BUSY, kind: ['call'] }, { now, after: 0, limit: 5 });
  expect(calls.items.map(({ kind }) => kind)).toEqual(Array(5).fill('call'));
  expect(calls.minutes.reduce((sum, { events }) => sum + events, 0)).toBeGreaterThan(lately.length / 2);
});
