import type { HttpAnswer } from '@minilens/simulator/device';
import { expect, test } from 'vitest';
import { MINUTE_MS, testDevice } from './test-device.js';

// A start is four events: launch, app_show, page_show, page_ready. After 10 seconds, or on leaving, the agent's report on
// itself is a fifth.

/** Places of all events that arrived, by session. */
const placesOf = ({ events, sessions }: ReturnType<typeof testDevice>['collector']) =>
  sessions.map((id) => events.filter(({ session }) => session === id).map(({ n }) => n));
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

test('events go out together after the interval, stamped with the moment of sending', () => {
  const { device, clock, collector } = testDevice({ config: { flushIntervalMs: 3_000 } });
  device.launch();
  const startMs = clock.now();
  device.call('scanCode');
  clock.advance(2_999);
  expect(collector.bodies).toHaveLength(0);
  clock.advance(1);
  expect(collector.envelopes).toMatchObject([{ v: 1, app: 'wx0123456789abcdef', key: 'key', sentAt: startMs + 3_000 }]);
  expect(collector.events).toHaveLength(5);
});

test('20 events do not wait for the interval', () => {
  const { device, clock, collector } = testDevice();
  device.launch();
  for (let i = 0; i < 16; i++) device.call('scanCode');
  clock.advance(51);
  expect(collector.events).toHaveLength(20);
});

test('a batch is at most 100 events and one request is on its way at a time', () => {
  const { device, clock, collector } = testDevice({ latencyMs: 500 });
  collector.answerWith(() => undefined);
  device.launch();
  for (let i = 0; i < 250; i++) device.call('scanCode');
  clock.advance(1_000);
  collector.answerWith();
  clock.advance(10 * MINUTE_MS);
  const sentAt = collector.envelopes.map((envelope) => envelope.sentAt);
  const gaps = sentAt.slice(1).map((at, i) => at - (sentAt[i] as number));
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(500);
  expect(Math.max(...collector.envelopes.map(({ events }) => events.length))).toBe(100);
  expect(placesOf(collector)).toEqual([upTo(255)]);
});

test('a batch of long messages in wide characters stays within the size of a body', () => {
  const { device, clock, collector } = testDevice({
    onCall: () => ({ fail: { errMsg: `scanCode:fail ${'支'.repeat(300)}` } }),
  });
  device.launch();
  for (let i = 0; i < 150; i++) device.call('scanCode');
  clock.advance(MINUTE_MS);
  expect(Math.max(...collector.bodies.map((body) => Buffer.byteLength(body)))).toBeLessThanOrEqual(48 * 1024);
  expect(placesOf(collector)).toEqual([upTo(155)]);
});

test.each<[string, HttpAnswer]>([
  ['no network', undefined],
  ['a 500 that arrives as success', { statusCode: 500, data: '' }],
  ['a 500 that claims to have taken them', { statusCode: 500, data: { accepted: 4, dropped: {} } }],
  ['a 503', { statusCode: 503, data: { code: 'BUFFER_FULL', message: 'full', retry: true } }],
  ['a 429', { statusCode: 429, data: {} }],
  ['a 404 of a server that is no collector', { statusCode: 404, data: '<html>' }],
  ['the login page of a hotel', { statusCode: 200, data: '<html>please log in</html>' }],
  ['a 200 that says nothing', { statusCode: 200, data: {} }],
])('%s loses nothing: the same events come again', (_name, answer) => {
  const { device, clock, collector } = testDevice();
  collector.answerWith(() => answer);
  device.launch();
  device.call('scanCode');
  clock.advance(MINUTE_MS);
  collector.answerWith();
  clock.advance(10 * MINUTE_MS);
  expect(placesOf(collector)).toEqual([upTo(6)]);
  expect(device.monitor.diagnostics()).toMatchObject({ waiting: 0, sent: 6, dropped: { full: 0, refused: 0 } });
});

test('pauses grow up to five minutes while the server stays away', () => {
  const { device, clock, collector } = testDevice();
  const triedAt: number[] = [];
  collector.answerWith(() => {
    triedAt.push(clock.now());
    return { statusCode: 500, data: '' };
  });
  device.launch();
  clock.advance(120 * MINUTE_MS);
  const pauses = triedAt.slice(1).map((at, i) => at - (triedAt[i] as number));
  expect(Math.max(...pauses)).toBeLessThanOrEqual(5 * MINUTE_MS + 5_000 + 50);
  expect(triedAt.length).toBeLessThan(60);
  expect(triedAt.length).toBeGreaterThan(24);
});

test('one good answer makes the pauses short again', () => {
  const { device, clock, collector } = testDevice();
  const triedAt: number[] = [];
  const broken = () => {
    triedAt.push(clock.now());
    return { statusCode: 500, data: '' };
  };
  collector.answerWith(broken);
  device.launch();
  clock.advance(60 * MINUTE_MS);
  collector.answerWith();
  clock.advance(10 * MINUTE_MS);
  collector.answerWith(broken);
  triedAt.length = 0;
  device.call('scanCode');
  clock.advance(MINUTE_MS);
  expect(triedAt.length).toBeGreaterThanOrEqual(4);
});

