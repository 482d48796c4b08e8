import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deliverySession } from '@minilens/simulator/delivery-session';
import { eventfulSession } from '@minilens/simulator/eventful-session';
import { createSeededRandom } from '@minilens/simulator/seeded-random';
import { ask } from '@minilens/store/ask';
import { askParts, metricsOf } from '@minilens/store/ask-parts';
import { listBuckets } from '@minilens/store/buckets';
import { connectStore } from '@minilens/store/connect';
import { countAllIssues } from '@minilens/store/errors';
import { insertBlock } from '@minilens/store/insert-block';
import { METRICS, type MetricName } from '@minilens/store/metrics';
import { migrate } from '@minilens/store/migrate';
import type { Question } from '@minilens/store/question';
import { rollUp } from '@minilens/store/roll-up';
import type { Envelope } from '@minilens/wire/envelope';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { countMetrics, type StoredSession } from './counting/count-metrics.js';

const APPID = 'wx00000000000000aa';
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** 2026-03-01 00:00 in Shanghai, a Sunday: the next day begins a week. */
const FROM = Date.UTC(2026, 1, 28, 16);
const ABOUT = { app: APPID, from: FROM, to: FROM + 40 * DAY_MS, timezone: 'Asia/Shanghai' } as const;

/** Everything the store was given. */
let stored: StoredSession[] = [];

const directory = mkdtempSync(join(tmpdir(), 'minilens-every-metric-'));
const store = connectStore({ path: directory });
beforeAll(() => migrate(store));
afterAll(async () => {
  await store.close();
  rmSync(directory, { recursive: true });
});

/** Percentiles are estimates: they have a test of their own. New users are counted over all history, in the store's tests. */
const COUNTED = (Object.keys(METRICS) as MetricName[]).filter(
  (name) => !/P\d\dMs$/.test(name) && !/_uv_new$/.test(name),
);
const ofSources = (...sources: string[]) => COUNTED.filter((name) => sources.includes(METRICS[name].source));
const VISITS = ofSources('visits', 'sessions');

type Asked = Pick<Question, 'metrics' | 'by' | 'filter'> & { from?: number; to?: number };
const QUESTIONS: Asked[] = [
  { metrics: COUNTED },
  { metrics: COUNTED, by: ['hour'], from: FROM + DAY_MS, to: FROM + 3 * DAY_MS },
  { metrics: COUNTED, by: ['day'] },
  { metrics: COUNTED, by: ['week'] },
  { metrics: COUNTED, by: ['month'] },
  { metrics: ofSources('calls', 'callUsers'), by: ['name', 'version'] },
  { metrics: ofSources('callMessages'), by: ['name', 'outcome', 'message'] },
  { metrics: ofSources('calls', 'callMessages'), by: ['day', 'version'] },
  { metrics: ofSources('calls'), by: ['version'], filter: { nameContains: 'PAY' } },
  { metrics: ofSources('requests', 'requestUsers'), by: ['method', 'host', 'path', 'version'] },
  { metrics: ofSources('requests', 'requestUsers'), by: ['day', 'path'], filter: { method: 'POST', version: '' } },
  { metrics: ofSources('performance', 'sessions', 'visits'), by: ['platform'] },
  {
    metrics: ofSources('performance', 'sessions'),
    by: ['day'],
    filter: { network: 'wifi', level: 1, platform: 'ios' },
  },
  { metrics: VISITS, by: ['version', 'network', 'level'] },
  { metrics: VISITS, by: ['scene', 'env'], filter: { version: '1.0.0' } },
  { metrics: ofSources('jsErrors', 'jsErrorUsers'), by: ['error', 'message', 'frame'] },
  { metrics: ofSources('jsErrors', 'jsErrorUsers', 'sessions'), by: ['version'] },
  { metrics: ofSources('performance', 'devicePerformance', 'launches'), by: ['platform', 'level', 'network'] },
  {
    metrics: ofSources('devicePerformance', 'launches'),
    by: ['day'],
    filter: { network: ['wifi', '5g'], level: [1, 3], platform: ['ios', 'android'] },
  },
  { metrics: ofSources('devicePerformance', 'launches'), by: ['version'] },
  { metrics: ofSources('pages'), by: ['page'] },
  { metrics: ofSources('pages'), by: ['day', 'page'] },
  { metrics: ofSources('sessionLengths'), by: ['stay_s', 'depth'] },
  { metrics: ofSources('models'), by: ['platform', 'model'] },
  { metrics: ofSources('pushDeliveries'), by: ['hour'] },
  { metrics: ofSources('pushDeliveries'), by: ['msg_type', 'event', 'host', 'outcome', 'reason'] },
  { metrics: ofSources('loss'), by: ['day', 'agent'] },
  { metrics: ofSources('loss', 'drops'), by: ['agent'] },
  { metrics: ofSources('drops'), by: ['reason'], filter: { agent: '0.1.0' } },
];

