import { expect, test } from 'vitest';
import { createScope } from './app-scope.js';
import { ALL, APIS, sentOfOneEach, started, use } from './started-app.js';
import type { AnyFunction } from './strict-platform.js';

/** Another vendor's SDK, as most of them do it: wraps the function in place and notes what it saw. */
function hookAsOthersDo(holder: object, name: string) {
  const functions = holder as Record<string, AnyFunction>;
  const theirs = { seen: [] as string[], own: functions[name] as AnyFunction, wrapper: undefined as unknown };
  theirs.wrapper = functions[name] = function (this: unknown, options, ...rest) {
    theirs.seen.push('call');
    if (!options?.success) return theirs.own.call(this, options, ...rest);
    const success = (...args: unknown[]) => {
      theirs.seen.push('success');
      return options.success(...args);
    };
    return theirs.own.call(this, { ...options, success }, ...rest);
  };
  return theirs;
}

const SEEN = ['call', 'success'];

test('another SDK that hooked before sees everything, and so do we', () => {
  const scope = createScope({ apis: APIS });
  const theirs = [hookAsOthersDo(scope.wx, 'scanCode'), hookAsOthersDo(scope.wx, 'request')];
  const monitor = scope.startAgent();
  scope.launch();
  use(scope, 'scanCode');
  use(scope, 'request');
  // Sent by the platform's request as we found it, which is theirs: taking that away from them is not ours to do.
  const own = theirs.map(({ seen }) => seen.slice(0, 2));
  expect(own).toEqual([SEEN, SEEN]);
  expect([...scope.calls(), ...scope.requests()]).toEqual(ALL);
  monitor.destroy();
  expect([scope.wx.scanCode, scope.wx.request]).toEqual(theirs.map(({ wrapper }) => wrapper));
});

test('another SDK that hooked after sees everything, so do we, and diagnostics say it is there', () => {
  const scope = started();
  const theirs = [hookAsOthersDo(scope.wx, 'scanCode'), hookAsOthersDo(scope.wx, 'request')];
  expect(sentOfOneEach(scope)).toEqual(ALL);
  expect(theirs.map(({ seen }) => seen)).toEqual([SEEN, SEEN]);
  expect(scope.hooks()).toMatchObject({ scanCode: 'overwritten', request: 'overwritten', requestPayment: 'hooked' });
});

test('after destroy another SDK that hooked after us stays and works, and we are silent', () => {
  const scope = started();
  const theirs = [hookAsOthersDo(scope.wx, 'scanCode'), hookAsOthersDo(scope.wx, 'request')];
  scope.monitor.destroy();
  expect([scope.wx.scanCode, scope.wx.request]).toEqual(theirs.map(({ wrapper }) => wrapper));
  expect(sentOfOneEach(scope)).toEqual([]);
  expect(theirs.map(({ seen }) => seen)).toEqual([SEEN, SEEN]);
  expect(scope.collector.bodies).toEqual([]);
});

test('destroy puts back the very functions it found, constructors too', () => {
  const scope = createScope({ apis: APIS, config: { hookApis: '*' } });
  const before = { ...scope.wx };
  const monitor = scope.startAgent();
  scope.launch();
  expect(Object.keys(before).filter((name) => scope.wx[name] !== before[name])).toEqual([
    'request',
    'scanCode',
    'requestPayment',
    'previewImage',
  ]);
  monitor.destroy();
  expect(Object.keys(before).filter((name) => scope.wx[name] !== before[name])).toEqual([]);
});

test('destroy puts back the very constructors', () => {
  const scope = createScope({ apis: APIS });
  const { App, Page, Component, Behavior } = scope.globals;
  const before = [App, Page, Component, Behavior];
  const now = () => [scope.globals.App, scope.globals.Page, scope.globals.Component, scope.globals.Behavior];
  const monitor = scope.startAgent();
  expect(now().map((fn, i) => fn === before[i])).toEqual([false, false, false, false]);
  monitor.destroy();
  expect(now().map((fn, i) => fn === before[i])).toEqual([true, true, true, true]);
});

test('calls that are under way when the agent is destroyed end as they would have', () => {
  const scope = started();
  const seen: unknown[] = [];
  const options = { success: (result: unknown) => seen.push(result) };
  const tells = [{ callback: 'success' as const, afterMs: 10, args: ['code'] }];
  scope.platform.expectCall({ answer: { tells }, log: [], holder: scope.wx, given: options });
  (scope.wx.scanCode as AnyFunction)(options);
  scope.monitor.destroy();
  scope.clock.advance(20);
  expect(seen).toEqual(['code']);
  expect(scope.calls()).toEqual([]);
});

