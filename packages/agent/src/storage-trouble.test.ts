import type { HttpAnswer, Wx } from '@minilens/simulator/device';
import { expect, test } from 'vitest';
import { MINUTE_MS, testDevice } from './test-device.js';

type Used = ReturnType<typeof testDevice>;

const URL = 'https://minilens.test/v1/collect';
const DAY_MS = 24 * 60 * MINUTE_MS;

const full = () => {
  throw new Error('the storage is full');
};

/** Everything that arrived of a session has its place, without gaps. */
const isWhole = ({ collector }: Used) =>
  collector.sessions.every((id) => {
    const places = collector.events.filter(({ session }) => session === id).map(({ n }) => n);
    return places.every((n, i) => n === i + 1);
  });

test.each<[string, Wx]>([
  [
    'setStorage fails',
    {
      setStorage({ fail, complete }: { fail?(why: object): void; complete?(why: object): void }) {
        const why = { errMsg: 'setStorage:fail exceed' };
        fail?.(why);
        complete?.(why);
      },
    },
  ],
  ['setStorage throws', { setStorage: full }],
  ['there is no setStorage', { setStorage: undefined }],
  ['setStorageSync throws', { setStorageSync: full }],
  ['both throw', { setStorage: full, setStorageSync: full }],
])('where %s, events arrive all the same, and nobody is bothered with it', (_name, changes) => {
  const used = testDevice({ prepareWx: (wx) => void Object.assign(wx, changes) });
  const { device, clock, collector, said } = used;
  device.launch();
  device.call('scanCode');
  clock.advance(MINUTE_MS);
  device.hide();
  clock.advance(MINUTE_MS);
  device.show();
  clock.advance(MINUTE_MS);
  expect(collector.ofKind('call')).toHaveLength(1);
  expect(collector.ofKind('app_hide')).toHaveLength(1);
  expect(isWhole(used)).toBe(true);
  expect(said).toEqual([]);
});

test.each<[string, Wx]>([
  ['setStorage throws', { setStorage: full }],
  ['there is no setStorage', { setStorage: undefined }],
  ['setStorageSync throws', { setStorageSync: full }],
])('where %s, what could not be sent is kept in the other way', (_name, changes) => {
  const used = testDevice({ prepareWx: (wx) => void Object.assign(wx, changes) });
  const { device, clock, collector } = used;
  collector.answerWith(() => undefined);
  device.launch({ path: 'a' });
  device.call('scanCode');
  clock.advance(MINUTE_MS);
  device.kill();
  collector.answerWith();
  device.launch({ path: 'b' });
  clock.advance(MINUTE_MS);
  expect(collector.ofKind('call')).toHaveLength(1);
  expect(collector.ofKind('page_show').map(({ page }) => page)).toEqual(['a', 'b']);
  expect(isWhole(used)).toBe(true);
});

test('a storage that was full and is not any more keeps what waits', () => {
  let isFull = true;
  const { device, clock, collector } = testDevice({
    prepareWx(wx) {
      const { setStorage } = wx as { setStorage(options: object): void };
      wx.setStorage = (options: { fail?(): void; complete?(): void }) => {
        if (!isFull) return setStorage(options);
        options.fail?.();
        options.complete?.();
      };
    },
  });
  collector.answerWith(() => undefined);
  device.launch();
  clock.advance(MINUTE_MS);
  isFull = false;
  device.call('scanCode');
  clock.advance(MINUTE_MS);
  device.kill();
  collector.answerWith();
  device.launch();
  clock.advance(MINUTE_MS);
  expect(collector.ofKind('call')).toHaveLength(1);
});

test('where getStorageSync throws, events arrive all the same, and a good user id is not written over', () => {
  let isBusy = true;
  const used = testDevice({
    prepareWx(wx) {
      const { getStorageSync } = wx as { getStorageSync(key: string): unknown };
      wx.getStorageSync = (key: string) => (isBusy ? full() : getStorageSync(key));
    },
  });
  const { device, clock, collector } = used;
  device.storage.set('minilens_user', 'aaaaaaaaaaaaaaaa');
  device.launch();
  device.call('scanCode');
  clock.advance(MINUTE_MS);
  expect(collector.ofKind('call')).toHaveLength(1);
  device.kill();
  isBusy = false;
  device.launch();
  clock.advance(MINUTE_MS);
  expect(collector.envelopes.at(-1)?.session.user).toBe('aaaaaaaaaaaaaaaa');
  expect(isWhole(used)).toBe(true);
});

