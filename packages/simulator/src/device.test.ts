import { expect, test } from 'vitest';
import { buildAgentCode } from './agent-code.js';
import { createDevice, type DeviceOptions } from './device.js';
import { createMemoryCollector } from './memory-collector.js';
import { createSeededRandom } from './seeded-random.js';
import { createVirtualClock } from './virtual-clock.js';

const agentCode = await buildAgentCode();

interface Observer {
  observe(options: { entryTypes: string[] }): void;
}

/** A device whose app notes every lifecycle call. */
function noting(options: Partial<DeviceOptions> = {}) {
  const clock = createVirtualClock(Date.UTC(2026, 0, 1));
  const collector = createMemoryCollector();
  const heard: string[] = [];
  const noteAll = (who: string, names: string[]) =>
    Object.fromEntries(names.map((name) => [name, () => void heard.push(`${who} ${name}`)]));
  const device = createDevice({
    agentCode,
    clock,
    random: createSeededRandom(1),
    config: { appId: 'wx0123456789abcdef', key: 'key', endpoint: 'https://minilens.test' },
    onRequest: collector.onRequest,
    app({ App, page }) {
      App(noteAll('app', ['onLaunch', 'onShow', 'onHide']));
      for (const path of ['a', 'b', 'c'])
        page(path, noteAll(path, ['onLoad', 'onShow', 'onReady', 'onHide', 'onUnload']));
    },
    ...options,
  });
  return {
    device,
    clock,
    collector,
    /** What was heard since it was last asked. */
    since: () => heard.splice(0),
  };
}

test('a launch is the app’s launch and show, then the page’s load, show and ready', () => {
  const { device, since } = noting();
  device.launch({ path: 'a' });
  expect(since()).toEqual(['app onLaunch', 'app onShow', 'a onLoad', 'a onShow', 'a onReady']);
});

test.each([
  ['app', ['app onHide', 'a onHide', 'app onShow', 'a onShow']],
  ['page', ['a onHide', 'app onHide', 'a onShow', 'app onShow']],
] as const)('a device that reports the %s first does so on the way out and back', (reportsFirst, expected) => {
  const { device, since } = noting({ reportsFirst });
  device.launch({ path: 'a' });
  since();
  device.hide();
  device.show();
  expect(since()).toEqual(expected);
});

test('navigation makes the calls that WeChat makes', () => {
  const { device, since } = noting();
  device.launch({ path: 'a' });
  since();
  device.navigateTo('b');
  expect(since()).toEqual(['a onHide', 'b onLoad', 'b onShow', 'b onReady']);
  device.redirectTo('c');
  expect(since()).toEqual(['b onUnload', 'c onLoad', 'c onShow', 'c onReady']);
  device.navigateBack();
  expect(since()).toEqual(['c onUnload', 'a onShow']);
  device.switchTab('b');
  expect(since()).toEqual(['a onUnload', 'b onLoad', 'b onShow', 'b onReady']);
  device.switchTab('c');
  expect(since()).toEqual(['b onHide', 'c onLoad', 'c onShow', 'c onReady']);
  device.switchTab('b');
  expect(since()).toEqual(['c onHide', 'b onShow']);
  device.reLaunch('a');
  expect(since()).toEqual(['b onUnload', 'c onUnload', 'a onLoad', 'a onShow', 'a onReady']);
  expect(device.page).toBe('a');
});

test('coming back by another door replaces the pages', () => {
  const { device, since } = noting();
  device.launch({ path: 'a' });
  device.hide();
  since();
  device.show({ path: 'b', scene: 1044 });
  expect(since()).toEqual(['app onShow', 'a onUnload', 'b onLoad', 'b onShow', 'b onReady']);
});

