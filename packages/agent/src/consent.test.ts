import { expect, test } from 'vitest';
import { MINUTE_MS, testDevice } from './test-device.js';

const asking = (options: Parameters<typeof testDevice>[0] = {}) =>
  testDevice({ ...options, config: { consent: 'required', ...options.config } });

const USERS = 'minilens_user';
const QUEUE = 'minilens_queue';

test('until the user has answered nothing is sent and nothing is stored', () => {
  const { device, clock, collector } = asking();
  device.launch();
  device.call('scanCode');
  device.monitor.setUser({ openid: 'o-somebody' });
  clock.advance(10 * MINUTE_MS);
  device.hide();
  clock.advance(MINUTE_MS);
  expect(collector.bodies).toEqual([]);
  expect([...device.storage.keys()]).toEqual([]);
  expect(device.monitor.diagnostics()).toMatchObject({ state: 'waiting', sent: 0 });
});

test('until the user has answered the device is not even asked what it is', () => {
  const asked: string[] = [];
  const { device, clock } = asking({
    prepareWx(wx) {
      for (const name of ['getDeviceInfo', 'getAppBaseInfo', 'getSystemInfoSync', 'getNetworkType']) {
        const own = wx[name] as ((options: unknown) => unknown) | undefined;
        wx[name] = (options: unknown) => {
          asked.push(name);
          return own?.(options);
        };
      }
    },
  });
  device.launch();
  device.call('scanCode');
  clock.advance(MINUTE_MS);
  device.hide();
  expect(asked).toEqual([]);
  device.monitor.setConsent(true);
  expect(asked).toContain('getDeviceInfo');
});

test('until the user has answered a shared card does not carry who shares it', () => {
  const { device } = asking({
    config: { tagShares: true },
    app({ App, page }) {
      App({});
      page('a', { onShareAppMessage: () => ({ path: 'a' }) });
    },
  });
  device.launch({ path: 'a' });
  expect(device.tellPage('onShareAppMessage')).toEqual({ path: 'a' });
  device.monitor.setConsent(true);
  expect(device.tellPage('onShareAppMessage')).toEqual({ path: `a?_mlu=${device.storage.get(USERS)}` });
});

test('agreeing sends what happened before, without waiting for anything else', () => {
  const { device, clock, collector } = asking();
  device.launch({ path: 'a', scene: 1047 });
  device.call('scanCode');
  clock.advance(MINUTE_MS);
  device.monitor.setConsent(true);
  expect(collector.events.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['launch', 'app_show', 'page_show', 'call']),
  );
  expect(collector.envelopes[0]?.session).toMatchObject({ scene: 1047, entry: 'a', user: device.storage.get(USERS) });
  expect(device.monitor.diagnostics()?.state).toBe('on');
});

test('who agreed once is not asked again, and stays the same user', () => {
  const { device, clock, collector } = asking();
  device.launch();
  device.monitor.setConsent(true);
  clock.advance(MINUTE_MS);
  device.kill();
  device.launch();
  clock.advance(MINUTE_MS);
  expect(device.monitor.diagnostics()?.state).toBe('on');
  expect(collector.sessions).toHaveLength(2);
  expect(new Set(collector.envelopes.map(({ session }) => session.user)).size).toBe(1);
});

test('a process that ends before the answer leaves nothing to tell', () => {
  const { device, clock, collector } = asking();
  device.launch({ path: 'before' });
  device.call('scanCode');
  clock.advance(MINUTE_MS);
  device.hide();
  device.kill();
  device.launch({ path: 'after' });
  device.monitor.setConsent(true);
  clock.advance(MINUTE_MS);
  expect(collector.sessions).toHaveLength(1);
  expect(collector.bodies.join()).not.toContain('before');
});

test('refusing forgets what waits, and nothing is recorded from then on', () => {
  const { device, clock, collector } = asking();
  device.launch();
  device.call('scanCode');
  clock.advance(MINUTE_MS);
  device.monitor.setConsent(false);
  expect(device.monitor.diagnostics()).toMatchObject({ state: 'refused', waiting: 0 });
  device.call('scanCode');
  device.request('https://api.test/a');
  device.navigateTo('b');
  device.monitor.track('bought');
  clock.advance(10 * MINUTE_MS);
  device.hide();
  expect(device.monitor.diagnostics()?.waiting).toBe(0);
  expect(collector.bodies).toEqual([]);
  expect(device.storage.get(USERS)).toBeFalsy();
  expect(device.storage.get(QUEUE)).toBeFalsy();
});

