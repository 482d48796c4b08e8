import type { AppScope, Wx } from '@minilens/simulator/device';
import { expect, test } from 'vitest';
import type { Monitor } from './public-types.js';
import { MINUTE_MS, testDevice } from './test-device.js';

type Used = ReturnType<typeof testDevice>;
type Call = (options?: object) => unknown;

const kindsOf = ({ clock, collector }: Used) => {
  clock.advance(MINUTE_MS);
  return collector.events.map(({ kind }) => kind);
};
const namesOf = ({ clock, collector }: Used) => {
  clock.advance(MINUTE_MS);
  return collector.ofKind('call').map(({ name }) => name);
};

/** A device that remembers the functions the platform began with. */
function remembering(options: Parameters<typeof testDevice>[0] = {}) {
  const originals: Wx = {};
  const constructors: Record<string, unknown> = {};
  let seen: Record<string, unknown> = {};
  for (const name of ['App', 'Page', 'Component', 'Behavior']) constructors[name] = (definition: object) => definition;
  const used = testDevice({
    ...options,
    globals: constructors,
    prepareWx(wx) {
      options.prepareWx?.(wx);
      Object.assign(originals, wx);
    },
    app: (scope) => {
      seen = { App: scope.App, Behavior: scope.Behavior };
      options.app?.(scope);
    },
  });
  return {
    ...used,
    originals,
    /** Names of what is not as it was. */
    changed: () => [
      ...Object.keys(originals).filter((name) => used.device.wx[name] !== originals[name]),
      ...Object.keys(seen).filter((name) => seen[name] !== constructors[name]),
    ],
  };
}

const APIS = ['uploadFile', 'downloadFile', 'connectSocket', 'login'];

test('manual: nothing of the platform is replaced', () => {
  const used = remembering({ apis: APIS, config: { manual: true, hookApis: '*' } });
  used.device.launch();
  used.clock.advance(MINUTE_MS);
  expect(used.changed()).toEqual([]);
});

test('the same device without manual shows what is replaced', () => {
  const used = remembering({ apis: APIS });
  used.device.launch();
  expect(used.changed()).toEqual(
    expect.arrayContaining([...APIS.slice(0, 3), 'request', 'scanCode', 'App', 'Behavior']),
  );
});

/** An app that wraps everything itself. */
function wrapping(make: (scope: AppScope) => void) {
  const used = testDevice({ config: { manual: true }, app: make });
  used.device.launch({ path: 'a' });
  return used;
}

test('manual: what the app wraps is watched', () => {
  const seen: string[] = [];
  const used = wrapping(({ App, page, component, monitor }) => {
    App(monitor.wrapApp({ onLaunch: () => void seen.push('launch'), onError: () => void seen.push('error') }));
    page('a', monitor.wrapPage({ onShow: () => void seen.push('a'), likes: () => void seen.push('tap') }));
    component('b', monitor.wrapComponent({ methods: { onLoad: () => void seen.push('b') } }));
    page('c', { onShow: () => void seen.push('c') });
  });
  const { device, clock, collector } = used;
  device.tap('likes');
  device.navigateTo('b');
  device.navigateTo('c');
  device.tellApp('onError', 'TypeError: boom');
  clock.advance(MINUTE_MS);
  expect(seen).toEqual(['launch', 'a', 'tap', 'b', 'c', 'error']);
  expect(collector.ofKind('page_show').map(({ page }) => page)).toEqual(['a', 'b']);
  expect(collector.ofKind('error')).toMatchObject([{ errMsg: 'boom' }]);
  expect(collector.ofKind('error')[0]?.steps).toContainEqual(expect.stringContaining('likes'));
});

test('manual: a wrapped function is watched in the style it is called in', async () => {
  let wrapped: Record<string, Call> = {};
  const used = wrapping(({ App, wx, monitor }) => {
    App({});
    wrapped = {
      callbacks: monitor.wrapApi('pay', wx.scanCode as Call),
      promise: monitor.wrapApi('scan', wx.previewImage as Call),
      sync: monitor.wrapApi('readSync', ((key: string) => `value of ${key}`) as unknown as Call),
    };
  });
  wrapped.callbacks?.({ success() {} });
  const promise = wrapped.promise?.({});
  expect(wrapped.sync?.('a' as unknown as object)).toBe('value of a');
  await used.clock.advanceAsync(1_000);
  await expect(promise).resolves.toMatchObject({ errMsg: 'previewImage:ok' });
  expect(namesOf(used).sort()).toEqual(['pay', 'readSync', 'scan']);
  expect(used.collector.ofKind('call').map(({ outcome }) => outcome)).toEqual(['success', 'success', 'success']);
});

