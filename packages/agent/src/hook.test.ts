import { afterEach, expect, test, vi } from 'vitest';
import type { Fn } from './objects.js';

const original = () => 'original';
const wrap = (inner: Fn) => () => `wrapped ${inner()}`;

/** Objects on which `scanCode` is as some device has it. */
const runtimes = (): [name: string, target: object, state: string][] => [
  ['a plain property', { scanCode: original }, 'hooked'],
  ['an inherited function', Object.create({ scanCode: original }), 'hooked'],
  ['a read-only property', Object.defineProperty({}, 'scanCode', { value: original, configurable: true }), 'hooked'],
  [
    'a getter without setter',
    Object.defineProperty({}, 'scanCode', { get: () => original, configurable: true }),
    'hooked',
  ],
  [
    'an accessor that ignores assignment',
    Object.defineProperty({}, 'scanCode', { get: () => original, set() {}, configurable: true }),
    'hooked',
  ],
  [
    'an accessor that hands out another function than it was given',
    (() => {
      let inner: () => unknown = original;
      return Object.defineProperty({}, 'scanCode', {
        get: () => () => inner(),
        set: (fn) => {
          inner = fn;
        },
        configurable: true,
      });
    })(),
    'hooked',
  ],
  ['a getter for good', Object.defineProperty({}, 'scanCode', { get: () => original }), 'refused'],
  ['a frozen object', Object.freeze({ scanCode: original }), 'refused'],
  [
    'a getter that throws',
    Object.defineProperty({}, 'scanCode', {
      get() {
        throw new Error('not here');
      },
    }),
    'absent',
  ],
  ['nothing', {}, 'absent'],
  ['no function', { scanCode: 'text' }, 'absent'],
];

afterEach(() => {
  vi.unstubAllGlobals();
});

/** The module as a Mini Program with this `wx` loads it; without one, as it is outside. */
async function loadedWith(wx?: object) {
  vi.stubGlobal('wx', wx);
  vi.resetModules();
  return import('./hook.js');
}

test.each(runtimes())('%s is dealt with', async (_name, target, state) => {
  const { hook, hookStates } = await loadedWith();
  hook('scanCode', target, wrap);
  expect(hookStates()).toEqual({ scanCode: state });
});

test.each(runtimes().filter(([, , state]) => state === 'hooked'))(
  'a hook over %s is a plain property that others can replace',
  async (_name, target) => {
    const { hook, isHooked } = await loadedWith();
    hook('scanCode', target, wrap);
    const found = (target as { scanCode: () => string }).scanCode;
    expect(isHooked(found)).toBe(true);
    expect((target as { scanCode: unknown }).scanCode).toBe(found);
    expect(Object.getOwnPropertyDescriptor(target, 'scanCode')).toMatchObject({
      writable: true,
      configurable: true,
      enumerable: true,
    });
    expect(found()).toBe('wrapped original');
  },
);

test('a name with dots is found inside', async () => {
  const { hook, hookStates } = await loadedWith();
  const target = { cloud: { callFunction: original } };
  hook('cloud.callFunction', target, wrap);
  expect(target.cloud.callFunction()).toBe('wrapped original');
  expect(hookStates()).toEqual({ 'cloud.callFunction': 'hooked' });
});

test.each([undefined, null, 7, {}, { cloud: 7 }])('%o has nothing inside to hook', async (root) => {
  const { hook, hookStates } = await loadedWith();
  hook('cloud.callFunction', root as object, wrap);
  expect(hookStates()).toEqual({ 'cloud.callFunction': 'absent' });
});

test('what is hooked once is not hooked twice', async () => {
  const { hook } = await loadedWith();
  const target = { scanCode: original };
  hook('scanCode', target, wrap);
  hook('scanCode', target, wrap);
  expect(target.scanCode()).toBe('wrapped original');
});

test('what was hooked can be put back, and is forgotten', async () => {
  const { hook, hookStates, unhook } = await loadedWith();
  const target = { scanCode: original };
  hook('scanCode', target, wrap);
  unhook('scanCode');
  expect(target.scanCode).toBe(original);
  expect(hookStates()).toEqual({});
  hook('scanCode', target, wrap);
  expect(target.scanCode()).toBe('wrapped original');
});

test('where somebody else stands by now, the hook says so, leaves them there, and is not put in a second time', async () => {
  const { hook, hookStates, unhook } = await loadedWith();
  const target = { scanCode: original };
  hook('scanCode', target, wrap);
  const ours = target.scanCode;
  const theirs = () => `their ${ours()}`;
  target.scanCode = theirs;
  expect(hookStates()).toEqual({ scanCode: 'overwritten' });
  unhook('scanCode');
  hook('scanCode', target, wrap);
  expect(target.scanCode).toBe(theirs);
  expect(target.scanCode()).toBe('their wrapped original');
});

test('another copy of the agent sees that a function is hooked', async () => {
  const target = { scanCode: original };
  (await loadedWith()).hook('scanCode', target, wrap);
  const { isHooked } = await loadedWith();
  expect(isHooked(target.scanCode)).toBe(true);
  expect(isHooked(original)).toBe(false);
});

test('a question goes to the platform’s own function, past the hook, with its this and arguments', async () => {
  const asked: unknown[] = [];
  const wx = {
    request(...args: unknown[]) {
      asked.push(this === wx, args);
      return 'task';
    },
  };
  const { ask, hook } = await loadedWith(wx);
  hook('request', wx, () => () => 'hooked');
  expect(wx.request()).toBe('hooked');
  expect(ask('request', 1, 2)).toBe('task');
  expect(asked).toEqual([true, [1, 2]]);
});

test('a question to a platform that throws, or has no such function, or is none, is answered false', async () => {
  const { ask } = await loadedWith({
    getStorageSync() {
      throw new Error('busy');
    },
  });
  expect([ask('getStorageSync', 'key'), ask('getDeviceInfo')]).toEqual([false, false]);
  const { ask: askNobody } = await loadedWith();
  expect(askNobody('getStorageSync')).toBe(false);
});

test('a source is listened to where there is one, and a mistake in listening stays inside', async () => {
  const heard: unknown[] = [];
  let tell = (_what: string) => {};
  const { hookStates, listen } = await loadedWith({
    onAppShow(listener: typeof tell) {
      tell = listener;
    },
  });
  const task = (what: unknown) => {
    heard.push(what);
    throw new Error('ours');
  };
  expect([listen('onAppShow', task), listen('onAppHide', task)]).toEqual([true, false]);
  expect(() => tell('shown')).not.toThrow();
  expect(heard).toEqual(['shown']);
  expect(hookStates()).toEqual({ onAppShow: 'hooked', onAppHide: 'absent' });
});

test('a source that turns out to be missing is noted anew', async () => {
  const { hookStates, noteSource } = await loadedWith();
  noteSource('memory', true);
  expect(hookStates()).toEqual({ memory: 'hooked' });
  noteSource('memory', false);
  expect(hookStates()).toEqual({ memory: 'absent' });
});
