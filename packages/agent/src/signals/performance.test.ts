import type { Wx } from '@minilens/simulator/device';
import { expect, test } from 'vitest';
import { MINUTE_MS, testDevice } from '../test-device.js';
import { objections } from '../test-objections.js';

type Used = ReturnType<typeof testDevice>;

const told = ({ clock, collector }: Used) => {
  clock.advance(MINUTE_MS);
  return collector.ofKind('performance').map(({ n, at, session, kind, ...rest }) => rest);
};

/** A `wx` that measures: its functions want their `this`, as native ones do. */
function measuring() {
  const asked: unknown[] = [];
  let heard: ((list: object) => void) | undefined;
  class Observer {
    observe(this: unknown, options: unknown) {
      if (!(this instanceof Observer)) throw new TypeError('Illegal invocation');
      asked.push(options);
    }
  }
  class Performance {
    createObserver(this: unknown, listener: typeof heard) {
      if (!(this instanceof Performance)) throw new TypeError('Illegal invocation');
      heard = listener;
      return new Observer();
    }
  }
  return {
    asked,
    prepareWx: (wx: Wx) => void Object.assign(wx, { getPerformance: () => new Performance() }),
    tell: (...entries: unknown[]) => heard?.({ getEntries: () => entries }),
  };
}

test('what the platform measures itself is told: names, durations and pages', () => {
  const { asked, prepareWx, tell } = measuring();
  const used = testDevice({ prepareWx });
  used.device.launch({ path: 'pages/index/index' });
  tell(
    {
      name: 'appLaunch',
      entryType: 'navigation',
      path: 'pages/index/index',
      duration: 812.4,
      navigationType: 'appLaunch',
    },
    {
      name: 'route',
      entryType: 'navigation',
      path: '/pages/list/list?id=7',
      duration: 90,
      navigationType: 'navigateTo',
    },
    { name: 'firstRender', entryType: 'render', path: 'pages/list/list', duration: 40 },
    { name: 'evaluateScript', entryType: 'script', moduleName: 'packages/shop', duration: 33 },
    {
      name: 'downloadPackage',
      entryType: 'loadPackage',
      packageName: 'packages/shop',
      packageSize: 12_345,
      duration: 250,
    },
  );
  expect(told(used)).toMatchObject([
    { name: 'appLaunch', page: 'pages/index/index', durationMs: 812 },
    { name: 'route', page: 'pages/list/list', durationMs: 90 },
    { name: 'firstRender', page: 'pages/list/list', durationMs: 40 },
    { name: 'evaluateScript', page: 'pages/index/index', durationMs: 33 },
    { name: 'downloadPackage', page: 'pages/index/index', durationMs: 250 },
  ]);
  expect(asked).toEqual([{ entryTypes: ['navigation', 'render', 'script', 'loadPackage'] }]);
  expect(used.device.monitor.diagnostics()?.hooks.getPerformance).toBe('hooked');
  expect(objections(used)).toEqual([]);
});

test('entries without a duration, such as the moments of a first paint, are no measurements', () => {
  const { prepareWx, tell } = measuring();
  const used = testDevice({ prepareWx });
  used.device.launch();
  tell({ name: 'firstPaint', startTime: 17 }, { name: 'route', duration: 0 }, { name: 'route', duration: -4 });
  expect(told(used)).toEqual([]);
});

test('entries nobody could expect neither throw nor cost those beside them', () => {
  const { prepareWx, tell } = measuring();
  const used = testDevice({ prepareWx });
  used.device.launch();
  expect(() => tell({ duration: 5 }, { name: 'odd name!', duration: 5 }, { name: 'route', duration: 7 })).not.toThrow();
  expect(() => tell(null)).not.toThrow();
  expect(told(used)).toContainEqual(expect.objectContaining({ name: 'route', durationMs: 7 }));
});

