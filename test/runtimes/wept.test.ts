import type { Event } from '@minilens/wire/event';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { launchChromium } from './chromium.js';
import { type CollectorStub, startCollectorStub } from './collector-stub.js';
import { type MiniProgram, openMiniProgram } from './mini-program.js';
import { story } from './told.js';
import { startWept, type Wept } from './wept.js';

const INDEX = 'pages/index/index';
const DETAIL = 'pages/detail/detail';
const PAY = 'pages/pay/pay';
const ORDERS = 'pages/orders/orders';
const APP = { appId: 'wx00112233445566aa', key: 'sample-key' };

let browser: Browser;
let collector: CollectorStub;
let shop: CollectorStub;
let wept: Wept;
let app: MiniProgram;

beforeAll(async () => {
  [collector, shop] = await Promise.all([startCollectorStub(), startCollectorStub()]);
  const config = { ...APP, endpoint: collector.origin, shop: shop.origin };
  [browser, wept] = await Promise.all([launchChromium(), startWept({ config })]);
});
afterAll(async () => {
  await browser?.close();
  await wept?.stop();
  await collector?.stop();
  await shop?.stop();
});
beforeEach(async () => {
  collector.envelopes.length = 0;
  app = await openMiniProgram(browser, wept.url);
});
afterEach(() => app.close());

/**
 * The agent sends when the app leaves the foreground and every few seconds: wait for that, not for a time. When a page is
 * ready is the browser's affair, before or after what the user does: that is looked at apart.
 */
const arrived = () =>
  expect.poll(
    () => collector.sessions().map(({ events }) => story(events.filter(({ kind }) => kind !== 'page_ready'))),
    { timeout: 20_000 },
  );

test('what a user does arrives complete, in order and once', async () => {
  await app.tap('#check');
  await app.tap('#product-puer');
  await app.waitForPage(DETAIL);
  await app.tap('#preview');
  await app.closePreview();
  await app.tap('#buy');
  await app.waitForPage(PAY);
  await app.tap('#pay');
  await app.answer('requestPayment', 'success');
  expect(await app.textOf('#paid')).toContain('支付成功');
  await app.tap('#back');
  await app.waitForPage(DETAIL);
  await app.background();
  await app.foreground();
  await app.back();
  await app.waitForPage(INDEX);
  await app.background();

  await arrived().toEqual([
    [
      'launch',
      'app_show',
      `page_show ${INDEX}`,
      `request GET /healthz ok on ${INDEX}`,
      `page_hide ${INDEX}`,
      `page_show ${DETAIL}`,
      `call previewImage success on ${DETAIL}`,
      `page_hide ${DETAIL}`,
      `page_show ${PAY}`,
      `call requestPayment success on ${PAY}`,
      `page_hide ${PAY}`,
      `page_show ${DETAIL}`,
      `page_hide ${DETAIL}`,
      'app_hide',
      'app_show',
      `page_hide ${DETAIL}`,
      `page_show ${INDEX}`,
      `page_hide ${INDEX}`,
      'app_hide',
    ],
  ]);
  const ready = collector.sessions().flatMap(({ events }) => events.filter(({ kind }) => kind === 'page_ready'));
  expect(story(ready)).toEqual([`page_ready ${INDEX}`, `page_ready ${DETAIL}`, `page_ready ${PAY}`]);
  const sentPlaces = collector.envelopes.flatMap(({ events }) => (events as Event[]).map(({ n }) => n));
  expect(sentPlaces).toEqual(sentPlaces.map((_, index) => index + 1));
});

