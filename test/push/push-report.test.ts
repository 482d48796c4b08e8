import { deliverySession } from '@minilens/simulator/delivery-session';
import { createSeededRandom } from '@minilens/simulator/seeded-random';
import type { Envelope } from '@minilens/wire/envelope';
import type { PushDeliveryEvent } from '@minilens/wire/event';
import type { Delivery, DeliveryList, PushReport } from '@minilens/wire/push-report';
import type { NewApp } from '@minilens/wire/report-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../../packages/server/src/testing/server.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** 2026-03-06 12:30 in Shanghai. */
const NOW = Date.UTC(2026, 2, 6, 4, 30);
/** 2026-03-02 00:00 there. */
const FROM = Date.UTC(2026, 2, 1, 16);
const SPAN = 'from=2026-03-02&to=2026-03-05';
const ONE_DAY = 'from=2026-03-03&to=2026-03-03';

let server: TestServer;
let app: NewApp;
let known: PushDeliveryEvent[] = [];

beforeAll(async () => {
  server = await startTestServer(NOW);
  app = await server.addApp('wx00000000000000aa');
});
afterAll(() => server.stop());

test('the report and the list say what counting one by one gives, however late deliveries come', async () => {
  const random = createSeededRandom(23);
  const sessions = Array.from({ length: 60 }, () =>
    deliverySession(app, random, FROM + Math.floor(random() * 4 * DAY)),
  );
  await bring(sessions.slice(0, 40));
  await expectCounted();
  await rollUp();
  await expectCounted();
  // Hours that were clean are dirty again, and others stay clean.
  await bring(sessions.slice(40));
  await expectCounted();
  await rollUp();
  await expectCounted();
});

test('of a time without deliveries it gives zeros, and a point for every hour', async () => {
  const report = await read<PushReport>(`/push?from=2026-02-10&to=2026-02-10`);
  const nothing = {
    ...{ callback_count: 0, fail_count: 0, total_time_cost: 0, max_time_cost: 0 },
    ...{ deliveryP50Ms: null, deliveryP95Ms: null, deliveryP99Ms: null },
  };
  expect(report.summary).toEqual(nothing);
  expect(report.trend).toEqual(
    Array.from({ length: 24 }, (_, hour) => ({ at: FROM - 20 * DAY + hour * HOUR, ...nothing })),
  );
  expect([report.kinds, report.messages, report.hosts]).toEqual([[], [], []]);
  expect(await read('/push/deliveries?from=2026-02-10&to=2026-02-10')).toMatchObject({ total: 0, items: [] });
});

async function bring(sessions: readonly Envelope[]): Promise<void> {
  const lines = sessions.map((session) => JSON.stringify(session)).join('\n');
  expect((await server.post(`/v1/import?app=${app.appid}`, lines, server.asOwner)).status).toBe(200);
  await server.drain();
  known = [...known, ...sessions.flatMap(({ events }) => events as PushDeliveryEvent[])];
}

const rollUp = async () => {
  const range = { from: '2026-03-01T00:00:00+08:00', to: '2026-03-07T00:00:00+08:00' };
  expect((await server.post(`/api/v1/apps/${app.appid}/rollup`, range, server.asOwner)).status).toBe(200);
};

const read = async <T>(path: string) => {
  const { status, body } = await server.get<T>(`/api/v1/apps/${app.appid}${path}`, server.asOwner);
  expect(status, JSON.stringify(body)).toBe(200);
  return body;
};

async function expectCounted(): Promise<void> {
  await expectReport(SPAN, { from: FROM, to: FROM + 4 * DAY, grain: 'day' });
  await expectReport(ONE_DAY, { from: FROM + DAY, to: FROM + 2 * DAY, grain: 'hour' });
  const inSpan = known.filter(({ at }) => at >= FROM && at < FROM + 4 * DAY);
  await expectListed('', inSpan);
  await expectListed('sort=durationMs', inSpan);
  await expectListed('outcome=failed', inSpan.filter(isFailed));
  await expectListed(
    'outcome=bad_status',
    inSpan.filter(({ outcome }) => outcome === 'bad_status'),
  );
  await expectListed(
    'reason=not_swapped',
    inSpan.filter(({ reason }) => reason === 'not_swapped'),
  );
  await expectListed(
    'msgType=event&event=subscribe',
    inSpan.filter(({ event }) => event === 'subscribe'),
  );
  await expectListed(
    'host=old.shop.example',
    inSpan.filter(({ host }) => host === 'old.shop.example'),
  );
  const tried = inSpan.find(({ attempt }) => attempt === 3) as PushDeliveryEvent;
  await expectListed(`message=${tried.messageKey}`, attemptsOf(tried));
}

