import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeListener } from '@minilens/push/node';
import { createForwarder } from '@minilens/push/proxy';
import { createReceiver } from '@minilens/push/receiver';
import { createReporter, type Reporter } from '@minilens/push/reporter';
import { deadPushUrl, type PushBehaviour, startPushBackEnd } from '@minilens/simulator/push-back-ends';
import { countHours } from '@minilens/simulator/push-counts';
import { createPushSender, type PushSenderOptions } from '@minilens/simulator/push-sender';
import { createSeededRandom } from '@minilens/simulator/seeded-random';
import type { PushFormat } from '@minilens/wechat/push/document';
import type { PushMode } from '@minilens/wechat/push/open-push';
import type { DeliveryList } from '@minilens/wire/push-report';
import type { NewApp } from '@minilens/wire/report-api';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type ServerInTest, startServerInTest } from '../process/server-in-test.js';

/** A Monday, from its midnight in Shanghai. */
const DAY = '2026-03-02';
const MIDNIGHT = Date.parse(`${DAY}T00:00:00+08:00`);
const HOUR_MS = 3_600_000;
const TOKEN = 'AAAAA';
const AES_KEY = 'A'.repeat(43);
const keysOf = (appid: string) => ({ token: TOKEN, encodingAesKey: AES_KEY, appid });

/** How long an answer may take where the test may say so: a fraction of the platform's five seconds. */
const SHORT_MS = 1_000;

/** What becomes of the messages of an hour. Nobody writes before six. */
type Schedule = Record<number, readonly PushBehaviour[]>;
const RIGHT: Schedule = { 6: ['success', 'empty', 'reply'], 7: ['reply', 'reply'] };
const WRONG: Schedule = {
  9: ['quoted_success', 'not_swapped', 'reply'],
  10: ['html', 'success', 'malformed', 'empty_content'],
  14: ['error', 'reset', 'success'],
};
const SLOW: Schedule = { 20: ['silent', 'late', 'stalled', 'success'] };

const data = mkdtempSync(join(tmpdir(), 'minilens-day-'));
let server: ServerInTest;
let aheadMs = 0;
const now = () => Date.now() + aheadMs;
function setClock(to: number) {
  const byMs = to - now();
  aheadMs += byMs;
  server.moveClock(byMs);
}
const asOwner = () => ({ authorization: `Bearer ${server.localToken}`, 'content-type': 'application/json' });

beforeAll(async () => {
  server = await startServerInTest(data);
});
afterAll(async () => {
  await server.close();
  rmSync(data, { recursive: true, force: true });
});

let app: NewApp;
let apps = 0;
beforeEach(async () => {
  setClock(MIDNIGHT);
  app = await ask('/api/v1/apps', { appid: `wx00000000000000a${++apps}` });
});

async function ask<Answer>(path: string, body?: object, method = body ? 'POST' : 'GET'): Promise<Answer> {
  const request = { method, headers: asOwner(), ...(body && { body: JSON.stringify(body) }) };
  const response = await fetch(server.url + path, request);
  expect(response.ok, path).toBe(true);
  return (await response.json()) as Answer;
}

interface Summary {
  callback_count: number;
  fail_count: number;
  total_time_cost: number;
  max_time_cost: number;
}

/** One of the two WeChat APIs on the day, asked the day after. */
async function summary(path: string): Promise<(Summary & { ref_date: string; ref_hour?: number })[]> {
  const login = `grant_type=client_credential&appid=${app.appid}&secret=${app.secret}`;
  const { access_token } = await ask<{ access_token: string }>(`/cgi-bin/token?${login}`);
  const { list } = await ask<{ list: (Summary & { ref_date: string })[] }>(
    `/datacube/${path}?access_token=${access_token}`,
    { begin_date: DAY, end_date: DAY },
  );
  return list;
}

const senderTo = (url: string, more: { mode: PushMode; format: PushFormat } & Partial<PushSenderOptions>) =>
  createPushSender({ url, keys: keysOf(app.appid), random: createSeededRandom(6), now, ...more });
type Sender = ReturnType<typeof senderTo>;

