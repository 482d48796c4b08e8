import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeliveryReport } from '@minilens/push/delivery';
import type { StoredBatch } from '@minilens/store/insert-block';
import { afterEach, expect, test, vi } from 'vitest';
import { createApps } from '../admin/apps.js';
import { createErasures } from '../admin/erasures.js';
import { createMemory } from '../collect/forgotten.js';
import { openSpool } from '../collect/spool.js';
import { connectDb } from '../db/connect.js';
import { createSender } from './sender.js';

const NOW = Date.UTC(2026, 2, 2, 4, 30);
const [SHOP, CAFE] = ['wx00000000000000aa', 'wx00000000000000bb'];

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function startSender(maxBytes: number) {
  const directory = mkdtempSync(join(tmpdir(), 'minilens-sender-'));
  const db = await connectDb(':memory:');
  const spool = openSpool(directory, { maxBytes });
  stops.push(async () => {
    await spool.close();
    await db.destroy();
    rmSync(directory, { recursive: true });
  });
  const clock = { now: NOW };
  const now = () => clock.now;
  const apps = createApps(db, now);
  await apps.add(SHOP, 'Shop');
  const meters = { delivered: vi.fn(), deliveryLost: vi.fn() };
  const [counters, log] = [{ count: vi.fn() }, { warn: vi.fn() }];
  let ids = 0;
  const sender = createSender({
    ...{ spool, memory: createMemory(apps, createErasures(db, now)), counters, meters, log, now },
    newId: () => `session-${ids++}`,
  });
  /** What is in the spool, oldest first. */
  const spooled = async () => {
    await sender.settle();
    const block = await spool.nextBlock({ maxBatches: 100, maxBytes: 1e9 });
    return (block?.batches ?? []).map((batch) => JSON.parse(String(batch)) as StoredBatch);
  };
  return { sender, spool, clock, meters, counters, log, spooled };
}

const delivery = (over: Partial<DeliveryReport> = {}): DeliveryReport => ({
  ...{ at: NOW, delivery: 'delivery-1', messageKey: 'a1'.repeat(16), attempt: 1, msgType: 'text' },
  ...{ host: 'shop.example', outcome: 'ok', durationMs: 80, ...over },
});

test('deliveries are numbered without gaps, in a new session every hour and for every app', async () => {
  const { sender, spool, clock, spooled, meters, counters } = await startSender(1e8);
  const [shop, cafe] = [sender.reportOf(SHOP), sender.reportOf(CAFE)];
  shop(delivery());
  shop(delivery({ outcome: 'bad_status', status: 502 }));
  cafe(delivery());
  clock.now += 1_800_000;
  shop(delivery({ at: clock.now }));
  const batches = await spooled();
  const numbers = batches.map(({ app, session, events }) => [app, session.id, ...events.map(({ n }) => n)].join(' '));
  expect(numbers.sort()).toEqual([
    `${SHOP} session-0 1`,
    `${SHOP} session-0 2`,
    `${SHOP} session-2 1`,
    `${CAFE} session-1 1`,
  ]);
  for (const { session, events, agent } of batches) {
    expect(session.user).toBe(`push-${spool.id}`);
    expect(agent).toMatch(/^push-\d/);
    expect(events[0]).toMatchObject({ kind: 'push_delivery', durationMs: 80 });
  }
  expect(meters.delivered.mock.calls.flat().sort()).toEqual(['bad_status', 'ok', 'ok', 'ok']);
  expect(counters.count).toHaveBeenCalledTimes(4);
});

test('a full spool costs the report, which is counted and told once a minute, and throws nothing', async () => {
  const { sender, clock, meters, counters, log, spooled } = await startSender(0);
  const report = sender.reportOf(SHOP);
  for (let i = 0; i < 3; i++) report(delivery());
  expect(await spooled()).toEqual([]);
  expect(meters.deliveryLost).toHaveBeenCalledTimes(3);
  expect(counters.count).not.toHaveBeenCalled();
  expect(log.warn).toHaveBeenCalledTimes(1);
  clock.now += 60_000;
  report(delivery());
  await sender.settle();
  expect(log.warn).toHaveBeenCalledTimes(2);
});