test('every metric is what counting the events one by one gives, however late they come', async () => {
  const random = createSeededRandom(11);
  const sessions = Array.from({ length: 150 }, () => {
    const startAt = FROM + Math.floor(random() * (random() < 0.5 ? 2 : 34) * DAY_MS);
    return eventfulSession({ appid: APPID, key: '' }, random, startAt).map((batch) => arrive(batch, random));
  });
  const deliveries = Array.from({ length: 20 }, () =>
    arrive(deliverySession({ appid: APPID }, random, FROM + Math.floor(random() * 3 * DAY_MS)), random),
  );
  const batches = [...sessions.flat(), ...deliveries].sort((a, b) => a.order - b.order);
  stored = batches.map((batch) => batch.stored);
  const half = Math.floor(batches.length / 2);
  const load = async (token: string, part: typeof batches) =>
    insertBlock(store, { token, batches: part.map(({ stored }) => JSON.stringify(stored)) });

  await load('early', batches.slice(0, half));
  await expectCounted(batches.slice(0, half), [{ metrics: COUNTED }]);
  await rollUpAll();
  // From then on from events only where something came since.
  await load('late', batches.slice(half));
  await expectCounted(batches);
  await rollUpAll();
  await expectCounted(batches);
});

test('parts of kinds of device added up outside the engine give the metrics that it gives', async () => {
  const metrics = ofSources('devicePerformance', 'launches').filter((name) => METRICS[name].source !== 'performance');
  const kinds = [...(await askParts(store, 'devicePerformance', ABOUT)), ...(await askParts(store, 'launches', ABOUT))];
  const rows = await ask(store, { ...ABOUT, metrics, by: ['platform', 'level', 'network'] });
  expect(rows.length).toBeGreaterThan(10);
  for (const { platform, level, network, ...numbers } of rows)
    expect(
      metricsOf(
        metrics,
        kinds.filter((kind) => kind.platform === platform && kind.level === level && kind.network === network),
      ),
    ).toEqual(numbers);
  const [all] = await ask(store, { ...ABOUT, metrics });
  expect(metricsOf(metrics, kinds)).toEqual(all);
  const [nothing] = await ask(store, { ...ABOUT, metrics, filter: { platform: 'none' } });
  expect(metricsOf(metrics, [])).toEqual(nothing);
});

test.each([undefined, '1.0.0', 'none'])(
  'issues of version %s and their sums are those of the catalogue',
  async (version) => {
    const metrics = ['jsErrors', 'errorUsers'] as const;
    const filter = version === undefined ? {} : { version };
    const [all] = await ask(store, { ...ABOUT, metrics, filter });
    const issues = await ask(store, { ...ABOUT, metrics, filter, by: ['error', 'message', 'frame'] });
    issues.sort((a, b) => b.jsErrors - a.jsErrors);
    const counted = await countAllIssues(store, { ...ABOUT, version });
    expect(counted).toEqual({ ...all, issues: expect.arrayContaining(issues) });
    expect(counted.issues.map(({ jsErrors }) => jsErrors)).toEqual(issues.map(({ jsErrors }) => jsErrors));
  },
);

test('an issue keeps its id, and no two have the same', async () => {
  const rows = await ask(store, { ...ABOUT, metrics: ['jsErrors'], by: ['issue', 'error', 'message', 'frame'] });
  expect(rows.length).toBeGreaterThan(20);
  expect(new Set(rows.map(({ issue }) => issue)).size).toBe(rows.length);
  for (const { issue, jsErrors, ...text } of rows.slice(0, 3)) {
    expect(issue).toMatch(/^[0-9a-f]{16}$/);
    expect(
      await ask(store, { ...ABOUT, metrics: ['jsErrors'], by: ['error', 'message', 'frame'], filter: { issue } }),
    ).toEqual([{ ...text, jsErrors }]);
  }
});

