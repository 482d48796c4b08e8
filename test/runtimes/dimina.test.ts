import { afterEach, beforeEach, expect, test } from 'vitest';
import { type CollectorStub, startCollectorStub } from './collector-stub.js';
import { type Dimina, startDimina } from './dimina.js';
import { story } from './told.js';

const INDEX = 'pages/index/index';
const DETAIL = 'pages/detail/detail';
const PAY = 'pages/pay/pay';

let collector: CollectorStub;
let app: Dimina | undefined;

beforeEach(async () => {
  collector = await startCollectorStub();
});
afterEach(async () => {
  app?.kill();
  await collector.stop();
});

async function launch({ scene = 1001, storage = new Map<string, unknown>() } = {}) {
  const config = { appId: 'wx00112233445566aa', key: 'sample-key', endpoint: collector.origin, shop: collector.origin };
  app = await startDimina({ config, storage, launch: { path: INDEX, scene } });
  return app;
}

const firstBatch = () => expect.poll(() => collector.envelopes.length, { timeout: 20_000 }).toBe(1);
const arrived = () => expect.poll(() => collector.sessions().map(({ events }) => story(events)), { timeout: 20_000 });

test('what a user does arrives complete and in order', async () => {
  const app = await launch();
  await app.tap('openProduct', { id: 'puer' });
  await app.tap('preview');
  await app.tap('buy');
  await app.tap('pay');
  await app.answer('requestPayment', 'cancel');
  expect(app.data()).toMatchObject({ state: 'unpaid' });
  await app.tap('back');
  app.background();
  await firstBatch();
  app.foreground();
  await app.back();
  expect(app.currentPage()).toBe(INDEX);
  app.background();

  await arrived().toEqual([
    [
      'launch',
      'app_show',
      `page_show ${INDEX}`,
      `page_ready ${INDEX}`,
      `page_hide ${INDEX}`,
      `page_show ${DETAIL}`,
      `page_ready ${DETAIL}`,
      `call previewImage success on ${DETAIL}`,
      `page_hide ${DETAIL}`,
      `page_show ${PAY}`,
      `page_ready ${PAY}`,
      `call requestPayment cancel on ${PAY}`,
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
  expect(app.problems).toEqual([]);
});

test('the envelope tells how the app was opened and on what', async () => {
  const app = await launch({ scene: 1047 });
  app.background();
  await firstBatch();
  // The network is asked for without waiting for it: by the second batch the answer is there.
  app.foreground();
  app.background();

  await expect.poll(() => collector.envelopes.length, { timeout: 20_000 }).toBe(2);
  expect(collector.envelopes[1]).toMatchObject({
    session: { scene: 1047, entry: INDEX },
    device: { platform: 'ios', model: 'iPhone 15', sdk: '3.5.0', network: '5g', version: '1.4.0', env: 'release' },
  });
});

test('a call without callbacks keeps its promise, and its end is told', async () => {
  const app = await launch();
  const scanned = app.wx.scanCode?.({}) as Promise<unknown>;
  await app.answer('scanCode', 'success');
  await expect(scanned).resolves.toMatchObject({ result: 'sample' });
  const refused = app.wx.scanCode?.({}) as Promise<unknown>;
  const refusal = expect(refused).rejects.toMatchObject({ errMsg: 'scanCode:fail cancel' });
  await app.answer('scanCode', 'cancel');
  await refusal;
  app.background();

  await arrived().toEqual([
    [
      'launch',
      'app_show',
      `page_show ${INDEX}`,
      `page_ready ${INDEX}`,
      `call scanCode success on ${INDEX}`,
      `call scanCode cancel on ${INDEX}`,
      `page_hide ${INDEX}`,
      'app_hide',
    ],
  ]);
});

test('a call whose end was cut off with the process is told as unknown after the next launch', async () => {
  const storage = new Map<string, unknown>();
  const first = await launch({ storage });
  await first.tap('scan');
  first.background();
  await firstBatch();
  first.kill();
  const second = await launch({ storage });
  second.background();

  await arrived().toEqual([
    [
      'launch',
      'app_show',
      `page_show ${INDEX}`,
      `page_ready ${INDEX}`,
      `page_hide ${INDEX}`,
      'app_hide',
      `call scanCode unknown on ${INDEX}`,
    ],
    ['launch', 'app_show', `page_show ${INDEX}`, `page_ready ${INDEX}`, `page_hide ${INDEX}`, 'app_hide'],
  ]);
});