const isFailed = ({ outcome }: PushDeliveryEvent) => outcome !== 'ok';
const attemptsOf = ({ messageKey }: PushDeliveryEvent) => known.filter((other) => other.messageKey === messageKey);

/** Percentiles are estimates, which lie among the durations they are of. */
const numbersOf = (deliveries: readonly PushDeliveryEvent[]) => {
  const durations = deliveries.map(({ durationMs }) => durationMs);
  return {
    callback_count: deliveries.length,
    fail_count: deliveries.filter(isFailed).length,
    total_time_cost: durations.reduce((sum, durationMs) => sum + durationMs, 0),
    max_time_cost: Math.max(0, ...durations),
  };
};

async function expectReport(query: string, { from, to, grain }: { from: number; to: number; grain: 'day' | 'hour' }) {
  const asked = known.filter(({ at }) => at >= from && at < to);
  const report = await read<PushReport>(`/push?${query}`);
  expect(report).toMatchObject({ range: { from, to, timezone: 'Asia/Shanghai' }, grain });
  expect(report.summary).toMatchObject(numbersOf(asked));
  const [least, most] = [Math.min(...asked.map((d) => d.durationMs)), Math.max(...asked.map((d) => d.durationMs))];
  const { deliveryP50Ms, deliveryP95Ms, deliveryP99Ms } = report.summary as Record<string, number>;
  expect([least, deliveryP50Ms, deliveryP95Ms, deliveryP99Ms, most]).toEqual(
    [least, deliveryP50Ms, deliveryP95Ms, deliveryP99Ms, most].sort((a, b) => Number(a) - Number(b)),
  );
  const step = grain === 'day' ? DAY : HOUR;
  const starts = Array.from({ length: (to - from) / step }, (_, index) => from + index * step);
  expect(report.trend).toEqual(
    starts.map((at) =>
      expect.objectContaining({ at, ...numbersOf(asked.filter((d) => d.at >= at && d.at < at + step)) }),
    ),
  );
  const grouped = (keyOf: (delivery: PushDeliveryEvent) => object) => {
    const isOf = (key: string) => (delivery: PushDeliveryEvent) => JSON.stringify(keyOf(delivery)) === key;
    const keys = new Set(asked.map((delivery) => JSON.stringify(keyOf(delivery))));
    return [...keys].map((key) => ({ ...JSON.parse(key), ...numbersOf(asked.filter(isOf(key))) }));
  };
  expectGroups(
    report.kinds,
    grouped(({ outcome, reason = '' }) => ({ outcome, reason })).map(({ outcome, reason, callback_count }) => ({
      ...{ outcome, reason, callback_count },
    })),
  );
  expectGroups(
    report.messages,
    grouped(({ msgType, event = '' }) => ({ msgType, event })),
  );
  expectGroups(
    report.hosts,
    grouped(({ host }) => ({ host })),
  );
}

/** The same groups, those with most deliveries first. */
function expectGroups(answered: readonly { callback_count: number }[], counted: readonly object[]) {
  expect(answered).toHaveLength(counted.length);
  expect(answered).toEqual(expect.arrayContaining(counted.map((group) => expect.objectContaining(group))));
  const counts = answered.map(({ callback_count }) => callback_count);
  expect(counts).toEqual([...counts].sort((a, b) => b - a));
}

async function expectListed(query: string, expected: readonly PushDeliveryEvent[]) {
  const isSlowest = query.includes('durationMs');
  const items: Delivery[] = [];
  for (let offset = 0; offset === 0 || items.length === offset; offset += 60) {
    const list = await read<DeliveryList>(`/push/deliveries?${SPAN}&${query}&limit=60&offset=${offset}`);
    expect(list.total).toBe(expected.length);
    items.push(...list.items);
  }
  const order = (a: { at: number; durationMs: number }, b: { at: number; durationMs: number }) =>
    (isSlowest ? b.durationMs - a.durationMs : 0) || b.at - a.at;
  expect(items).toEqual([...items].sort(order));
  const byName = (a: { delivery: string }, b: { delivery: string }) => (a.delivery < b.delivery ? -1 : 1);
  expect([...items].sort(byName)).toEqual([...expected].sort(byName).map(listed));
}

const listed = ({ n: _n, kind: _kind, ...said }: PushDeliveryEvent): Delivery => ({
  ...{ event: '', reason: '', errMsg: '', content: '', dnsMs: null, connectMs: null, firstByteMs: null },
  ...{ attempts: known.filter(({ messageKey }) => messageKey === said.messageKey).length },
  ...said,
  status: said.status ?? null,
  receivedBytes: said.status === undefined ? null : (said.receivedBytes ?? 0),
});
