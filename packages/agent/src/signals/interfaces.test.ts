import type { CallAnswer } from '@minilens/simulator/device';
import { expect, test } from 'vitest';
import type { MonitorConfig } from '../public-types.js';
import { MINUTE_MS, testDevice } from '../test-device.js';

function called(answer: CallAnswer, given?: object) {
  const { device, clock, collector } = testDevice({ onCall: () => answer });
  device.launch({ path: 'pages/pay/pay' });
  clock.advance(100);
  device.call('requestPayment', given);
  clock.advance(MINUTE_MS);
  return collector.ofKind('call');
}

test('a call carries its name, outcome, duration, page and moment', () => {
  const [event] = called({ success: {}, afterMs: 812 });
  expect(event).toMatchObject({ name: 'requestPayment', outcome: 'success', durationMs: 812, page: 'pages/pay/pay' });
  expect(event).not.toHaveProperty('errMsg');
});

test.each<[string, CallAnswer, object]>([
  ['success', { success: {} }, { outcome: 'success' }],
  [
    'a user who backs out',
    { fail: { errMsg: 'requestPayment:fail cancel' } },
    { outcome: 'cancel', errMsg: 'requestPayment:fail cancel' },
  ],
  [
    'a failure',
    { fail: { errMsg: 'requestPayment:fail no permission', errCode: -4 } },
    { outcome: 'fail', errCode: -4 },
  ],
  [
    'a failure numbered the newer way',
    { fail: { errno: 1001 } },
    { outcome: 'fail', errCode: 1001, errMsg: 'requestPayment:fail' },
  ],
])('%s', (_name, answer, expected) => {
  expect(called(answer)).toEqual([expect.objectContaining(expected)]);
});

test.each<[string, object, string]>([
  ['success', { success() {}, fail: undefined }, 'fail'],
  ['complete', { success: undefined, fail: undefined, complete() {} }, 'fail'],
])('a failure is seen by an app that gave only %s', (_name, given, outcome) => {
  expect(called({ fail: { errMsg: 'requestPayment:fail x' } }, given)).toEqual([expect.objectContaining({ outcome })]);
});

test('a call in promise style is watched, and the app gets its promise', async () => {
  const { device, clock, collector } = testDevice({ onCall: () => ({ success: { result: 'code' }, afterMs: 300 }) });
  device.launch();
  const promise = (device.wx.scanCode as (options?: object) => Promise<unknown>)({ scanType: [] });
  await clock.advanceAsync(MINUTE_MS);
  await expect(promise).resolves.toMatchObject({ result: 'code' });
  expect(collector.ofKind('call')).toEqual([
    expect.objectContaining({ name: 'scanCode', outcome: 'success', durationMs: 300 }),
  ]);
});

test('a call that is still open when its session ends is unknown in that session, whatever comes later', () => {
  const { device, clock, collector } = testDevice({
    config: { hookApis: ['login'] },
    apis: ['login'],
    onCall: () => ({ success: {}, afterMs: 60 * MINUTE_MS }),
  });
  device.launch();
  device.call('login');
  device.hide();
  clock.advance(31 * MINUTE_MS);
  device.show();
  clock.advance(60 * MINUTE_MS);
  expect(collector.ofKind('call')).toEqual([
    expect.objectContaining({ outcome: 'unknown', session: collector.sessions[0] }),
  ]);
  expect(collector.ofKind('call')[0]).not.toHaveProperty('durationMs');
});

const SCREENS = [
  'requestPayment',
  'requestVirtualPayment',
  'scanCode',
  'previewImage',
  'previewMedia',
  'chooseImage',
  'chooseMedia',
  'chooseAddress',
  'chooseLocation',
  'openLocation',
  'openDocument',
  'openSetting',
  'authorize',
  'saveImageToPhotosAlbum',
  'navigateToMiniProgram',
];

/** A device that goes to the background after a call, `leavesAfterMs` later, for a time. */
function away(name: string, answer: CallAnswer, leavesAfterMs: number, awayMs: number) {
  const { device, clock, collector } = testDevice({
    config: { hookApis: [name] },
    apis: [name],
    onCall: () => answer,
  });
  device.launch({ path: 'a' });
  clock.advance(10_000);
  device.call(name);
  clock.advance(leavesAfterMs);
  device.hide();
  clock.advance(awayMs);
  device.show();
  clock.advance(MINUTE_MS);
  return collector;
}

test.each(SCREENS)('a user who is long at the screen of %s is still in the same session and view', (name) => {
  const collector = away(name, { success: {}, afterMs: 40 * MINUTE_MS }, 100, 40 * MINUTE_MS);
  expect(collector.sessions).toHaveLength(1);
  expect(collector.ofKind('page_show')).toHaveLength(1);
  expect(collector.ofKind('call')).toEqual([
    expect.objectContaining({ name, outcome: 'success', durationMs: 40 * MINUTE_MS }),
  ]);
});

test.each(SCREENS)('a screen of %s that stays after its call has ended is no end of the session', (name) => {
  expect(away(name, { success: {}, afterMs: 50 }, 1_999, 31 * MINUTE_MS).sessions).toHaveLength(1);
});

test.each(SCREENS)('who leaves the app some time after %s has ended has left', (name) => {
  expect(away(name, { success: {}, afterMs: 50 }, 2_000, 31 * MINUTE_MS).sessions).toHaveLength(2);
});

