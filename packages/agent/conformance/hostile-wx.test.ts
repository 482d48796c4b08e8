import { expect, test } from 'vitest';
import { createScope } from './app-scope.js';
import { ALL, APIS, OLD_APIS, sentOfOneEach, started, use } from './started-app.js';
import type { AnyFunction, Wx } from './strict-platform.js';

/** Turns every property of this `wx` into another kind of property. */
const redefined = (descriptor: (fn: unknown) => PropertyDescriptor) => (wx: Wx) => {
  const other: Wx = {};
  for (const [name, fn] of Object.entries(wx))
    Object.defineProperty(other, name, { enumerable: true, ...descriptor(fn) });
  return other;
};

test('on a frozen wx nothing is watched, the app works, and launches are still reported', () => {
  const scope = started({ prepare: (wx) => Object.freeze(wx) });
  expect(sentOfOneEach(scope)).toEqual([]);
  expect(scope.hooks()).toMatchObject({ scanCode: 'refused', request: 'refused', App: 'hooked' });
  expect(scope.collector.ofKind('launch')).toHaveLength(1);
});

test.each<[string, (fn: unknown) => PropertyDescriptor]>([
  ['getters without setters', (fn) => ({ get: () => fn, configurable: true })],
  ['accessors that ignore assignment', (fn) => ({ get: () => fn, set() {}, configurable: true })],
  ['accessors that keep what is assigned', (fn) => accessor(fn)],
  ['read-only properties', (value) => ({ value, writable: false, configurable: true })],
])('on a wx of %s everything is watched', (_name, descriptor) => {
  const scope = started({ prepare: redefined(descriptor) });
  expect(sentOfOneEach(scope)).toEqual(ALL);
  expect(scope.hooks()).toMatchObject({ scanCode: 'hooked', request: 'hooked' });
});

function accessor(fn: unknown): PropertyDescriptor {
  let own = fn;
  return {
    get: () => own,
    set(value) {
      own = value;
    },
  };
}

test.each<[string, (fn: unknown) => PropertyDescriptor]>([
  ['getters for good', (fn) => ({ get: () => fn })],
  ['accessors for good that ignore assignment', (fn) => ({ get: () => fn, set() {} })],
  ['read-only properties for good', (value) => ({ value, writable: false })],
])('on a wx of %s nothing is watched, the app works, and diagnostics say so', (_name, descriptor) => {
  const scope = started({ prepare: redefined(descriptor) });
  expect(sentOfOneEach(scope)).toEqual([]);
  expect(scope.hooks()).toMatchObject({ scanCode: 'refused', request: 'refused' });
  expect(scope.collector.ofKind('launch')).toHaveLength(1);
});

test('a Proxy that says yes to assignment and ignores it is overruled by a definition', () => {
  const scope = started({ prepare: (wx) => new Proxy(wx, { set: () => true }) });
  expect(sentOfOneEach(scope)).toEqual(ALL);
});

test('a Proxy that says yes to assignment and definition and ignores both is not watched', () => {
  const scope = started({ prepare: (wx) => new Proxy(wx, { set: () => true, defineProperty: () => true }) });
  expect(sentOfOneEach(scope)).toEqual([]);
  expect(scope.hooks()).toMatchObject({ scanCode: 'refused', request: 'refused' });
});

test('a Proxy that throws at every change is not watched', () => {
  const no = () => {
    throw new Error('wx belongs to the platform');
  };
  const scope = started({ prepare: (wx) => new Proxy(wx, { set: no, defineProperty: no, deleteProperty: no }) });
  expect(sentOfOneEach(scope)).toEqual([]);
  expect(scope.hooks()).toMatchObject({ scanCode: 'refused', request: 'refused' });
});