test.each<[string, (wx: Wx) => void]>([
  ['has no getPerformance', () => {}],
  ['has one that answers nothing', (wx) => Object.assign(wx, { getPerformance: () => undefined })],
  ['has one without observers', (wx) => Object.assign(wx, { getPerformance: () => ({}) })],
  [
    'has one that throws',
    (wx) =>
      Object.assign(wx, {
        getPerformance() {
          throw new Error('not in plugins');
        },
      }),
  ],
])('a runtime that %s is quiet about it, and the diagnostics say absent', (_name, prepareWx) => {
  const used = testDevice({ prepareWx });
  used.device.launch();
  expect(told(used)).toEqual([]);
  expect(used.device.monitor.diagnostics()?.hooks).toMatchObject({
    getPerformance: 'absent',
    onMemoryWarning: 'absent',
    memory: 'absent',
  });
  expect(used.said).toEqual([]);
});

test.each([
  [{ level: 10 }, { value: 10 }],
  [{}, {}],
  [undefined, {}],
])('a warning of too little memory, %o, is told with its page, and its level where it has one', (warning, level) => {
  let warn: ((warning: unknown) => void) | undefined;
  const used = testDevice({
    prepareWx: (wx) =>
      Object.assign(wx, {
        onMemoryWarning: (heard: typeof warn) => {
          warn = heard;
        },
      }),
  });
  used.device.launch({ path: 'a' });
  warn?.(warning);
  expect(told(used)).toEqual([expect.objectContaining({ name: 'memoryWarning', page: 'a', ...level })]);
  expect(objections(used)).toEqual([]);
});

test('memory in use is told once for every page that is ready, where the runtime shows it', () => {
  const memory = { usedJSHeapSize: 1_000 };
  const used = testDevice({ globals: { performance: { memory } } });
  used.device.launch({ path: 'a' });
  memory.usedJSHeapSize = 2_000;
  used.device.navigateTo('b');
  used.device.navigateBack();
  expect(told(used)).toEqual([
    { name: 'memory', page: 'a', value: 1_000 },
    { name: 'memory', page: 'b', value: 2_000 },
  ]);
  expect(used.device.monitor.diagnostics()?.hooks.memory).toBe('hooked');
});

test.each<[string, object]>([
  ['onReady among its methods', { methods: { onLoad() {}, onReady() {} } }],
  ['ready among its lifetimes', { methods: { onLoad() {} }, lifetimes: { ready() {} } }],
  ['both', { methods: { onLoad() {}, onReady() {} }, lifetimes: { ready() {} } }],
  ['neither', { methods: { onLoad() {} } }],
])('a page made with Component with %s is ready once and measured once', (_name, definition) => {
  const used = testDevice({
    globals: { performance: { memory: { usedJSHeapSize: 1_000 } } },
    app({ App, component }) {
      App({});
      component('a', definition);
    },
  });
  used.device.launch({ path: 'a' });
  expect(told(used)).toEqual([{ name: 'memory', page: 'a', value: 1_000 }]);
  expect(used.collector.ofKind('page_ready')).toHaveLength(1);
});

/** A device whose pages can be told of an update; `tell` is the listener of the page of that path. */
function updating(options: Parameters<typeof testDevice>[0] = {}) {
  const listeners = new Map<string, (update: object) => void>();
  const page = {
    setUpdatePerformanceListener(this: { route: string }, _options: unknown, heard: (update: object) => void) {
      listeners.set(this.route, heard);
    },
  };
  const paths = Array.from({ length: 60 }, (_, i) => `page${i}`);
  const used = testDevice({
    app(scope) {
      scope.App({});
      for (const path of paths) scope.page(path, { ...page });
    },
    ...options,
  });
  return {
    ...used,
    paths,
    /** A page whose updates are listened to. */
    sampled: () => [...listeners.keys()],
    tell: (path: string, tookMs: number) =>
      listeners.get(path)?.({ updateStartTimestamp: 1_000, updateEndTimestamp: 1_000 + tookMs, dataPaths: [] }),
  };
}

test('about a fifth of the pages are asked to tell of their slow updates', () => {
  const used = updating();
  used.device.launch({ path: 'page0' });
  for (const path of used.paths.slice(1)) used.device.navigateTo(path);
  expect(used.sampled().length).toBeGreaterThan(3);
  expect(used.sampled().length).toBeLessThan(25);
});