test('a screen ends the session after four times as long as the background, and its call is unknown', () => {
  const scanned = (awayMs: number) => away('scanCode', { success: {}, afterMs: 300 * MINUTE_MS }, 100, awayMs);
  expect(scanned(120 * MINUTE_MS).sessions).toHaveLength(1);
  const collector = scanned(120 * MINUTE_MS + 1);
  expect(collector.sessions).toHaveLength(2);
  expect(collector.ofKind('call')).toEqual([
    expect.objectContaining({ outcome: 'unknown', session: collector.sessions[0] }),
  ]);
});

test.each(['login', 'getLocation', 'request'])('an open %s covers nothing: the session ends as usual', (name) => {
  expect(away(name, { success: {}, afterMs: 60 * MINUTE_MS }, 100, 31 * MINUTE_MS).sessions).toHaveLength(2);
});

test('a call that was open when the process died is reported at the next start, in its own session', () => {
  const { device, clock, collector } = testDevice({ onCall: () => ({ never: true }) });
  device.launch();
  device.call('requestPayment');
  device.hide();
  device.kill();
  clock.advance(MINUTE_MS);
  device.launch();
  clock.advance(MINUTE_MS);
  const [event] = collector.ofKind('call');
  expect(event).toMatchObject({ name: 'requestPayment', outcome: 'unknown', session: collector.sessions[0] });
  const places = collector.events.filter(({ session }) => session === event?.session).map(({ n }) => n);
  expect(places).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

test('calls that never end do not pile up: the oldest are given up as unknown', () => {
  const { device, clock, collector } = testDevice({ onCall: () => ({ never: true }) });
  device.launch();
  for (let i = 0; i < 130; i++) device.call('scanCode');
  clock.advance(MINUTE_MS);
  expect(collector.ofKind('call').map(({ outcome }) => outcome)).toEqual(Array(30).fill('unknown'));
});

test('only the listed interfaces are watched, also inside wx.cloud', () => {
  const cloud = {
    callFunction: ({ success }: { success(result: object): void }) => success({ errMsg: 'cloud.callFunction:ok' }),
  };
  const { device, clock, collector } = testDevice({
    config: { hookApis: ['login', 'cloud.callFunction', 'notThere'] },
    apis: ['login'],
    prepareWx: (wx) => Object.assign(wx, { cloud }),
  });
  device.launch();
  device.call('scanCode');
  device.call('login');
  cloud.callFunction({ success() {} });
  expect(device.monitor.diagnostics()?.hooks).toMatchObject({
    login: 'hooked',
    'cloud.callFunction': 'hooked',
    notThere: 'absent',
  });
  clock.advance(MINUTE_MS);
  expect(collector.ofKind('call').map(({ name }) => name)).toEqual(['cloud.callFunction', 'login']);
});

test.each([
  [undefined, ['previewImage', 'requestPayment', 'scanCode']],
  [['login'], ['login']],
  ['login', ['login']],
  [[], []],
  [
    ['wx.login', 'login', 'request', 'cloud.callFunction'],
    ['cloud.callFunction', 'login'],
  ],
  [['bad name', 7, null, ''], []],
])('hookApis %o watches %o', (hookApis, names) => {
  const hooked = (config: Partial<MonitorConfig>) => {
    const { device } = testDevice({
      config,
      apis: ['login'],
      prepareWx: (wx) => Object.assign(wx, { cloud: { callFunction() {} } }),
    });
    device.launch();
    const { hooks = {} } = device.monitor.diagnostics() ?? {};
    return Object.keys(hooks).filter((name) => hooks[name] === 'hooked');
  };
  const always = hooked({ hookApis: [] });
  const watched = hooked(hookApis === undefined ? {} : { hookApis: hookApis as string[] });
  expect(watched.filter((name) => !always.includes(name)).sort()).toEqual(names);
});

test('names set while the app runs replace those before, and a name set again counts its calls once', () => {
  const { device, clock, collector } = testDevice({ apis: ['login'] });
  device.launch();
  device.monitor.setHookApis(['login', 'scanCode']);
  device.monitor.setHookApis(['login', 'scanCode']);
  for (const name of ['login', 'scanCode', 'previewImage']) device.call(name);
  clock.advance(MINUTE_MS);
  expect(collector.ofKind('call').map(({ name }) => name)).toEqual(['login', 'scanCode']);
});

test('a name that is taken out and set again counts once, also where another SDK has wrapped ours meanwhile', () => {
  const { device, clock, collector } = testDevice({ config: { hookApis: ['login'] }, apis: ['login'] });
  device.launch();
  const ours = device.wx.login as (options: object) => unknown;
  device.wx.login = (options: object) => ours(options);
  device.monitor.setHookApis([]);
  device.call('login');
  device.monitor.setHookApis(['login']);
  device.call('login');
  clock.advance(MINUTE_MS);
  expect(collector.ofKind('call')).toHaveLength(1);
});

test('the storage and network the agent itself uses are not counted', () => {
  const { device, clock, collector } = testDevice({
    config: { hookApis: ['setStorage', 'getNetworkType', 'getStorageSync'] },
  });
  device.launch();
  clock.advance(MINUTE_MS);
  expect(collector.ofKind('call')).toEqual([]);
});