test('a wrapped function keeps its this, its arguments, its result and its exceptions', () => {
  let monitor: Monitor | undefined;
  wrapping((scope) => {
    monitor = scope.monitor;
    scope.App({});
  });
  const holder = {
    base: 1,
    add(this: { base: number }, a: number, b: number) {
      if (b > 9) throw new RangeError('too many');
      return this.base + a + b;
    },
  };
  holder.add = monitor?.wrapApi('add', holder.add) as typeof holder.add;
  expect(holder.add(2, 3)).toBe(6);
  expect(() => holder.add(2, 10)).toThrow(new RangeError('too many'));
});

/** What `wrapX` is given. */
const THINGS = { app: { onLaunch() {} }, page: { onShow() {} }, component: { methods: { onLoad() {} } }, api: () => 7 };

const handsBack = (monitor: Monitor) => {
  expect(monitor.wrapApp(THINGS.app)).toBe(THINGS.app);
  expect(monitor.wrapPage(THINGS.page)).toBe(THINGS.page);
  expect(monitor.wrapComponent(THINGS.component)).toBe(THINGS.component);
  expect(monitor.wrapApi('add', THINGS.api)).toBe(THINGS.api);
};

test('after a wrong config, which is before any, wrapping hands back the very same thing', () => {
  const { device } = testDevice({ config: { key: '' } });
  device.launch();
  handsBack(device.monitor);
});

test('before config, wrapping many pages with map hands back those pages', () => {
  const { device } = testDevice({ config: { key: '' } });
  device.launch();
  const pages = [{ a: 1 }, { b: 2 }, { c: 3 }];
  const wrapped = pages.map(device.monitor.wrapPage);
  for (const [i, page] of wrapped.entries()) expect(page).toBe(pages[i]);
});

test('before config no method throws, whatever it is given', () => {
  const { device, clock, collector } = testDevice({ config: { key: '' } });
  device.launch();
  const monitor = device.monitor as unknown as Record<string, Call>;
  for (const name of Object.keys(monitor).filter((key) => key !== 'config' && key !== 'default'))
    for (const given of [undefined, null, 7, 'x', {}])
      expect(() => monitor[name]?.(given as object), name).not.toThrow();
  expect(device.monitor.diagnostics()).toBeUndefined();
  clock.advance(MINUTE_MS);
  expect(collector.bodies).toEqual([]);
});

test('a right config after a wrong one starts the agent', () => {
  const used = testDevice({
    config: { key: '' },
    app({ App, monitor }) {
      monitor.config({ appId: 'wx0123456789abcdef', key: 'key', endpoint: 'https://minilens.test' });
      App({});
    },
  });
  used.device.launch();
  used.device.call('scanCode');
  expect(kindsOf(used)).toContain('call');
});

test('its methods may be taken off it, and it is its own default export', () => {
  const used = testDevice();
  used.device.launch();
  const { track, default: itself } = used.device.monitor as Monitor & { default: Monitor };
  track('bought');
  expect(itself).toBe(used.device.monitor);
  expect(kindsOf(used)).toContain('custom');
});

test('nothing cannot be wrapped, and comes back as it came', () => {
  const { device } = testDevice();
  device.launch();
  for (const nonsense of [undefined, null] as never[])
    for (const name of ['wrapApp', 'wrapPage', 'wrapComponent'] as const)
      expect(device.monitor[name](nonsense), name).toBe(nonsense);
});

test('destroyed, it puts everything back, records nothing and sends nothing more', () => {
  const used = remembering({ apis: APIS, config: { hookApis: ['login', 'scanCode'] } });
  const { device, clock, collector } = used;
  device.launch();
  device.monitor.track('before');
  clock.advance(100);
  device.monitor.destroy();
  expect(used.changed().filter((name) => !['App', 'Behavior'].includes(name))).toEqual([]);
  device.call('login');
  device.request('https://api.test/a');
  device.monitor.track('after');
  device.monitor.captureException('after');
  clock.advance(60 * MINUTE_MS);
  device.hide();
  device.show();
  clock.advance(60 * MINUTE_MS);
  expect(collector.bodies).toEqual([]);
  expect(device.monitor.diagnostics()?.state).toBe('off');
});