test('a refusal, a failure and a change of mind are three different things', async () => {
  await app.tap('#scan');
  await app.answer('scanCode', 'cancel');
  await app.tap('#scan');
  await app.answer('scanCode', 'fail');
  await app.tap('#scan');
  await app.answer('scanCode', 'success');
  await app.tap('#product-moli');
  await app.waitForPage(DETAIL);
  await app.tap('#buy');
  await app.waitForPage(PAY);
  await app.tap('#pay');
  await app.answer('requestPayment', 'cancel');
  await app.tap('#pay');
  await app.answer('requestPayment', 'fail');
  await app.background();

  const calls = () => {
    const events = collector.sessions().flatMap(({ events }) => events);
    return events.flatMap((event) => (event.kind === 'call' ? [[event.name, event.outcome, event.errMsg]] : []));
  };
  await expect.poll(calls, { timeout: 20_000 }).toEqual([
    ['scanCode', 'cancel', 'scanCode:fail cancel'],
    ['scanCode', 'fail', 'scanCode:fail'],
    ['scanCode', 'success', undefined],
    ['requestPayment', 'cancel', 'requestPayment:fail cancel'],
    ['requestPayment', 'fail', 'requestPayment:fail'],
  ]);
});

test('a request can be answered well, answered badly, or not at all', async () => {
  await app.tap('#orders');
  await app.waitForPage(ORDERS);
  const failed = () => app.textOf('#failed');
  await expect.poll(failed, { timeout: 20_000 }).toContain('已试 1 次');
  await app.refuse(shop.origin);
  await app.tap('#retry');
  await expect.poll(failed, { timeout: 20_000 }).toContain('已试 2 次');
  await app.background();

  await arrived().toEqual([
    [
      'launch',
      'app_show',
      `page_show ${INDEX}`,
      `page_hide ${INDEX}`,
      `page_show ${ORDERS}`,
      `request GET /orders/:id http_error on ${ORDERS}`,
      `request GET /orders/:id network_error on ${ORDERS}`,
      `page_hide ${ORDERS}`,
      'app_hide',
    ],
  ]);
});

test('what could not be sent before the app was killed arrives after its next launch', async () => {
  const { tried, reconnect } = await app.refuse(collector.origin);
  await app.tap('#scan');
  await app.answer('scanCode', 'success');
  await app.background();
  await tried;
  await app.relaunch();
  await app.background();
  expect(collector.envelopes).toEqual([]);
  await reconnect();

  await arrived().toEqual([
    ['launch', 'app_show', `page_show ${INDEX}`, `call scanCode success on ${INDEX}`, `page_hide ${INDEX}`, 'app_hide'],
    ['launch', 'app_show', `page_show ${INDEX}`, `page_hide ${INDEX}`, 'app_hide'],
  ]);
  expect(new Set(collector.envelopes.map(({ session }) => session.user)).size).toBe(1);
});

test('every envelope says whose it is, and nothing of what was bought or paid leaves the device', async () => {
  await app.tap('#product-longjing');
  await app.waitForPage(DETAIL);
  await app.tap('#buy');
  await app.waitForPage(PAY);
  await app.tap('#pay');
  await app.answer('requestPayment', 'success');
  await app.background();

  await expect.poll(() => JSON.stringify(collector.envelopes), { timeout: 20_000 }).toContain('requestPayment');
  for (const envelope of collector.envelopes) {
    expect(envelope).toMatchObject({ v: 1, app: APP.appId, key: APP.key, device: { platform: 'devtools' } });
  }
  expect(JSON.stringify(collector.envelopes)).not.toMatch(/longjing|paySign|prepay_id/);
});

test('the browser shows its memory, and the agent says what this runtime lacks', async () => {
  await app.background();
  const events = () => collector.sessions().flatMap(({ events }) => events);
  await expect.poll(() => events().map(({ kind }) => kind), { timeout: 20_000 }).toContain('agent');
  expect(events().filter(({ kind }) => kind === 'performance')).toEqual([
    expect.objectContaining({ name: 'memory', page: INDEX, value: expect.any(Number) }),
  ]);
  const report = events().find((event) => event.kind === 'agent');
  expect(JSON.parse(report?.kind === 'agent' ? report.props : '')).toMatchObject({
    state: 'on',
    hooks: { getPerformance: 'absent', onError: 'absent', Component: 'absent' },
    dropped: { full: 0, refused: 0, filtered: 0 },
  });
});
