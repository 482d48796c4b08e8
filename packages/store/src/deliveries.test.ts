import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PushDeliveryEvent } from '@minilens/wire/event';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectStore } from './connect.js';
import { type DeliveryFilter, findDeliveries } from './deliveries.js';
import { insertBlock } from './insert-block.js';
import { migrate } from './migrate.js';

const HOUR = 3_600_000;
/** 2026-03-02 00:00 in Shanghai. */
const MIDNIGHT = Date.UTC(2026, 2, 1, 16);
const APP = 'wx00000000000000aa';
const LATE = 'a1'.repeat(8);
const BROKEN = 'b2'.repeat(8);
const GREETED = 'c3'.repeat(8);

const directory = mkdtempSync(join(tmpdir(), 'minilens-deliveries-'));
const store = connectStore({ path: directory });

type Said = Partial<PushDeliveryEvent> & Pick<PushDeliveryEvent, 'at' | 'delivery' | 'messageKey' | 'outcome'>;

const load = (app: string, session: string, deliveries: readonly Said[]) =>
  insertBlock(store, {
    token: `${app}-${session}`,
    batches: [
      JSON.stringify({
        ...{ app, agent: 'push-0.1.0', ip: '', receivedAt: MIDNIGHT + 9 * HOUR, skewMs: 0, sessionAt: MIDNIGHT },
        ...{ session: { id: session, user: 'sender-1' }, device: {} },
        events: deliveries.map((said, index) => ({
          ...{ n: index + 1, kind: 'push_delivery', attempt: 1, msgType: 'text', host: 'push.shop.example' },
          ...{ durationMs: 80, ...said },
        })),
      }),
    ],
  });

beforeAll(async () => {
  await migrate(store);
  const timedOut = { messageKey: LATE, outcome: 'request_timeout', durationMs: 5_000 } as const;
  await load(APP, 'push-1', [
    { ...timedOut, at: MIDNIGHT + HOUR - 5_000, delivery: 'late-0001', errMsg: 'No complete answer within 5 s.' },
    { ...timedOut, at: MIDNIGHT + HOUR, delivery: 'late-0002', attempt: 2 },
    {
      ...{ at: MIDNIGHT + HOUR + 5_000, delivery: 'late-0003', attempt: 3, messageKey: LATE, outcome: 'ok' },
      ...{ status: 200, receivedBytes: 0, dnsMs: 0, connectMs: 3, firstByteMs: 70 },
    },
    {
      ...{ at: MIDNIGHT + 2 * HOUR, delivery: 'broken-01', messageKey: BROKEN, outcome: 'invalid_response' },
      ...{ reason: 'not_swapped', status: 200, receivedBytes: 5_000_000_000, errMsg: 'Swap the two names.' },
      content: '<xml>…</xml>',
    },
    {
      ...{ at: MIDNIGHT + 3 * HOUR, delivery: 'greeted-1', messageKey: GREETED, msgType: 'event', event: 'subscribe' },
      ...{ outcome: 'ok', reason: 'covered', durationMs: 4_800, host: 'new.shop.example' },
    },
  ]);
  await load('wx00000000000000bb', 'push-2', [
    { at: MIDNIGHT + HOUR, delivery: 'foreign-1', messageKey: LATE, outcome: 'ok' },
  ]);
});
afterAll(async () => {
  await store.close();
  rmSync(directory, { recursive: true });
});

const find = (filter: Partial<DeliveryFilter> = {}, page: Partial<Parameters<typeof findDeliveries>[2]> = {}) =>
  findDeliveries(
    store,
    { app: APP, from: MIDNIGHT, to: MIDNIGHT + 4 * HOUR, ...filter },
    { sort: 'at', limit: 10, offset: 0, now: MIDNIGHT + 4 * HOUR, ...page },
  );
const names = async (...asked: Parameters<typeof find>) => {
  const { total, items } = await find(...asked);
  return [total, ...items.map(({ delivery }) => delivery)];
};

test('a delivery says all that was reported of it, and null of what was not measured', async () => {
  const { items } = await find();
  expect(items.find(({ delivery }) => delivery === 'late-0001')).toEqual({
    ...{ at: MIDNIGHT + HOUR - 5_000, delivery: 'late-0001', messageKey: LATE, attempt: 1, attempts: 3 },
    ...{ msgType: 'text', event: '', host: 'push.shop.example', outcome: 'request_timeout', reason: '' },
    ...{ errMsg: 'No complete answer within 5 s.', durationMs: 5_000, dnsMs: null, connectMs: null, firstByteMs: null },
    ...{ status: null, receivedBytes: null, content: '' },
  });
  // An empty answer is one of 0 bytes.
  expect(items.find(({ delivery }) => delivery === 'late-0003')).toMatchObject({
    ...{ attempt: 3, attempts: 3, status: 200, receivedBytes: 0, dnsMs: 0, connectMs: 3, firstByteMs: 70 },
  });
  expect(items.find(({ delivery }) => delivery === 'broken-01')).toMatchObject({
    ...{ reason: 'not_swapped', receivedBytes: 5_000_000_000, content: '<xml>…</xml>', attempts: 1 },
  });
});

test('they come newest or slowest first, a page at a time', async () => {
  expect(await names()).toEqual([5, 'greeted-1', 'broken-01', 'late-0003', 'late-0002', 'late-0001']);
  const slowest = { sort: 'durationMs' } as const;
  expect(await names({}, slowest)).toEqual([5, 'late-0002', 'late-0001', 'greeted-1', 'broken-01', 'late-0003']);
  expect(await names({}, { ...slowest, limit: 2, offset: 1 })).toEqual([5, 'late-0001', 'greeted-1']);
  expect(await names({}, { offset: 9 })).toEqual([5]);
});

test.each<[Partial<DeliveryFilter>, string[]]>([
  [{ outcome: 'failed' }, ['broken-01', 'late-0002', 'late-0001']],
  [{ outcome: 'request_timeout' }, ['late-0002', 'late-0001']],
  [{ outcome: 'ok', reason: 'covered' }, ['greeted-1']],
  [{ msgType: 'event', event: 'subscribe' }, ['greeted-1']],
  [{ msgType: 'text', host: 'new.shop.example' }, []],
  [{ message: LATE }, ['late-0003', 'late-0002', 'late-0001']],
  [{ from: MIDNIGHT + HOUR, to: MIDNIGHT + 2 * HOUR }, ['late-0003', 'late-0002']],
  [{ host: "' OR 1=1 --" }, []],
  [{ app: 'wx00000000000000bb' }, ['foreign-1']],
])('of those with %j there are %j', async (filter, expected) => {
  expect(await names(filter)).toEqual([expected.length, ...expected]);
});

test('attempts outside of the range, and of no other app, are counted too', async () => {
  const { items } = await find({ from: MIDNIGHT, to: MIDNIGHT + HOUR });
  expect(items).toMatchObject([{ delivery: 'late-0001', attempts: 3 }]);
});