/** As plugins get it: every read hands out another function, bound to the platform’s own object. */
const binding = (wx: Wx) =>
  new Proxy(wx, {
    get(target, name) {
      const value = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });

test('a Proxy that binds what it hands out lets the app through', () => {
  const scope = started({ prepare: binding });
  expect(() => {
    use(scope, 'scanCode');
    use(scope, 'request');
  }).not.toThrow();
});

test('on a Proxy that binds what it hands out the agent does not see its own traffic', () => {
  const scope = started({ prepare: binding });
  scope.clock.advance(600_000);
  expect(scope.requests()).toEqual([]);
});

test('a wx of which every read throws leaves the app alone', () => {
  const scope = createScope({
    apis: APIS,
    prepare: (wx) =>
      new Proxy(wx, {
        get() {
          throw new Error('not in this context');
        },
      }),
  });
  expect(() => {
    const monitor = scope.startAgent();
    scope.launch();
    monitor.track('anything');
    monitor.diagnostics();
    scope.clock.advance(60_000);
    monitor.destroy();
  }).not.toThrow();
});

test('one property that throws when read hides nothing but itself', () => {
  const scope = started({
    prepare: (wx) =>
      Object.defineProperty(wx, 'requestPayment', {
        get() {
          throw new Error('not in this context');
        },
      }),
  });
  expect(sentOfOneEach(scope)).toEqual(ALL);
  expect(scope.hooks()).toMatchObject({ scanCode: 'hooked', request: 'hooked' });
});

test('a wx on which everything is inherited is watched', () => {
  const scope = started({ prepare: (wx) => Object.create(wx) });
  expect(sentOfOneEach(scope)).toEqual(ALL);
});

test.each([
  ['is missing', (wx: Wx) => wx],
  ['is nothing', (wx: Wx) => Object.assign(wx, { cloud: null })],
  ['is a text', (wx: Wx) => Object.assign(wx, { cloud: 'off' })],
  [
    'throws when read',
    (wx: Wx) =>
      Object.defineProperty(wx, 'cloud', {
        get() {
          throw new Error('cloud is not enabled');
        },
      }),
  ],
])('a wx.cloud that %s takes nothing else with it', (_name, prepare) => {
  const scope = started({ config: { hookApis: ['cloud.callFunction', 'scanCode', 'cloud.a.b'] }, prepare });
  expect(sentOfOneEach(scope)).toEqual(ALL);
  expect(scope.hooks()).toMatchObject({ 'cloud.callFunction': 'absent', scanCode: 'hooked', onAppShow: 'hooked' });
});

test('wx.cloud functions are watched by their dotted names, called on wx.cloud, and put back', () => {
  const seen: unknown[] = [];
  const cloud = {
    callFunction(this: unknown, options: { success?: (result: object) => void }) {
      seen.push(this);
      options.success?.({ errMsg: 'cloud.callFunction:ok' });
    },
    callContainer: () => Promise.resolve('answer'),
  };
  const before = { ...cloud };
  const scope = started({
    config: { hookApis: ['cloud.callFunction', 'wx.cloud.callContainer'] },
    prepare: (wx) => Object.assign(wx, { cloud }),
  });
  cloud.callFunction({ success: (result) => seen.push(result) });
  expect(seen).toEqual([cloud, { errMsg: 'cloud.callFunction:ok' }]);
  const promise = cloud.callContainer();
  return promise.then((answer) => {
    expect(answer).toBe('answer');
    expect(scope.calls()).toEqual(['cloud.callFunction success', 'cloud.callContainer success']);
    scope.monitor.destroy();
    expect(cloud).toEqual(before);
  });
});

test('base library 2.0, with nothing but requests and storage, is watched and reported from', () => {
  const scope = started({ apis: OLD_APIS });
  use(scope, 'request');
  expect(scope.requests()).toEqual(['/request ok']);
  expect(scope.collector.events.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['launch', 'app_show', 'request', 'agent']),
  );
  expect(scope.hooks()).toMatchObject({ request: 'hooked', scanCode: 'absent', onAppShow: 'absent' });
});

test.each(['Page', 'Component', 'Behavior', 'getCurrentPages', 'performance'] as const)(
  'without %s the rest is watched',
  (name) => {
    const scope = started({ globals: { [name]: undefined } });
    expect(sentOfOneEach(scope)).toEqual(ALL);
    expect(scope.collector.ofKind('launch')).toHaveLength(1);
  },
);

test('without App the platform’s own reports begin the session', () => {
  const scope = started({ globals: { App: undefined } });
  expect(sentOfOneEach(scope)).toEqual(ALL);
  expect(scope.collector.ofKind('launch')).toHaveLength(1);
});

test.each([
  ['no console', undefined],
  ['a console without warn', { log() {} }],
  [
    'a console that throws',
    {
      warn() {
        throw new Error('no console in production');
      },
    },
  ],
])('with %s a refused batch neither surfaces nor is sent again and again', (_name, console) => {
  const scope = createScope({ apis: APIS, globals: { console } });
  let posts = 0;
  scope.collector.answerWith(() => {
    posts++;
    return { statusCode: 400, data: { message: 'v must be 1', retry: false } };
  });
  const monitor = scope.startAgent();
  scope.launch();
  use(scope, 'scanCode');
  scope.clock.advance(600_000);
  expect(posts).toBeLessThan(5);
  expect(monitor.diagnostics()).toMatchObject({ waiting: 0 });
});

test('getCurrentPages that throws hides no page that knows its own route', () => {
  const scope = started({
    globals: {
      getCurrentPages() {
        throw new Error('too early');
      },
    },
  });
  scope.globals.Page({});
  const [page] = scope.registered.Page as [Record<string, AnyFunction>];
  expect(() => page.onShow?.call({ route: 'pages/a/a' })).not.toThrow();
  scope.sent();
  expect(scope.collector.ofKind('page_show')).toMatchObject([{ page: 'pages/a/a' }]);
});
