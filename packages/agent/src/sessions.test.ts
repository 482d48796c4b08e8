import { expect, test } from 'vitest';
import { MINUTE_MS, START_MS, testDevice } from './test-device.js';

test('a cold start is a launch, a foreground and a page view, in one session that carries scene and entry', () => {
  const { device, clock, collector, story } = testDevice();
  device.launch({ path: 'pages/list/list', scene: 1047, query: { id: '7' } });
  expect(story()).toEqual(['launch', 'app_show', 'page_show pages/list/list']);
  expect(collector.envelopes[0]?.session).toMatchObject({ startAt: START_MS, scene: 1047, entry: 'pages/list/list' });
  expect(collector.events.map(({ n, kind }) => `${n} ${kind}`)).toEqual([
    '1 launch',
    '2 app_show',
    '3 page_show',
    '4 page_ready',
    '5 agent',
  ]);
  expect(clock.now() - START_MS).toBe(MINUTE_MS);
});

test.each(['app', 'page'] as const)(
  'the background ends nothing when it is short, the %s reported first',
  (reportsFirst) => {
    const { device, clock, collector, story } = testDevice({ reportsFirst });
    device.launch({ path: 'a' });
    clock.advance(10_000);
    device.hide();
    clock.advance(30 * MINUTE_MS);
    device.show();
    clock.advance(5_000);
    device.hide();
    expect(story()).toEqual([
      'launch',
      'app_show',
      'page_show a',
      'page_hide a',
      'app_hide',
      'app_show',
      'page_hide a',
      'app_hide',
    ]);
    expect(collector.sessions).toHaveLength(1);
    expect(collector.ofKind('page_hide').map(({ view, stayMs }) => [view, stayMs])).toEqual([
      [3, 10_000],
      [3, 15_000],
    ]);
  },
);

test.each(['app', 'page'] as const)(
  'more than 30 minutes in the background begin a session, the %s reported first',
  (reportsFirst) => {
    const { device, clock, collector, story } = testDevice({ reportsFirst });
    device.launch({ path: 'a' });
    device.hide();
    clock.advance(30 * MINUTE_MS + 1);
    device.show({ scene: 1089 });
    clock.advance(2_000);
    device.hide();
    expect(story().slice(5)).toEqual(['app_show', 'page_show a', 'page_hide a', 'app_hide']);
    const [first, second] = collector.sessions;
    expect(second).not.toBe(first);
    const inSecond = collector.events.filter(({ session }) => session === second);
    expect(inSecond.map(({ n, kind }) => `${n} ${kind}`)).toEqual([
      '1 app_show',
      '2 page_show',
      '3 page_hide',
      '4 app_hide',
      '5 agent',
    ]);
    expect(collector.envelopes.at(-1)?.session).toMatchObject({ scene: 1089, startAt: START_MS + 30 * MINUTE_MS + 1 });
    expect(collector.ofKind('page_hide').at(-1)?.stayMs).toBe(2_000);
  },
);

test('a return to another page views that page and not the old one', () => {
  const { device, clock, story } = testDevice();
  device.launch({ path: 'a' });
  device.hide();
  clock.advance(60 * MINUTE_MS);
  device.show({ path: 'b', scene: 1044 });
  expect(story().filter((event) => event.startsWith('page_show'))).toEqual(['page_show a', 'page_show b']);
});

test('the time until a session ends can be configured', () => {
  const { device, clock, collector, story } = testDevice({ config: { sessionTimeoutMs: 1_000 } });
  device.launch();
  device.hide();
  clock.advance(1_001);
  device.show();
  story();
  expect(collector.sessions).toHaveLength(2);
});

test('a user stays the same through kills, a session does not', () => {
  const { device, clock, collector, story } = testDevice();
  device.launch();
  clock.advance(2_000);
  device.kill();
  device.launch();
  story();
  expect(collector.sessions).toHaveLength(2);
  expect(new Set(collector.envelopes.map(({ session }) => session.user)).size).toBe(1);
});

test('sessions and users have ids of 16 characters, and no two the same', () => {
  const { device, clock, collector, story } = testDevice();
  for (let i = 0; i < 20; i++) {
    device.launch();
    clock.advance(2_000);
    device.kill();
    device.storage.clear();
  }
  device.launch();
  story();
  const ids = collector.envelopes.flatMap(({ session }) => [session.id, session.user]);
  expect(ids.filter((id) => !/^[0-9a-z]{16}$/.test(id))).toEqual([]);
  expect(new Set(ids).size).toBe(2 * collector.sessions.length);
});

test('every batch of a session carries the same session words', () => {
  const { device, clock, collector } = testDevice();
  device.launch({ path: 'a', scene: 1011 });
  for (let i = 0; i < 5; i++) {
    clock.advance(20_000);
    device.call('scanCode');
  }
  clock.advance(MINUTE_MS);
  expect(collector.envelopes.length).toBeGreaterThan(3);
  expect(new Set(collector.envelopes.map(({ session }) => JSON.stringify(session))).size).toBe(1);
});

test('a runtime without options, onAppShow and onAppHide still has sessions', () => {
  const { device, clock, collector, story } = testDevice({
    hidesOptions: true,
    prepareWx(wx) {
      for (const name of ['onAppShow', 'onAppHide', 'getLaunchOptionsSync', 'getEnterOptionsSync']) delete wx[name];
    },
  });
  device.launch({ path: 'a', scene: 1011 });
  device.hide();
  clock.advance(31 * MINUTE_MS);
  device.show();
  expect(story().filter((event) => event === 'app_show')).toHaveLength(2);
  expect(collector.sessions).toHaveLength(2);
  expect(collector.envelopes[0]?.session).not.toHaveProperty('scene');
});

test('options that the handlers are not given are asked for', () => {
  const { device, clock, collector } = testDevice({ hidesOptions: true });
  device.launch({ path: 'a', scene: 1011 });
  clock.advance(MINUTE_MS);
  expect(collector.envelopes[0]?.session).toMatchObject({ scene: 1011, entry: 'a' });
});

test('an app that cannot be hooked at all is still seen through its pages', () => {
  const { device, story } = testDevice({
    prepareWx(wx) {
      for (const name of ['onAppShow', 'onAppHide']) delete wx[name];
    },
    app({ page }) {
      page('a', {}); // App() is never called
    },
  });
  device.launch({ path: 'a' });
  expect(story()).toEqual(['launch', 'app_show', 'page_show a']);
});