test.each(['request:fail url not in domain list', 'request:fail 小程序要求的域名不在以下 request 合法域名列表中'])(
  'a server that is not among the request domains (%s) is said once, with its address and the reason',
  (errMsg) => {
    const used = testDevice({
      prepareWx(wx) {
        const { request } = wx as { request(options: object): unknown };
        wx.request = (options: { url: string; fail?(why: object): void }) =>
          options.url === URL ? void options.fail?.({ errMsg }) : request(options);
      },
    });
    const { device, clock, said } = used;
    device.launch();
    device.request('https://api.test/a');
    clock.advance(60 * MINUTE_MS);
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/^warn: /);
    expect(said[0]).toContain(URL);
    expect(said[0]).toContain(errMsg);
    expect(device.monitor.diagnostics()?.waiting).toBeGreaterThan(0);
  },
);

test.each([500, 502, 503, 429])('a server that answers %i is nothing to warn of', (statusCode) => {
  const { device, clock, collector, said } = testDevice();
  collector.answerWith(() => ({ statusCode, data: '<html>busy</html>' }));
  device.launch();
  clock.advance(60 * MINUTE_MS);
  expect(said).toEqual([]);
});

test('a 404 in HTML is said once with the address, and tried again until a collector is there', () => {
  const used = testDevice();
  const { device, clock, collector, said } = used;
  let tries = 0;
  collector.answerWith(() => {
    tries++;
    return { statusCode: 404, data: '<html>not found</html>' };
  });
  device.launch();
  clock.advance(30 * MINUTE_MS);
  expect(tries).toBeGreaterThan(3);
  expect(said).toEqual([expect.stringMatching(/^warn: .*https:\/\/minilens\.test\/v1\/collect.*404/)]);
  collector.answerWith();
  clock.advance(30 * MINUTE_MS);
  expect(collector.ofKind('launch')).toHaveLength(1);
  expect(isWhole(used)).toBe(true);
});

/** When batches were tried while the server answers this. */
function triedWith(answer: HttpAnswer) {
  const used = testDevice();
  const triedAt: number[] = [];
  used.collector.answerWith(() => {
    triedAt.push(used.clock.now());
    return answer;
  });
  used.device.launch();
  return { ...used, triedAt };
}

test.each(['retry-after', 'Retry-After'])('%s is obeyed, also by what happens meanwhile', (name) => {
  const { device, clock, triedAt } = triedWith({ statusCode: 503, data: '', header: { [name]: '900' } });
  clock.advance(MINUTE_MS);
  for (let i = 0; i < 100; i++) device.call('scanCode');
  device.hide();
  device.show();
  clock.advance(14 * MINUTE_MS - 30_000);
  expect(triedAt).toHaveLength(1);
  clock.advance(MINUTE_MS);
  expect(triedAt).toHaveLength(2);
});

test.each(['a while', '-5', '', '99999999'])('a Retry-After of "%s" keeps nobody away for ever', (header) => {
  const { clock, triedAt } = triedWith({ statusCode: 503, data: '', header: { 'retry-after': header } });
  clock.advance(62 * MINUTE_MS);
  expect(triedAt.length).toBeGreaterThan(1);
});

test('a 413 costs its batch and no other, and is counted', () => {
  const used = testDevice();
  const { device, clock, collector } = used;
  device.launch();
  clock.advance(MINUTE_MS);
  const before = collector.events.length;
  collector.answerWith(() => {
    collector.answerWith();
    return { statusCode: 413, data: '<html>too large</html>' };
  });
  device.monitor.track('refused');
  clock.advance(MINUTE_MS);
  device.monitor.track('taken');
  clock.advance(MINUTE_MS);
  expect(collector.ofKind('custom').map(({ name }) => name)).toEqual(['taken']);
  expect(before).toBeGreaterThan(0);
  expect(device.monitor.diagnostics()).toMatchObject({ waiting: 0, dropped: { full: 0, refused: 1 } });
});

test('after a 401 nothing is sent until the next start, what waits is kept, and what still happens too', () => {
  const { device, clock, collector, triedAt, said } = triedWith({
    statusCode: 401,
    data: { code: 'BAD_KEY', message: 'no such key', retry: false },
  });
  clock.advance(MINUTE_MS);
  for (let i = 0; i < 50; i++) device.call('scanCode');
  clock.advance(60 * MINUTE_MS);
  device.hide();
  clock.advance(MINUTE_MS);
  device.show();
  clock.advance(60 * MINUTE_MS);
  expect(triedAt).toHaveLength(1);
  expect(said).toEqual([expect.stringContaining('no such key')]);
  device.hide();
  device.kill();
  collector.answerWith();
  device.launch();
  clock.advance(10 * MINUTE_MS);
  expect(collector.ofKind('call')).toHaveLength(50);
  expect(collector.ofKind('launch')).toHaveLength(2);
});