/** Pushes a day's messages, those of one hour at the same time. The content says what shall become of each. */
async function pushDay(sender: Sender, schedule: Schedule): Promise<void> {
  expect(await sender.verify()).toBe(true);
  let id = 0;
  for (const [hour, behaviours] of Object.entries(schedule)) {
    setClock(MIDNIGHT + Number(hour) * HOUR_MS + 60_000);
    await Promise.all(
      behaviours.map((Content, index) =>
        sender.push({
          ToUserName: 'gh_shop',
          FromUserName: `o-user-${index}`,
          CreateTime: Math.floor(now() / 1000),
          MsgType: 'text',
          Content,
          MsgId: `72${String(++id).padStart(16, '0')}`,
        }),
      ),
    );
  }
}

/** Every delivery that the sender made, once it is reported: whoever waited it out is told of a moment after the sender knows. */
async function deliveriesOf(sender: Sender, reporter?: Reporter): Promise<DeliveryList['items']> {
  const list = async () => {
    await reporter?.flush();
    await server.drain();
    return (await ask<DeliveryList>(`/api/v1/apps/${app.appid}/push/deliveries?from=${DAY}&to=${DAY}&limit=200`)).items;
  };
  await expect.poll(async () => (await list()).length, { timeout: 10_000 }).toBe(sender.deliveries.length);
  return list();
}

/** The day after, both WeChat APIs answer what the sender counted, and cost what each delivery was reported to have taken. */
async function expectBothToAnswer(sender: Sender, reporter?: Reporter): Promise<DeliveryList['items']> {
  const items = await deliveriesOf(sender, reporter);
  setClock(MIDNIGHT + 34 * HOUR_MS);
  const cost = (of: typeof items) => ({
    total_time_cost: of.reduce((sum, { durationMs }) => sum + durationMs, 0),
    max_time_cost: Math.max(...of.map(({ durationMs }) => durationMs)),
  });
  const counted = countHours(sender.deliveries);
  expect(await summary('getinterfacesummaryhour')).toEqual(
    counted.map(({ at, callback_count, fail_count }) => ({
      ref_date: DAY,
      ref_hour: ((at - MIDNIGHT) / HOUR_MS) * 100,
      callback_count,
      fail_count,
      ...cost(items.filter((item) => item.at >= at && item.at < at + HOUR_MS)),
    })),
  );
  const sum = (field: 'callback_count' | 'fail_count') => counted.reduce((total, hour) => total + hour[field], 0);
  expect(await summary('getinterfacesummary')).toEqual([
    { ref_date: DAY, callback_count: sum('callback_count'), fail_count: sum('fail_count'), ...cost(items) },
  ]);
  return items;
}

const backEndOf = (format: PushFormat, lateMs: number) =>
  startPushBackEnd({
    keys: keysOf(app.appid),
    format,
    behave: ({ fields }) => fields.Content as PushBehaviour,
    now,
    lateMs,
  });
const reporterOf = (name: string): Reporter =>
  createReporter({ ...app, url: server.url, directory: join(data, name), now, log: () => {} });
/** How many ended how. */
function kindsOf(items: DeliveryList['items']) {
  const kinds: Record<string, number> = {};
  for (const { outcome, reason } of items) {
    const kind = reason ? `${outcome} ${reason}` : outcome;
    kinds[kind] = (kinds[kind] ?? 0) + 1;
  }
  return Object.entries(kinds).sort();
}

test('a day of a back end behind the route of this server', async () => {
  const backEnd = await backEndOf('xml', 6_000);
  await ask(
    `/api/v1/apps/${app.appid}/push/settings`,
    { upstream: backEnd.url, mode: 'safe', format: 'xml', token: TOKEN, encodingAesKey: AES_KEY },
    'PUT',
  );
  const sender = senderTo(`${server.url}/push/${app.appid}`, { mode: 'safe', format: 'xml' });
  await pushDay(sender, { ...RIGHT, ...WRONG, ...SLOW });
  const items = await expectBothToAnswer(sender);
  expect(kindsOf(items)).toEqual([
    ['bad_status', 1],
    ['connect_failure cut', 1],
    ['invalid_response empty_content', 1],
    ['invalid_response html', 1],
    ['invalid_response malformed', 1],
    ['invalid_response not_swapped', 1],
    ['invalid_response quoted_success', 1],
    ['ok', 9],
    ['request_timeout', 9],
  ]);
  expect(items.filter(({ attempt }) => attempt === 3).map(({ attempts }) => attempts)).toEqual([3, 3, 3]);
  await backEnd.close();
});