test('a slow answer is waited for: no second request goes out beside the first', () => {
  const { device, clock, collector } = testDevice({ latencyMs: 20_000 });
  device.launch();
  for (let i = 0; i < 60; i++) {
    device.call('scanCode');
    clock.advance(1_000);
  }
  clock.advance(5 * MINUTE_MS);
  const sentAt = collector.envelopes.map((envelope) => envelope.sentAt);
  expect(sentAt.slice(1).every((at, i) => at - (sentAt[i] as number) >= 20_000)).toBe(true);
  expect(placesOf(collector)).toEqual([upTo(65)]);
});

test('an answer that comes twice counts once', () => {
  const { device, clock } = testDevice({
    prepareWx(wx) {
      wx.request = ({ success, fail }: { success(answer: object): void; fail(): void }) => {
        success({ statusCode: 200, data: { accepted: 3, dropped: {} } });
        success({ statusCode: 200, data: { accepted: 3, dropped: {} } });
        fail();
      };
    },
  });
  device.launch();
  clock.advance(MINUTE_MS);
  expect(device.monitor.diagnostics()).toMatchObject({ sent: 5, waiting: 0 });
});

test('Retry-After is kept to', () => {
  const { device, clock, collector } = testDevice();
  let tries = 0;
  collector.answerWith(() => {
    tries++;
    return { statusCode: 503, data: '', header: { 'Retry-After': '600' } };
  });
  device.launch();
  clock.advance(10 * MINUTE_MS);
  expect(tries).toBe(1);
  clock.advance(MINUTE_MS);
  expect(tries).toBe(2);
});

test('an answer that never comes does not hold up the queue for ever', () => {
  const { device, clock, collector } = testDevice({ latencyMs: 24 * 60 * MINUTE_MS });
  device.launch();
  clock.advance(5 * MINUTE_MS);
  expect(collector.bodies.length).toBeGreaterThan(1);
});

test.each([400, 413, 422])('a batch refused with %i is given up, counted and said once', (statusCode) => {
  const { device, clock, collector, said } = testDevice();
  collector.answerWith(() => ({ statusCode, data: { code: 'X', message: 'v must be 1', retry: false } }));
  device.launch();
  clock.advance(MINUTE_MS);
  device.call('scanCode');
  clock.advance(MINUTE_MS);
  expect(device.monitor.diagnostics()).toMatchObject({ waiting: 0, dropped: { refused: 6 } });
  expect(said).toEqual(['warn: [minilens] https://minilens.test/v1/collect: v must be 1']);
});

test('a refusal without a word is said by its status', () => {
  const { device, clock, collector, said } = testDevice();
  collector.answerWith(() => ({ statusCode: 404, data: '<html>' }));
  device.launch();
  clock.advance(10 * MINUTE_MS);
  expect(said).toEqual(['warn: [minilens] https://minilens.test/v1/collect: 404']);
});

test.each([401, 403])('after a %i nothing more is sent until the next start, and nothing is lost', (statusCode) => {
  const { device, clock, collector, said } = testDevice();
  let tries = 0;
  collector.answerWith(() => {
    tries++;
    return { statusCode, data: { code: 'UNKNOWN_APP', message: 'no such key', retry: false } };
  });
  device.launch();
  clock.advance(60 * MINUTE_MS);
  expect([tries, said]).toEqual([1, [expect.stringContaining('no such key')]]);
  device.hide();
  device.kill();
  collector.answerWith();
  device.launch();
  clock.advance(MINUTE_MS);
  expect(placesOf(collector)).toEqual([upTo(7), upTo(5)]);
});

test('what was not sent survives a kill, with the session and the device it happened on', () => {
  const { device, clock, collector } = testDevice();
  collector.answerWith(() => undefined);
  device.launch({ path: 'a', scene: 1047 });
  device.call('scanCode');
  clock.advance(MINUTE_MS);
  device.hide();
  device.kill();
  collector.answerWith();
  clock.advance(MINUTE_MS);
  device.launch({ path: 'b', scene: 1001 });
  clock.advance(MINUTE_MS);
  expect(placesOf(collector)).toEqual([upTo(8), upTo(5)]);
  const told = new Map(collector.envelopes.map(({ session }) => [session.id, [session.entry, session.scene]]));
  expect([...told.values()]).toEqual([
    ['a', 1047],
    ['b', 1001],
  ]);
});

test('a kill between the server’s taking a batch and its answer repeats the batch and loses nothing', () => {
  const { device, clock, collector } = testDevice({ latencyMs: 2_000 });
  device.launch();
  clock.advance(6_000);
  expect(collector.bodies).toHaveLength(1);
  device.kill();
  device.launch();
  clock.advance(MINUTE_MS);
  expect(collector.bodies.length).toBeGreaterThan(2);
  expect(placesOf(collector)).toEqual([upTo(4), upTo(5)]);
});

