import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Envelope } from '@minilens/wire/envelope';
import { PushDelivery } from '@minilens/wire/event';
import { Value } from 'typebox/value';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Collector, deliveryOf, startCollector } from './collector.fixture.js';
import { createReporter, type Reporter, type ReporterOptions } from './reporter.js';

const APPID = 'wx00000000000000aa';
const HOUR_MS = 3_600_000;
const NOW = Date.UTC(2026, 10, 22, 4, 30);

let directory: string;
let collector: Collector;
let reporter: Reporter;
let now: number;
let said: string[];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'minilens-reports-'));
  collector = await startCollector();
  now = NOW;
  said = [];
  reporter = open();
});
afterEach(async () => {
  await reporter.close();
  collector.close();
  rmSync(directory, { recursive: true, force: true });
});

const open = (over: Partial<ReporterOptions> = {}): Reporter =>
  createReporter({
    appid: APPID,
    secret: 'a-secret',
    url: collector.url,
    directory,
    now: () => now,
    log: (words) => said.push(words),
    ...over,
  });
const reopen = async (over: Partial<ReporterOptions> = {}) => {
  await reporter.close();
  reporter = open(over);
};
const numbers = () => collector.stored().map(({ n }) => n);

test('a delivery arrives as the protocol says it, with the app, its secret and the name of the sender', async () => {
  reporter.report(deliveryOf());
  reporter.report(deliveryOf({ outcome: 'invalid_response', reason: 'html', errMsg: 'It is HTML.', status: 200 }));
  await reporter.flush();
  const [envelope] = collector.envelopes;
  expect(Value.Check(Envelope, envelope)).toBe(true);
  expect(collector.stored().every((event) => Value.Check(PushDelivery, event))).toBe(true);
  expect(envelope).toMatchObject({
    app: APPID,
    sentAt: NOW,
    session: { startAt: NOW },
    events: [
      { n: 1, kind: 'push_delivery', ...deliveryOf() },
      { n: 2, outcome: 'invalid_response', reason: 'html' },
    ],
  });
  expect(collector.asked).toEqual([{ url: `/v1/import?app=${APPID}`, authorization: 'Bearer a-secret' }]);
  expect(reporter.pending()).toBe(0);
});

test('words that are too long are cut, so that they do not cost the delivery', async () => {
  const emoji = '😀'.repeat(2_000);
  reporter.report(
    deliveryOf({ msgType: emoji, event: emoji, host: emoji, errMsg: emoji, content: emoji, attempt: 1_000 }),
  );
  await reporter.flush();
  const [event] = collector.stored();
  expect(Value.Check(PushDelivery, event)).toBe(true);
  expect(JSON.stringify(event)).not.toMatch(/\\ud[89a-f]/i);
});

test('a session lasts for an hour and goes on after a restart, its numbers without gaps', async () => {
  for (const hour of [0, 0, 1, 1]) {
    now = NOW + hour * HOUR_MS;
    reporter.report(deliveryOf());
    await reporter.flush();
    await reopen();
  }
  const sessions = collector.envelopes.map(({ session }) => session);
  expect(new Set(sessions.map(({ id }) => id)).size).toBe(2);
  expect(sessions.map(({ startAt }) => startAt)).toEqual([NOW, NOW, NOW + HOUR_MS, NOW + HOUR_MS]);
  expect(new Set(sessions.map(({ user }) => user)).size).toBe(1);
  expect(numbers()).toEqual([1, 2, 1, 2]);
});

test('what a collector took without saying so is sent again under the same number, and counts once', async () => {
  collector.answers.push('cut', 'cut');
  for (let i = 0; i < 250; i++) reporter.report(deliveryOf());
  await reporter.flush();
  expect(reporter.pending()).toBe(250);
  await reporter.flush();
  await reopen();
  await reporter.flush();
  expect(collector.envelopes.length).toBe(9);
  expect(numbers()).toEqual(Array.from({ length: 250 }, (_, index) => index + 1));
  expect(reporter.pending()).toBe(0);
});