test('percentiles lie among the durations they are of', async () => {
  const sorted = (isCounted: (event: StoredSession['events'][number]) => boolean) =>
    stored
      .flatMap(({ events }) => events.filter(isCounted).map(({ durationMs }) => durationMs as number))
      .filter((durationMs) => durationMs !== undefined)
      .sort((a, b) => a - b);
  const requests = sorted(({ kind, name }) => kind === 'request' && name !== 'connectSocket');
  const routes = sorted(({ kind, name }) => kind === 'performance' && name === 'route');
  const cases = [
    ['requestDurationP50Ms', 0.5, requests],
    ['requestDurationP75Ms', 0.75, requests],
    ['requestDurationP95Ms', 0.95, requests],
    ['requestDurationP99Ms', 0.99, requests],
    ['costtimeP50Ms', 0.5, routes],
    ['costtimeP95Ms', 0.95, routes],
  ] as const;
  const [row] = await ask(store, { ...ABOUT, metrics: cases.map(([name]) => name) });
  for (const [name, share, durations] of cases) {
    const place = share * (durations.length - 1);
    expect(row?.[name], name).toBeGreaterThanOrEqual(durations[Math.max(0, Math.floor(place) - 3)] as number);
    expect(row?.[name], name).toBeLessThanOrEqual(
      durations[Math.min(durations.length - 1, Math.ceil(place) + 3)] as number,
    );
  }
});

test('times without anything are filled from the start of the first one', async () => {
  const days = (time: 'week' | 'month' | 'day', from: number) =>
    ask(store, { ...ABOUT, app: 'wx00000000000000ff', from, metrics: ['requests'], by: [time], fill: true });
  const china = (rows: { [time: string]: number }[], time: string) =>
    rows.map((row) => new Date((row[time] ?? 0) + 8 * HOUR_MS).toISOString().slice(0, 16));
  expect(china(await days('week', FROM + 30 * DAY_MS), 'week')).toEqual(['2026-03-30T00:00', '2026-04-06T00:00']);
  expect(china(await days('month', FROM + DAY_MS), 'month')).toEqual(['2026-03-01T00:00', '2026-04-01T00:00']);
  expect(china(await days('day', FROM + 38.5 * DAY_MS), 'day')).toEqual(['2026-04-08T00:00', '2026-04-09T00:00']);
});

test.each<[string, Asked]>([
  [
    'The metric lossRate cannot be split or filtered by platform',
    { metrics: ['lossRate'], filter: { platform: 'ios' } },
  ],
  ['The metric visit_uv_new cannot be split or filtered by version', { metrics: ['visit_uv_new'], by: ['version'] }],
  ['The metric calls cannot be split or filtered by path', { metrics: ['calls'], filter: { path: '/' } }],
  ['The metric memory cannot be split or filtered by path', { metrics: ['memory'], filter: { path: '/' } }],
])('%s, and says so', async (message, asked) => {
  await expect(ask(store, { ...ABOUT, ...asked })).rejects.toThrow(message);
});

test('a filter is a value and never SQL', async () => {
  expect(await ask(store, { ...ABOUT, metrics: ['requests'], filter: { path: "' OR 1=1 --" } })).toEqual([
    { requests: 0 },
  ]);
});

/** Loses and drops some of a batch's events on the way, and gives what is stored and when it comes. */
function arrive(batch: Envelope, random: () => number): { order: number; stored: StoredSession } {
  const { v: _v, key: _key, sentAt, session, events, ...rest } = batch;
  const { startAt, ...named } = session;
  const fates = (events as StoredSession['events']).map((event) => ({ event, fate: random() }));
  return {
    order: random(),
    stored: {
      ...rest,
      session: named,
      sessionAt: startAt,
      receivedAt: sentAt + Math.floor(random() * 2 * DAY_MS),
      skewMs: 0,
      ip: '203.0.113.9',
      events: fates.filter(({ fate }) => fate < 0.8).map(({ event }) => event),
      dropped: fates
        .filter(({ fate }) => fate >= 0.9)
        .map(({ event, fate }) =>
          fate < 0.92 ? { n: 0, reason: 'invalid' } : { n: event.n, reason: fate < 0.96 ? 'too_old' : 'invalid' },
        ),
    },
  };
}

async function expectCounted(batches: { stored: StoredSession }[], questions = QUESTIONS) {
  const given = batches.map((batch) => batch.stored);
  for (const asked of questions) {
    const question = { ...ABOUT, ...asked };
    const sorted = (rows: object[]) => rows.map((row) => JSON.stringify(row)).sort();
    expect(sorted(await ask(store, question)), JSON.stringify(asked)).toEqual(sorted(countMetrics(given, question)));
  }
}

async function rollUpAll() {
  let id = Date.now() * 1000;
  const hours = (await listBuckets(store, APPID, 0, 4e12)).map(({ hour }) => hour);
  await rollUp(store, APPID, hours, (howMany) => {
    id += howMany;
    return id - howMany;
  });
}