test('destroyed, the agent sets no more timers', () => {
  const scope = started();
  use(scope, 'scanCode');
  scope.monitor.destroy();
  scope.clock.advance(60_000);
  let set = 0;
  const { setTimeout } = scope.clock;
  scope.clock.setTimeout = (...args) => {
    set++;
    return setTimeout(...args);
  };
  scope.clock.advance(600_000);
  expect(set).toBe(0);
});

test('destroyed, the agent hooks nothing again, whatever it is asked', () => {
  const scope = started();
  const { monitor } = scope;
  monitor.destroy();
  const { scanCode } = scope.wx;
  monitor.setHookApis(['scanCode']);
  expect(scope.wx.scanCode).toBe(scanCode);
});

test('a library that kept wx.request from before passes us by, and diagnostics cannot know', () => {
  const scope = createScope({ apis: APIS });
  const kept = scope.wx.request as AnyFunction;
  const monitor = scope.startAgent();
  scope.launch();
  const seen: unknown[] = [];
  const options = { url: 'https://api.test/kept', success: (result: unknown) => seen.push(result) };
  const tells = [{ callback: 'success' as const, afterMs: 1, args: ['answer'] }];
  scope.platform.expectCall({ answer: { tells }, log: [], holder: scope.wx, given: options });
  kept.call(scope.wx, options);
  expect(scope.requests()).toEqual([]);
  expect(seen).toEqual(['answer']);
  expect(monitor.diagnostics()?.hooks.request).toBe('hooked');
});

test('wx.request that is replaced later without calling ours is said to be overwritten', () => {
  const scope = started();
  scope.wx.request = () => 'theirs';
  expect((scope.wx.request as AnyFunction)({})).toBe('theirs');
  expect(scope.hooks().request).toBe('overwritten');
  // What we send goes to the platform's own all the same.
  scope.sent();
  expect(scope.collector.ofKind('launch')).toHaveLength(1);
});

test('interfaces that are given up and taken up again under another SDK are counted once', () => {
  const scope = started({ config: { hookApis: ['scanCode'] } });
  hookAsOthersDo(scope.wx, 'scanCode');
  for (let i = 0; i < 3; i++) {
    scope.monitor.setHookApis(['previewImage']);
    scope.monitor.setHookApis(['scanCode', 'previewImage']);
  }
  use(scope, 'scanCode');
  expect(scope.calls()).toEqual(['scanCode success']);
});

test('interfaces that are given up under another SDK are not reported, and it works on', () => {
  const scope = started({ config: { hookApis: ['scanCode'] } });
  const theirs = hookAsOthersDo(scope.wx, 'scanCode');
  scope.monitor.setHookApis([]);
  use(scope, 'scanCode');
  expect(scope.calls()).toEqual([]);
  expect(theirs.seen).toEqual(SEEN);
});

test('a second copy in the same scope changes nothing and says so', () => {
  const scope = started();
  const before = { ...scope.wx };
  const globals = { ...scope.globals };
  const second = scope.startAgent();
  expect({ ...scope.wx }).toEqual(before);
  expect(Object.keys(before).filter((name) => scope.wx[name] !== before[name])).toEqual([]);
  expect(scope.globals).toEqual(globals);
  expect(sentOfOneEach(scope)).toEqual(ALL);
  expect(scope.collector.ofKind('launch')).toHaveLength(1);
  expect(scope.said).toEqual([expect.stringContaining('already at work')]);
  expect(second.diagnostics()).toBeUndefined();
});

test('a second copy is recognised also when another SDK stands over the first: calls are counted once', () => {
  const scope = started();
  const wrap =
    (fn: AnyFunction): AnyFunction =>
    (...args) =>
      fn(...args);
  for (const name of ['App', 'Page', 'Component', 'Behavior'] as const) scope.globals[name] = wrap(scope.globals[name]);
  for (const name of ['scanCode', 'request']) hookAsOthersDo(scope.wx, name);
  scope.startAgent();
  scope.platform.tell('onAppHide');
  scope.platform.tell('onAppShow', { path: 'pages/index/index', scene: 1001, query: {} });
  expect(sentOfOneEach(scope)).toEqual(ALL);
});

test('a second copy is recognised also when the first replaced nothing', () => {
  const scope = createScope({ apis: APIS, config: { manual: true } });
  scope.startAgent();
  expect(scope.startAgent().diagnostics()).toBeUndefined();
});

test('in manual mode nothing is replaced, and what the app wraps itself is watched', () => {
  const scope = createScope({ apis: APIS, config: { manual: true } });
  const before = [...Object.values(scope.wx), ...Object.values(scope.globals)];
  const monitor = scope.startAgent();
  scope.launch(monitor.wrapApp({}) as Record<string, unknown>);
  const after = [...Object.values(scope.wx), ...Object.values(scope.globals)];
  expect(after.filter((value, i) => value !== before[i])).toEqual([]);
  expect(monitor.wrapApi('own.readSync', () => 'own')()).toBe('own');
  expect(scope.calls()).toEqual(['own.readSync success']);
});