test('three days offline, with starts and kills, lose nothing that fits', () => {
  const used = testDevice();
  const { device, clock, collector } = used;
  collector.answerWith(() => undefined);
  for (let day = 0; day < 3; day++) {
    for (let visit = 0; visit < 5; visit++) {
      device.launch({ path: `day${day}/visit${visit}` });
      device.call('scanCode');
      clock.advance(5 * MINUTE_MS);
      device.hide();
      clock.advance(1_000);
      device.kill();
      clock.advance(DAY_MS / 5);
    }
  }
  expect(collector.events).toEqual([]);
  collector.answerWith();
  device.launch();
  clock.advance(10 * MINUTE_MS);
  expect(collector.sessions).toHaveLength(16);
  expect(collector.ofKind('call')).toHaveLength(15);
  expect(collector.ofKind('page_show').map(({ page }) => page)).toContain('day0/visit0');
  expect(isWhole(used)).toBe(true);
  expect(collector.ofKind('launch').map(({ at }) => at)).toEqual(
    [...collector.ofKind('launch').map(({ at }) => at)].sort((a, b) => a - b),
  );
});

test('what came first is sent first, session after session', () => {
  const used = testDevice();
  const { device, clock, collector } = used;
  collector.answerWith(() => undefined);
  for (let i = 0; i < 3; i++) {
    device.launch({ path: `p${i}` });
    clock.advance(MINUTE_MS);
    device.hide();
    device.kill();
  }
  collector.answerWith();
  device.launch({ path: 'p3' });
  clock.advance(10 * MINUTE_MS);
  expect(collector.ofKind('page_show').map(({ page }) => page)).toEqual(['p0', 'p1', 'p2', 'p3']);
});

test('what is too much goes by its worth: requests, measurements and readiness before all else, and is counted', () => {
  const used = testDevice({ globals: { performance: { memory: { usedJSHeapSize: 1_000 } } } });
  const { device, clock, collector } = used;
  collector.answerWith(() => undefined);
  device.launch({ path: 'p' });
  for (let i = 0; i < 200; i++) {
    device.navigateTo(`page${i}`);
    device.call('scanCode');
    device.monitor.track('bought', { i });
  }
  device.monitor.captureException('boom');
  clock.advance(15_000);
  const before = device.monitor.diagnostics();
  expect(before?.dropped.full).toBe(0);
  for (let i = 0; i < 2_000; i++) device.request('https://api.test/orders/list');
  clock.advance(30_000);
  device.hide();
  const after = device.monitor.diagnostics();
  expect(after?.dropped.full).toBeGreaterThan(500);
  expect(String(device.storage.get('minilens_queue')).length).toBeLessThanOrEqual(256 * 1024);
  collector.answerWith();
  device.show();
  clock.advance(60 * MINUTE_MS);
  expect(collector.ofKind('call')).toHaveLength(200);
  expect(collector.ofKind('custom')).toHaveLength(200);
  expect(collector.ofKind('page_show')).toHaveLength(201);
  expect(collector.ofKind('error')).toHaveLength(1);
  // The oldest of the least worth went first: everything that was measured came before the last of the requests.
  expect(collector.ofKind('performance')).toEqual([]);
  expect(collector.ofKind('page_ready')).toEqual([]);
  expect(collector.ofKind('request').length).toBeGreaterThan(100);
  const { dropped, waiting } = device.monitor.diagnostics() ?? {};
  expect(waiting).toBe(0);
  expect(collector.events.length + (dropped?.full ?? 0)).toBe(Math.max(...collector.events.map(({ n }) => n)));
  const reported = JSON.parse(collector.ofKind('agent').at(-1)?.props ?? '{}') as { dropped?: { full: number } };
  expect(reported.dropped?.full).toBeGreaterThan(500);
});

test('where nothing but what is worth most is too much, the oldest of it goes', () => {
  const { device, clock, collector } = testDevice();
  collector.answerWith(() => undefined);
  device.launch();
  for (let i = 0; i < 400; i++) device.monitor.track(`event${i}`, { text: 'x'.repeat(1_900) });
  clock.advance(30_000);
  const { waiting = 0, dropped } = device.monitor.diagnostics() ?? {};
  expect(dropped?.full).toBeGreaterThan(100);
  collector.answerWith();
  clock.advance(60 * MINUTE_MS);
  const names = collector.ofKind('custom').map(({ name }) => name);
  expect(names.length).toBeGreaterThan(50);
  expect(names).toEqual(Array.from({ length: names.length }, (_, i) => `event${400 - names.length + i}`));
  expect(waiting).toBeLessThan(200);
});