test('a slow update is told with its duration, quick ones are not, and one page tells of ten at most', () => {
  const used = updating();
  used.device.launch({ path: 'page0' });
  for (const path of used.paths.slice(1)) if (used.sampled().length === 0) used.device.navigateTo(path);
  const [path] = used.sampled() as [string];
  expect(used.device.page).toBe(path);
  used.tell(path, 49);
  used.tell(path, 50);
  for (let i = 0; i < 30; i++) used.tell(path, 100 + i);
  const updates = told(used).filter(({ name }) => name === 'setData');
  expect(updates).toHaveLength(10);
  expect(updates.slice(0, 2)).toEqual([
    { name: 'setData', page: path, durationMs: 50 },
    { name: 'setData', page: path, durationMs: 100 },
  ]);
  expect(objections(used)).toEqual([]);
});

test('a slow update of a page that lies under another is told of that page', () => {
  const used = updating();
  used.device.launch({ path: 'page0' });
  for (const path of used.paths.slice(1)) if (used.sampled().length === 0) used.device.navigateTo(path);
  const [path] = used.sampled() as [string];
  used.device.navigateTo('elsewhere');
  used.tell(path, 80);
  expect(told(used)).toContainEqual({ name: 'setData', page: path, durationMs: 80 });
});

test('a listener of the page’s own comes after ours, so that it is the one that stays', () => {
  const set: unknown[] = [];
  const own = () => {};
  const page = {
    setUpdatePerformanceListener(_options: unknown, heard: unknown) {
      set.push(heard);
    },
    onLoad(this: { setUpdatePerformanceListener(options: object, heard: () => void): void }) {
      this.setUpdatePerformanceListener({ withDataPaths: true }, own);
    },
  };
  const { device } = testDevice({
    app(scope) {
      scope.App({});
      for (let i = 0; i < 30; i++) scope.page(`page${i}`, { ...page });
    },
  });
  device.launch({ path: 'page0' });
  for (let i = 1; i < 30; i++) {
    device.navigateTo(`page${i}`);
    expect(set.at(-1)).toBe(own);
  }
  expect(set.length).toBeGreaterThan(30);
});

test('a runtime whose pages cannot tell of updates says absent, page after page', () => {
  const { device } = testDevice();
  device.launch({ path: 'page0' });
  const states = Array.from({ length: 20 }, (_, i) => {
    device.navigateTo(`page${i}`);
    return device.monitor.diagnostics()?.hooks.setUpdatePerformanceListener ?? 'absent';
  });
  expect(new Set(states)).toEqual(new Set(['absent']));
});

test('a page is ready once a load, however often it comes into sight, and its duration is that of the load', () => {
  const { device, clock, collector } = testDevice({
    app({ App, page }) {
      App({});
      page('b', { onLoad: () => clock.advance(300), onShow: () => clock.advance(40) });
    },
  });
  device.launch({ path: 'a' });
  device.navigateTo('b');
  device.navigateTo('c');
  device.navigateBack();
  device.navigateBack();
  device.navigateTo('b');
  clock.advance(MINUTE_MS);
  expect(collector.ofKind('page_ready').map(({ page, durationMs }) => [page, durationMs])).toEqual([
    ['a', 0],
    ['b', 340],
    ['c', 0],
    ['b', 340],
  ]);
});

test('a page that goes out of sight before it is ready is not waited for', () => {
  let shown = 0;
  const { device, clock, collector } = testDevice({
    app({ App, page }) {
      App({});
      page('b', {
        onShow() {
          if (shown++) return;
          device.hide();
          clock.advance(10 * MINUTE_MS);
          device.show();
        },
      });
    },
  });
  device.launch({ path: 'a' });
  device.navigateTo('b');
  clock.advance(MINUTE_MS);
  expect(shown).toBe(2);
  expect(collector.ofKind('page_ready').map(({ page }) => page)).toEqual(['a']);
});

test('a clock that is set back makes no negative duration', () => {
  let setBackMs = 0;
  const used = testDevice({
    globals: { Date: { now: () => used.clock.now() - setBackMs } },
    app({ App, page }) {
      App({});
      page('a', {
        onLoad() {
          setBackMs = MINUTE_MS;
        },
      });
    },
  });
  used.device.launch({ path: 'a' });
  used.clock.advance(MINUTE_MS);
  expect(used.collector.ofKind('page_ready').map(({ durationMs }) => durationMs)).toEqual([0]);
});