test.each([
  ['plain', 'json'],
  ['compatible', 'xml'],
] as const)('a day of a back end behind the proxy, %s %s', async (mode, format) => {
  const backEnd = await backEndOf(format, 3 * SHORT_MS);
  const reporter = reporterOf(`${mode}-${format}`);
  const forwarder = createForwarder({
    ...{ upstream: new URL(backEnd.url), keys: keysOf(app.appid), mode, format, now },
    report: reporter.report,
    timeoutMs: SHORT_MS,
  });
  const proxy = createServer(forwarder.handle).listen(0, '127.0.0.1');
  await new Promise((listening) => proxy.once('listening', listening));
  const { port } = proxy.address() as AddressInfo;
  const sender = senderTo(`http://127.0.0.1:${port}`, { mode, format, timeoutMs: SHORT_MS });
  await pushDay(sender, { ...RIGHT, ...WRONG, ...SLOW });
  await expectBothToAnswer(sender, reporter);
  await forwarder.close();
  await reporter.close();
  proxy.close();
  await backEnd.close();
});

test('a day of a back end in Node with the receiver in it', async () => {
  const reporter = reporterOf('receiver');
  const receiver = createReceiver({
    ...keysOf(app.appid),
    mode: 'safe',
    report: reporter.report,
    now,
    timeoutMs: SHORT_MS,
    log: () => {},
  });
  receiver.on('text', async ({ Content }, { reply }) => {
    if (Content === 'empty_content') return reply.text('');
    if (Content === 'error') throw new Error('The handler failed');
    if (Content === 'late') await new Promise((later) => setTimeout(later, 3 * SHORT_MS).unref());
    return Content === 'reply' ? reply.text('茶') : undefined;
  });
  const own = createServer(nodeListener(receiver)).listen(0, '127.0.0.1');
  await new Promise((listening) => own.once('listening', listening));
  const { port } = own.address() as AddressInfo;
  // The sender has the platform's patience: the receiver answers before it is over.
  const sender = senderTo(`http://127.0.0.1:${port}`, { mode: 'safe', format: 'xml' });
  await pushDay(sender, { 8: ['success', 'reply'], 12: ['empty_content', 'error', 'reply'], 23: ['late', 'success'] });
  const items = await expectBothToAnswer(sender, reporter);
  expect(kindsOf(items)).toEqual([
    ['bad_status', 1],
    ['invalid_response empty_content', 1],
    ['ok', 4],
    ['request_timeout', 1],
  ]);
  await reporter.close();
  own.close();
});

test('a dead back end suspends pushing, and only what was sent is counted', async () => {
  const reporter = reporterOf('dead');
  const forwarder = createForwarder({
    ...{ upstream: new URL(await deadPushUrl()), keys: keysOf(app.appid), mode: 'safe', format: 'xml', now },
    report: reporter.report,
  });
  const proxy = createServer(forwarder.handle).listen(0, '127.0.0.1');
  await new Promise((listening) => proxy.once('listening', listening));
  const { port } = proxy.address() as AddressInfo;
  const sender = senderTo(`http://127.0.0.1:${port}`, { mode: 'safe', format: 'xml', markFailAfter: 3 });
  setClock(MIDNIGHT + 11 * HOUR_MS);
  for (let id = 1; id <= 5; id++)
    await sender.push({
      ToUserName: 'gh_shop',
      FromUserName: 'o-user',
      CreateTime: Math.floor(now() / 1000),
      MsgType: 'event',
      Event: `CLICK_${id}`,
    });
  expect([sender.deliveries.length, sender.suspended(), sender.pausedAt.length]).toEqual([3, 2, 1]);
  expect(kindsOf(await expectBothToAnswer(sender, reporter))).toEqual([['connect_failure refused', 3]]);
  await forwarder.close();
  await reporter.close();
  proxy.close();
});