test('while the collector is away deliveries wait on disk, and leave without being asked once it is back', async () => {
  const { port } = collector;
  collector.close();
  reporter.report(deliveryOf());
  reporter.report(deliveryOf());
  await reporter.flush();
  expect(said).toEqual([`Minilens at http://127.0.0.1:${port} cannot be reached: ECONNREFUSED. 2 deliveries wait.`]);
  await reporter.close();
  collector = await startCollector(port);
  reporter = open();
  await expect.poll(numbers, { timeout: 10_000 }).toEqual([1, 2]);
});

test.each([
  ['is full', 503, /answers 503\. The spool is full\. 1 deliveries wait\./],
  ['had enough', 429, /answers 429/],
  ['does not know the secret', 401, /is the secret that app's\? The spool is full\./],
  ['is no collector', 404, /answers 404/],
  ['is elsewhere', 302, /answers 302/],
])('a collector that %s costs nothing, and is told of once a minute', async (_name, status, words) => {
  const refusal = { status, headers: { location: '/' }, body: { message: 'The spool is full.' } };
  collector.answers.push(refusal, refusal, refusal);
  reporter.report(deliveryOf());
  await reporter.flush();
  await reporter.flush();
  expect(said).toEqual([expect.stringMatching(words)]);
  now += 60_000;
  await reporter.flush();
  expect(said.length).toBe(2);
  await reporter.flush();
  expect(numbers()).toEqual([1]);
});

test('it comes back no sooner than the collector asks', async () => {
  collector.answers.push({ status: 503, headers: { 'retry-after': '3' } });
  reporter.report(deliveryOf());
  await reporter.flush();
  const refusedAt = performance.now();
  reporter.report(deliveryOf());
  await expect.poll(numbers, { timeout: 10_000 }).toEqual([1, 2]);
  expect(performance.now() - refusedAt).toBeGreaterThan(2_900);
});

test('200 without a receipt for everything is no receipt', async () => {
  collector.answers.push(
    { status: 200, body: { hello: 'world' } },
    { status: 200, body: { accepted: 0, dropped: {} } },
  );
  reporter.report(deliveryOf());
  await reporter.flush();
  await reporter.flush();
  expect(reporter.pending()).toBe(1);
  expect(said).toEqual([expect.stringContaining('it is not Minilens')]);
});

test('what the collector did not take for good is told, not sent again', async () => {
  collector.answers.push({ status: 200, body: { accepted: 0, dropped: { unknown_kind: 1 } } });
  reporter.report(deliveryOf());
  await reporter.flush();
  expect(reporter.pending()).toBe(0);
  expect(said).toEqual([expect.stringContaining('{"unknown_kind":1}')]);
});

test('what does not fit is counted and told, and what waits stays', async () => {
  await reopen({ maxBytes: 16_384 });
  collector.answers.push(...Array.from({ length: 50 }, () => ({ status: 503 })));
  for (let i = 0; i < 200; i++) {
    reporter.report(deliveryOf({ content: 'x'.repeat(1_000) }));
    if (i % 20 === 0) await reporter.flush();
  }
  await reporter.flush();
  expect(reporter.lost()).toBeGreaterThan(100);
  expect(reporter.lost() + reporter.pending()).toBe(200);
  expect(said.some((words) => words.includes('lost to the report'))).toBe(true);
  collector.answers.length = 0;
  await reporter.flush();
  expect(numbers()).toEqual(Array.from({ length: 200 - reporter.lost() }, (_, index) => index + 1));
});

test('a directory holds the deliveries of one app', async () => {
  await reporter.close();
  expect(() => open({ appid: 'wx00000000000000bb' })).toThrow(/are of wx00000000000000aa, not of wx00000000000000bb/);
  reporter = open();
});

test('what is reported after the end is told as lost, and what is being sent then is cut off', async () => {
  reporter.report(deliveryOf());
  const flushed = reporter.flush();
  await reporter.close();
  await flushed;
  reporter.report(deliveryOf());
  expect(reporter.lost()).toBe(1);
  expect(said.at(-1)).toContain('after the reporter was closed');
  reporter = open();
  await reporter.flush();
  expect(numbers()).toEqual([1]);
});

test('without a directory deliveries wait in a temporary file', async () => {
  const other = open({ directory: undefined as never });
  other.report(deliveryOf());
  await other.flush();
  await other.close();
  expect(numbers()).toEqual([1]);
});