test('going to the background saves first and then sends, on a device that freezes there too', () => {
  const { device, clock, collector } = testDevice({ freezesInBackground: true });
  const order: string[] = [];
  const set = device.storage.set.bind(device.storage);
  device.storage.set = (key, value) => {
    order.push(`save ${key}`);
    return set(key, value);
  };
  device.launch();
  order.length = 0;
  collector.answerWith((body) => {
    order.push('send');
    collector.answerWith();
    return collector.onRequest(body);
  });
  device.hide();
  expect(order).toEqual(['save minilens_queue', 'send']);
  clock.advance(MINUTE_MS);
  device.show();
  clock.advance(MINUTE_MS);
  expect(placesOf(collector)).toEqual([upTo(8)]);
});

test('a full device keeps calls and views and gives up the oldest requests first, with the count', () => {
  const { device, clock, collector } = testDevice();
  collector.answerWith(() => undefined);
  device.launch();
  device.call('scanCode');
  for (let i = 0; i < 3_000; i++) device.request(`https://api.test/orders/list`);
  clock.advance(2_000);
  const saved = String(device.storage.get('minilens_queue'));
  expect(saved.length).toBeLessThanOrEqual(256 * 1024);
  const { waiting, dropped } = device.monitor.diagnostics() ?? { waiting: 0, dropped: { full: 0 } };
  expect([waiting + dropped.full, dropped.full > 0]).toEqual([3_005, true]);
  collector.answerWith();
  clock.advance(10 * MINUTE_MS);
  expect(collector.events).toHaveLength(waiting + 1); // The agent’s report on itself came later.
  expect(collector.ofKind('call')).toHaveLength(1);
  expect(collector.ofKind('request').at(-1)?.n).toBe(3_005);
});

test.each([
  [
    'throws',
    () => {
      throw new Error('storage is full');
    },
  ],
  ['holds somebody else’s text', () => 'no json'],
  ['holds something that is no text', () => ({ a: 1 })],
])('a storage that %s does not stop the agent', (_name, getStorageSync) => {
  const { device, clock, collector } = testDevice({
    prepareWx: (wx) =>
      Object.assign(wx, { getStorageSync, setStorageSync: getStorageSync, setStorage: getStorageSync }),
  });
  device.launch();
  clock.advance(MINUTE_MS);
  expect(placesOf(collector)).toEqual([upTo(5)]);
});

test('nothing is written while nothing happens, and never once per event', () => {
  const { device, clock } = testDevice();
  let writes = 0;
  const set = device.storage.set.bind(device.storage);
  device.storage.set = (key, value) => {
    writes++;
    return set(key, value);
  };
  device.launch();
  for (let i = 0; i < 100; i++) device.call('scanCode');
  clock.advance(MINUTE_MS);
  expect(writes).toBeLessThan(8);
  const before = writes;
  clock.advance(60 * MINUTE_MS);
  expect(writes).toBe(before);
});

test('an idle agent sets no timers', () => {
  const { device, clock } = testDevice();
  let set = 0;
  device.launch();
  clock.advance(MINUTE_MS);
  const { setTimeout } = clock;
  clock.setTimeout = (task, delayMs) => {
    set++;
    return setTimeout(task, delayMs);
  };
  clock.advance(60 * MINUTE_MS);
  expect(set).toBe(0);
});

test('the device says what it is, and its network as it changes', () => {
  const { device, clock, collector } = testDevice({
    facts: { network: '4g', version: '2.1.0', model: 'M'.repeat(99) },
  });
  device.launch();
  clock.advance(10_000);
  device.setNetwork('wifi');
  device.call('scanCode');
  clock.advance(MINUTE_MS);
  expect(collector.envelopes.at(-1)?.device).toEqual({
    platform: 'android',
    system: 'Android 14',
    brand: 'Acme',
    model: 'M'.repeat(64),
    wechat: '8.0.50',
    sdk: '3.5.8',
    level: 2,
    network: 'wifi',
    version: '2.1.0',
    env: 'release',
  });
});

test('a runtime that only knows getSystemInfoSync is asked that', () => {
  const { device, clock, collector } = testDevice({
    prepareWx(wx) {
      for (const name of ['getDeviceInfo', 'getAppBaseInfo', 'getAccountInfoSync', 'getNetworkType']) delete wx[name];
      wx.getSystemInfoSync = () => ({ platform: 'ios', version: '7.0', SDKVersion: '1.9.9' });
    },
  });
  device.launch();
  clock.advance(MINUTE_MS);
  expect(collector.envelopes[0]?.device).toMatchObject({ platform: 'ios', wechat: '7.0', sdk: '1.9.9' });
});