test('a kill loses the memory and not the storage', () => {
  const { device, clock, since } = noting();
  device.launch({ path: 'a' });
  const { wx } = device;
  (wx.setStorageSync as (key: string, data: unknown) => void)('basket', ['tea']);
  let fired = false;
  device.call('scanCode', {
    success() {
      fired = true;
    },
  });
  since();
  device.kill();
  clock.advance(60_000);
  expect([fired, device.isRunning, since()]).toEqual([false, false, []]);
  expect(() => device.navigateTo('b')).toThrow('launch it first');
  device.launch({ path: 'b' });
  expect(device.wx).not.toBe(wx);
  expect((device.wx.getStorageSync as (key: string) => unknown)('basket')).toEqual(['tea']);
});

test('a device that freezes runs nothing in the background, and everything when it is back', () => {
  const { device, clock } = noting({ freezesInBackground: true });
  device.launch({ path: 'a' });
  let ended = 0;
  device.call('scanCode', { success: () => ended++ });
  device.hide();
  clock.advance(60_000);
  expect(ended).toBe(0);
  device.show();
  expect(ended).toBe(1);
});

test('a call ends as the script says, by callback or by promise', async () => {
  const { device, clock } = noting({
    onCall: (name) => (name === 'scanCode' ? { fail: { errMsg: 'scanCode:fail cancel' }, afterMs: 700 } : undefined),
  });
  device.launch({ path: 'a' });
  const heard: unknown[] = [];
  device.call('scanCode', { fail: (result: unknown) => heard.push(result), complete: () => heard.push('complete') });
  clock.advance(699);
  expect(heard).toEqual([]);
  clock.advance(1);
  expect(heard).toEqual([{ errMsg: 'scanCode:fail cancel' }, 'complete']);
  const promise = (device.wx.previewImage as () => Promise<unknown>)();
  await clock.advanceAsync(50);
  await expect(promise).resolves.toEqual({ errMsg: 'previewImage:ok' });
});

test('an answer that does not come in is a failed request, and the batch comes again', () => {
  const { device, clock, collector } = noting();
  collector.answerWith(() => undefined);
  device.launch({ path: 'a' });
  clock.advance(10_000);
  expect(collector.events).toEqual([]);
  collector.answerWith();
  clock.advance(60_000);
  expect(collector.events.map(({ kind }) => kind)).toEqual(['launch', 'app_show', 'page_show', 'page_ready', 'agent']);
});

test('hundreds of devices share one clock and nothing else', () => {
  const clock = createVirtualClock(0);
  const collector = createMemoryCollector();
  for (let i = 0; i < 500; i++) {
    const { device } = noting({ clock, onRequest: collector.onRequest, random: createSeededRandom(i) });
    device.launch({ path: 'a' });
  }
  clock.advance(60_000);
  expect(collector.sessions).toHaveLength(500);
  expect(new Set(collector.envelopes.map(({ session }) => session.user)).size).toBe(500);
  expect(collector.events).toHaveLength(2_500);
});

test('a page that takes time to open is ready after it, and observers hear of the entries of their types', () => {
  const heard: unknown[] = [];
  const { device, clock, since } = noting({
    opening: (path) => ({
      readyMs: 300,
      entries: [
        { entryType: 'navigation', name: 'route', path, duration: 320 },
        { entryType: 'script', name: 'evaluateScript', duration: 40 },
      ],
    }),
    prepareWx(wx) {
      const { createObserver } = (wx.getPerformance as () => { createObserver(heard: unknown): Observer })();
      createObserver((list: { getEntries(): object[] }) => heard.push(...list.getEntries())).observe({
        entryTypes: ['navigation'],
      });
    },
  });
  device.launch({ path: 'a' });
  clock.advance(299);
  expect([since().at(-1), heard]).toEqual(['a onShow', []]);
  clock.advance(1);
  expect([since(), heard]).toEqual([
    ['a onReady'],
    [{ entryType: 'navigation', name: 'route', path: 'a', duration: 320 }],
  ]);
});

test('a page that is gone before it is ready never is', () => {
  const { device, clock, since } = noting({ opening: () => ({ readyMs: 300, entries: [] }) });
  device.launch({ path: 'a' });
  device.redirectTo('b');
  clock.advance(1_000);
  expect(since().filter((call) => call.endsWith('onReady'))).toEqual(['b onReady']);
});
