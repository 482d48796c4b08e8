import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deliverySession } from '@minilens/simulator/delivery-session';
import { eventfulSession } from '@minilens/simulator/eventful-session';
import { createSeededRandom } from '@minilens/simulator/seeded-random';
import { ask, askPage } from '@minilens/store/ask';
import { listBuckets } from '@minilens/store/buckets';
import { connectStore } from '@minilens/store/connect';
import { insertBlock } from '@minilens/store/insert-block';
import { METRICS, type MetricName } from '@minilens/store/metrics';
import { migrate } from '@minilens/store/migrate';
import type { DimensionName, Filter } from '@minilens/store/question';
import { dimensionsOf } from '@minilens/store/reading';
import { rollUp } from '@minilens/store/roll-up';
import type { Envelope } from '@minilens/wire/envelope';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { countMetrics, deviceWords, type StoredSession } from './counting/count-metrics.js';

const APPID = 'wx00000000000000aa';
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** 2026-03-01 00:00 in Shanghai. */
const FROM = Date.UTC(2026, 1, 28, 16);
const ABOUT = { app: APPID, from: FROM + HOUR_MS, to: FROM + 3 * DAY_MS, timezone: 'Asia/Shanghai' } as const;

const directory = mkdtempSync(join(tmpdir(), 'minilens-narrowed-'));
const store = connectStore({ path: directory });
let stored: StoredSession[] = [];

beforeAll(async () => {
  await migrate(store);
  const random = createSeededRandom(12);
  const pick = <T>(values: readonly T[]) => values[Math.floor(random() * values.length)] as T;
  const within = (days: number) => FROM + Math.floor(random() * days * DAY_MS);
  const sessions = Array.from({ length: 150 }, () => {
    const batches = eventfulSession({ appid: APPID, key: '' }, random, within(4));
    const sdk = pick(['3.4.0', '3.5.1', '']);
    return batches.map((batch) => ({ ...batch, device: { ...batch.device, sdk } }));
  });
  const deliveries = Array.from({ length: 20 }, () => ({
    ...deliverySession({ appid: APPID }, random, within(3)),
    device: { version: pick(['1.0.0', '1.1.0']), model: pick(['Mate 60', '']) },
  }));
  const onSomePage = (event: StoredSession['events'][number]) =>
    event.page === undefined && random() < 0.7 ? { ...event, page: pick(PAGES) } : event;
  stored = [...sessions.flat(), ...deliveries].map((batch): StoredSession => {
    const { v: _v, key: _key, sentAt, session, events, ...rest } = batch as Envelope;
    const { startAt, ...named } = session;
    return {
      ...{ ...rest, session: named, sessionAt: startAt, receivedAt: sentAt, skewMs: 0, ip: '' },
      events: (events as StoredSession['events']).map(onSomePage),
    };
  });
  await insertBlock(store, { token: 'all', batches: stored.map((batch) => JSON.stringify(batch)) });
  // What is rolled up and what is not makes no difference.
  const hours = (await listBuckets(store, APPID, 0, 4e12)).map(({ hour }) => hour).filter((_, index) => index % 3 > 0);
  let id = Date.now() * 1000;
  await rollUp(store, APPID, hours, (howMany) => {
    id += howMany;
    return id - howMany;
  });
});
afterAll(async () => {
  await store.close();
  rmSync(directory, { recursive: true });
});

const PAGES = ['pages/index/index', 'pages/list/list', 'pages/detail/detail'];

const FILTERS: Filter[] = [
  { wechat: '8.0.44' },
  { sdk: ['3.4.0', ''], version: '1.1.0' },
  { model: 'Mate 60', platform: ['ios', 'android'] },
  { page: 'pages/list/list', level: [1, 3] },
  { scene: { not: [1001] }, env: 'trial' },
  { network: '4g', scene: 1011, model: ['iPhone 15', 'Mate 60'] },
];

/** Percentiles are estimates, and new users are counted below. What never came has no properties to be narrowed to. */
const isOfEvents = (name: MetricName) => {
  const { byEvents, filters } = dimensionsOf(METRICS[name].source);
  return byEvents.length + filters.length > 0;
};
const COUNTED = (Object.keys(METRICS) as MetricName[]).filter(
  (name) => isOfEvents(name) && !/P\d\dMs$/.test(name) && !/_uv_new$/.test(name),
);
const bySource = [...new Set(COUNTED.map((name) => METRICS[name].source))].map(
  (source) => [source, COUNTED.filter((name) => METRICS[name].source === source)] as const,
);

const passes = (words: Record<string, unknown>, filter: Filter) =>
  Object.entries(filter).every(([column, wanted]) => {
    const isNot = typeof wanted === 'object' && 'not' in wanted;
    const values = isNot ? wanted.not : [wanted].flat();
    return (values as readonly unknown[]).includes(words[column]) !== isNot;
  });

/** Those events that pass, as if there were no others. */
const only = (filter: Filter): StoredSession[] =>
  stored.map((batch) => ({
    ...batch,
    events: batch.events.filter((event) => passes(deviceWords({ ...event, batch }), filter)),
  }));