test('destroyed, its pages go on as the app wrote them', () => {
  const seen: unknown[] = [];
  const { device } = testDevice({
    config: { tagShares: true, traceHosts: ['api.test'] },
    app({ App, page }) {
      App({});
      page('a', { onShow: () => void seen.push('show'), onShareAppMessage: () => ({ path: 'a' }) });
    },
    onCall: (name, options) => {
      seen.push(name, (options as { header?: object }).header);
      return undefined;
    },
  });
  device.launch({ path: 'a' });
  const kept = device.wx.request as Call;
  device.monitor.destroy();
  device.hide();
  device.show();
  expect(device.tellPage('onShareAppMessage')).toEqual({ path: 'a' });
  kept({ url: 'https://api.test/a', success() {} });
  expect(seen).toEqual(['show', 'show', 'request', undefined]);
});

test('destroyed, it hooks nothing again, whatever it is asked', () => {
  const used = remembering({ apis: APIS });
  used.device.launch();
  used.device.monitor.destroy();
  used.device.monitor.setHookApis(['login', 'scanCode']);
  used.device.monitor.config({ appId: 'wx0123456789abcdef', key: 'key', endpoint: 'https://minilens.test' });
  expect(used.changed().filter((name) => !['App', 'Behavior'].includes(name))).toEqual([]);
});

test('destroyed, it leaves what another SDK put over it, which goes on working', () => {
  const { device } = testDevice();
  device.launch();
  const ours = device.wx.scanCode as Call;
  let calls = 0;
  const theirs = (options?: object) => {
    calls++;
    return ours(options);
  };
  device.wx.scanCode = theirs;
  device.monitor.destroy();
  expect(device.wx.scanCode).toBe(theirs);
  device.call('scanCode');
  expect(calls).toBe(1);
});

test('what was recorded before it was destroyed is not lost for the next start', () => {
  const { device, clock, collector } = testDevice();
  device.launch();
  device.monitor.track('before');
  clock.advance(3_000);
  device.monitor.destroy();
  device.kill();
  device.launch();
  clock.advance(MINUTE_MS);
  expect(collector.ofKind('custom').map(({ name }) => name)).toEqual(['before']);
});

test('setHookApis adds and removes while the app runs, and gives back the very function', () => {
  const used = remembering({ apis: ['login'] });
  const { device } = used;
  device.launch();
  const callBoth = () => {
    device.call('login');
    device.call('scanCode');
  };
  callBoth();
  device.monitor.setHookApis(['wx.login']);
  callBoth();
  expect(device.wx.scanCode).toBe(used.originals.scanCode);
  device.monitor.setHookApis('*');
  callBoth();
  device.monitor.setHookApis([]);
  callBoth();
  expect(namesOf(used)).toEqual(['scanCode', 'login', 'login', 'scanCode']);
  expect(device.wx.login).toBe(used.originals.login);
});

test('a call that was open when its interface was taken out is told in full', () => {
  const used = testDevice({ onCall: () => ({ success: {}, afterMs: 3_000 }) });
  used.device.launch();
  used.device.call('scanCode');
  used.device.monitor.setHookApis([]);
  expect(namesOf(used)).toEqual(['scanCode']);
  expect(used.collector.ofKind('call')).toMatchObject([{ outcome: 'success', durationMs: 3_000 }]);
});

test('requests are watched whatever setHookApis says, and are no calls', () => {
  const used = testDevice();
  used.device.launch();
  used.device.monitor.setHookApis(['request']);
  used.device.request('https://api.test/a');
  used.device.monitor.setHookApis([]);
  used.device.request('https://api.test/a');
  expect(namesOf(used)).toEqual([]);
  expect(used.collector.ofKind('request')).toHaveLength(2);
});

test('an interface taken out and added again under another SDK counts each call once', () => {
  const used = testDevice();
  const { device } = used;
  device.launch();
  const ours = device.wx.scanCode as Call;
  device.wx.scanCode = (options?: object) => ours(options);
  device.monitor.setHookApis([]);
  device.call('scanCode');
  device.monitor.setHookApis(['scanCode']);
  device.call('scanCode');
  expect(namesOf(used)).toEqual(['scanCode']);
});