test('a refusal holds at the next start, until the user thinks better of it', () => {
  const { device, clock, collector } = asking();
  device.launch();
  device.monitor.setConsent(false);
  device.kill();
  device.launch({ path: 'b' });
  device.call('scanCode');
  clock.advance(10 * MINUTE_MS);
  expect([device.monitor.diagnostics()?.state, collector.bodies.length]).toEqual(['refused', 0]);
  device.monitor.setConsent(true);
  device.call('scanCode');
  clock.advance(MINUTE_MS);
  expect(collector.ofKind('call')).toHaveLength(1);
  expect(device.storage.get(USERS)).toBe(collector.envelopes[0]?.session.user);
});

test('whoever took the agreement back and gives it again is somebody else in another session', () => {
  const { device, clock, collector } = asking();
  device.launch();
  device.monitor.setConsent(true);
  clock.advance(MINUTE_MS);
  const [first] = collector.envelopes;
  collector.answerWith(() => undefined);
  device.monitor.track('never to be told');
  clock.advance(10_000);
  device.monitor.setConsent(false);
  collector.answerWith();
  clock.advance(10 * MINUTE_MS);
  device.monitor.setConsent(true);
  device.monitor.track('told');
  clock.advance(10 * MINUTE_MS);
  const last = collector.envelopes.at(-1);
  expect(collector.ofKind('custom').map(({ name }) => name)).toEqual(['told']);
  expect(last?.session.user).not.toBe(first?.session.user);
  expect(last?.session.id).not.toBe(first?.session.id);
  expect(device.storage.get(USERS)).toBe(last?.session.user);
});

test('an answer to a batch that was on its way when the user refused brings nothing back', () => {
  const { device, clock, collector } = asking({ latencyMs: 3_000 });
  device.launch();
  device.monitor.setConsent(true);
  clock.advance(1_000);
  expect(collector.bodies).toHaveLength(1);
  device.monitor.setConsent(false);
  clock.advance(10 * MINUTE_MS);
  expect(collector.bodies).toHaveLength(1);
  expect(device.monitor.diagnostics()).toMatchObject({ state: 'refused', waiting: 0 });
  expect(device.storage.get(QUEUE)).toBeFalsy();
});

test('what happened before and during a refusal is no step on the way to a later error', () => {
  const { device, clock, collector } = asking({
    app({ App, page }) {
      App({});
      page('pages/secret/secret', { likes() {} });
    },
  });
  device.launch({ path: 'pages/secret/secret' });
  device.call('scanCode');
  device.monitor.setConsent(false);
  device.tap('likes');
  clock.advance(1_000);
  device.monitor.setConsent(true);
  device.monitor.captureException(new Error('boom'));
  clock.advance(MINUTE_MS);
  expect(collector.ofKind('error').map(({ steps }) => steps)).toEqual([[]]);
});

test('a call that was open when the user refused is never told', () => {
  const { device, clock, collector } = asking({ onCall: () => ({ success: {}, afterMs: 10_000 }) });
  device.launch();
  device.monitor.setConsent(true);
  device.call('scanCode');
  device.monitor.setConsent(false);
  device.monitor.setConsent(true);
  clock.advance(MINUTE_MS);
  expect(collector.ofKind('call')).toEqual([]);
});

test('where no consent is required nobody has to give it, and who refuses is heard all the same', () => {
  const { device, clock, collector } = testDevice();
  device.launch();
  clock.advance(MINUTE_MS);
  expect(device.monitor.diagnostics()?.state).toBe('on');
  const before = collector.bodies.length;
  expect(before).toBeGreaterThan(0);
  device.monitor.setConsent(false);
  device.call('scanCode');
  clock.advance(MINUTE_MS);
  expect(collector.bodies).toHaveLength(before);
});