/** What rollups tell of a source stays a filter of its rows, so that one more filter never adds to a number. */
function countNarrowed(metrics: readonly MetricName[], by: readonly DimensionName[], filter: Filter) {
  const told = dimensionsOf(METRICS[metrics[0] as MetricName].source).by;
  const parts = Object.entries(filter);
  const of = (isTold: boolean): Filter =>
    Object.fromEntries(parts.filter(([column]) => told.some((name) => name === column) === isTold));
  const asRows: Filter = of(true);
  // The counting knows no exceptions: it is told all other scenes there are.
  if (typeof asRows.scene === 'object' && 'not' in asRows.scene) asRows.scene = [1011];
  return countMetrics(only(of(false)), { ...ABOUT, metrics, by, filter: asRows });
}

/** Rows by their text. Where nothing happened one way to count has a row of it, and the other may have none. */
const sorted = (rows: Record<string, unknown>[], metrics: readonly MetricName[]) =>
  rows
    .filter((row) => metrics.some((name) => row[name] !== 0 && row[name] !== null))
    .map((row) => JSON.stringify(row))
    .sort();

test.each(FILTERS)('every metric narrowed to %j is what counting only those events gives', async (filter) => {
  let rows = 0;
  for (const [source, metrics] of bySource) {
    const expected = sorted(countNarrowed(metrics, ['hour'], filter), metrics);
    const found = await ask(store, { ...ABOUT, metrics, by: ['hour'], filter });
    expect(sorted(found, metrics), source).toEqual(expected);
    rows += expected.length;
  }
  expect(rows).toBeGreaterThan(50);
});

test('what rollups tell and what they do not is split at once', async () => {
  const filter: Filter = { model: ['Mate 60', ''] };
  for (const [source, metrics] of bySource)
    for (const column of dimensionsOf(source).byEvents) {
      // An issue is a hash that the counting does not make.
      const told = dimensionsOf(source).by.filter((name) => name !== 'issue');
      const by: DimensionName[] = ['day', column, ...told.slice(0, 1)];
      const expected = sorted(countNarrowed(metrics, by, filter), metrics);
      expect(expected.length, `${source} by ${by}`).toBeGreaterThan(1);
      expect(sorted(await ask(store, { ...ABOUT, metrics, by, filter }), metrics), `${source} by ${by}`).toEqual(
        expected,
      );
    }
});

test('metrics of all sources are narrowed in one question, and counted', async () => {
  const filter: Filter = { wechat: '8.0.49' };
  const expected = Object.assign({}, ...bySource.map(([, metrics]) => countNarrowed(metrics, [], filter)[0]));
  expect(await ask(store, { ...ABOUT, metrics: COUNTED, filter })).toEqual([expected]);
  const question = {
    ...ABOUT,
    metrics: ['calls', 'requests', 'session_cnt'],
    by: ['hour', 'version'],
    filter,
  } as const;
  const whole = await ask(store, question);
  expect((await askPage(store, { ...question, limit: 1 })).total).toBe(whole.length);
  expect((await askPage(store, { ...question, limit: 1, offset: 1_000 })).total).toBe(whole.length);
});

test.each(FILTERS)('new users narrowed to %j have such an event in the hour of their first session', async (filter) => {
  const hourOf = (at: number) => Math.floor(at / HOUR_MS) * HOUR_MS;
  const firsts = new Map<string, number>();
  const visits = stored.filter(({ events }) => events.some(({ kind }) => kind !== 'push_delivery'));
  for (const { session, sessionAt } of visits)
    firsts.set(session.user, Math.min(sessionAt, firsts.get(session.user) ?? Infinity));
  const newUsers = new Set(
    only(filter)
      .filter(({ events, sessionAt }) => events.length > 0 && hourOf(sessionAt) >= ABOUT.from && sessionAt < ABOUT.to)
      .filter(({ session, sessionAt }) => hourOf(firsts.get(session.user) ?? 0) === hourOf(sessionAt))
      .map(({ session }) => session.user),
  );
  expect(await ask(store, { ...ABOUT, metrics: ['visit_uv_new'], filter })).toEqual([{ visit_uv_new: newUsers.size }]);
  expect(newUsers.size).toBeGreaterThan(0);
});

test('new users by device are narrowed to those events too', async () => {
  const filter: Filter = { wechat: '8.0.44' };
  const rows = await ask(store, { ...ABOUT, metrics: ['portrait_uv_new'], by: ['platform', 'model'], filter });
  const [whole] = await ask(store, { ...ABOUT, metrics: ['visit_uv_new'], filter });
  expect(rows.reduce((sum, { portrait_uv_new }) => sum + portrait_uv_new, 0)).toBe(whole?.visit_uv_new);
});

test('percentiles are of those events alone', async () => {
  const filter: Filter = { wechat: '8.0.44' };
  const durations = only(filter)
    .flatMap(({ events }) => events.filter(({ kind, at }) => kind === 'call' && at >= ABOUT.from && at < ABOUT.to))
    .map(({ durationMs }) => durationMs as number | undefined)
    .filter((durationMs) => durationMs !== undefined)
    .sort((a, b) => a - b);
  const [row] = await ask(store, { ...ABOUT, metrics: ['durationP50Ms'], filter });
  const place = (durations.length - 1) / 2;
  expect(row?.durationP50Ms).toBeGreaterThanOrEqual(durations[Math.floor(place) - 2] as number);
  expect(row?.durationP50Ms).toBeLessThanOrEqual(durations[Math.ceil(place) + 2] as number);
});
