import { expect, test } from 'vitest';
import type { Fn } from './objects.js';
import { type Style, watchCall } from './watch-call.js';

/** A watched function and every ending it told. */
function watched(original: Fn, style: Style = false) {
  const endings: unknown[] = [];
  const call = watchCall(original, () => (ending, result) => endings.push([ending, result]), style);
  return { call, endings };
}

test('callbacks are told first and then called with their own this and arguments', () => {
  const { call, endings } = watched((options) => options.success.call('that', 'result', 'more'));
  let heard: unknown;
  call({
    success(this: unknown, ...args: unknown[]) {
      heard = [String(this), args];
    },
  });
  expect(endings).toEqual([['success', 'result']]);
  expect(heard).toEqual(['that', ['result', 'more']]);
});

test('an exception in a callback stays the app’s own', () => {
  const { call } = watched((options) => options.success());
  const own = new Error('own');
  expect(() =>
    call({
      success() {
        throw own;
      },
    }),
  ).toThrow(own);
});

test('the caller’s options are neither changed nor nested when they are used again and again', () => {
  const depths: number[] = [];
  const { call } = watched((options) => options.success());
  const options = { success: () => depths.push(new Error().stack?.split('\n').length ?? 0), scanType: ['qrCode'] };
  const before = { ...options };
  for (let i = 0; i < 41; i++) call(options);
  expect(options).toEqual(before);
  expect(new Set(depths).size).toBe(1);
});

test('what reaches the platform has the same data, the same prototype, and no keys but callbacks', () => {
  class Options {
    scanType = ['qrCode'];
    success() {}
    get onlyFromCamera() {
      return true;
    }
  }
  let reached = {} as Options & { onlyFromCamera: boolean };
  const { call } = watched((options) => {
    reached = options;
  });
  call(Object.assign(new Options(), { fail() {} }));
  expect(reached.onlyFromCamera).toBe(true);
  expect(reached.scanType).toEqual(['qrCode']);
  expect(Object.keys(reached).filter((key) => typeof Reflect.get(reached, key) !== 'function')).toEqual(['scanType']);
});

test.each([
  ['success alone', { success() {} }],
  ['fail alone', { fail() {} }],
  ['complete alone', { complete() {} }],
])('with %s the end is seen whichever way it goes', (_name, options) => {
  const { call, endings } = watched((given) => {
    given.fail?.({ errMsg: 'x:fail' });
    given.complete({ errMsg: 'x:fail' });
  });
  call(options);
  expect(endings.at(-1)).toEqual(['complete', { errMsg: 'x:fail' }]);
});

test('without callbacks the options are left alone and the very promise comes back', async () => {
  const promise = Promise.resolve('result');
  let reached: unknown;
  const { call, endings } = watched((options) => {
    reached = options;
    return promise;
  });
  const options = { urls: [] };
  expect(call(options)).toBe(promise);
  expect(reached).toBe(options);
  await promise;
  expect(endings).toEqual([['success', 'result']]);
});

test('a rejection is told and stays with the caller', async () => {
  const { call, endings } = watched(() => Promise.reject({ errMsg: 'scanCode:fail cancel' }));
  await expect(call()).rejects.toEqual({ errMsg: 'scanCode:fail cancel' });
  expect(endings).toEqual([['fail', { errMsg: 'scanCode:fail cancel' }]]);
});

test.each([
  ['nothing', []],
  ['undefined', [undefined]],
  ['null', [null]],
  ['a text', ['text']],
  ['options without callbacks', [{ urls: [] }]],
])('%s goes straight through', (_name, args) => {
  let reached: unknown[] = [];
  const { call, endings } = watched((...given) => {
    reached = given;
    return 7;
  });
  expect(call(...args)).toBe(7);
  expect(reached).toEqual(args);
  expect(reached[0]).toBe(args[0]);
  expect(endings).toEqual([['unseen', undefined]]);
});

test('this and every argument arrive', () => {
  let reached: unknown;
  const { call } = watched(function (this: unknown, ...args) {
    reached = [this, args];
  });
  const wx = {};
  call.call(wx, 1, 2, 3);
  expect(reached).toEqual([wx, [1, 2, 3]]);
});

test('an exception of the platform is told and thrown on', () => {
  const own = new TypeError('parameter error');
  const { call, endings } = watched(() => {
    throw own;
  });
  expect(() => call({ success() {} })).toThrow(own);
  expect(endings).toEqual([['thrown', own]]);
});

test('a task is handed back, and its call is seen although nobody gave a callback', () => {
  const task = { abort() {} };
  const { call, endings } = watched((options) => {
    options.complete('done');
    return task;
  }, 'task');
  expect(call({ url: 'https://a.test' })).toBe(task);
  expect(endings).toEqual([['complete', 'done']]);
});

test('a synchronous call has succeeded when it returns, with the very arguments it was given', () => {
  let reached: unknown[] = [];
  const { call, endings } = watched((...given) => {
    reached = given;
    return 'result';
  }, 'sync');
  const options = { success() {} };
  expect(call(options, 'more')).toBe('result');
  expect(reached).toEqual([options, 'more']);
  expect(reached[0]).toBe(options);
  expect(endings).toEqual([['success', undefined]]);
});

test('a synchronous call that throws tells that and nothing else', () => {
  const own = new Error('own');
  const { call, endings } = watched(() => {
    throw own;
  }, 'sync');
  expect(() => call()).toThrow(own);
  expect(endings).toEqual([['thrown', own]]);
});

test('what is to be added goes into the copy that the platform gets, and not into the caller’s options', () => {
  let reached: unknown;
  const call = watchCall(
    (options) => {
      reached = options.header;
    },
    () => () => {},
    'task',
    (copy) => {
      copy.header = { traceparent: 'ours' };
    },
  );
  const options = { url: 'https://a.test' };
  call(options);
  expect(reached).toEqual({ traceparent: 'ours' });
  expect(options).toEqual({ url: 'https://a.test' });
});

test('what is not to be watched passes through untouched', () => {
  let reached: unknown;
  const call = watchCall(
    (options) => {
      reached = options;
    },
    () => undefined,
    false,
  );
  const options = { success() {} };
  call(options);
  expect(reached).toBe(options);
});

test('options that cannot be copied go through as they came', () => {
  const hostile = new Proxy(
    {},
    {
      get() {
        throw new Error('no');
      },
    },
  );
  const { call } = watched((options) => options === hostile);
  expect(call(hostile)).toBe(true);
});

test('a mistake of ours reaches nobody', () => {
  const broken = watchCall(
    (options) => options.success('ok'),
    () => () => {
      throw new Error('ours');
    },
    false,
  );
  expect(broken({ success: (result: string) => result })).toBe('ok');
  const brokenEarlier = watchCall(
    () => 'result',
    () => {
      throw new Error('ours');
    },
    false,
  );
  expect(brokenEarlier()).toBe('result');
});
