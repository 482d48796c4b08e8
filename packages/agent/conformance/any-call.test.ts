import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createScope } from './app-scope.js';
import { type Callback, difference } from './log.js';
import { type Call, observeCall } from './observed-call.js';

const RUNS = { numRuns: 400 };
const TASKS = ['request', 'uploadFile'];
const NAMES = [...TASKS, 'scanCode', 'getStorageSync', 'requestPayment'];

const callbackName = fc.constantFrom<Callback>('success', 'fail', 'complete');
/** Values as the platform and apps hand them over, the odd ones included. */
const anything = fc.oneof(
  fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true, withMap: true, withTypedArray: true }),
  fc.record({ errMsg: fc.constantFrom('x:ok', 'x:fail', 'x:fail cancel', 'x:fail abort', '', 7, null) }),
  fc.record({ errMsg: fc.string(), errCode: fc.anything(), errno: fc.anything(), statusCode: fc.anything() }),
  fc.string().map((message) => new Error(message)),
  fc.constantFrom(Symbol('own'), () => 7, class {}),
);

const anyAnswer = fc.record({
  throws: fc.option(fc.record({ error: anything }), { nil: undefined, freq: 6 }),
  tells: fc.array(
    fc.record({
      callback: callbackName,
      // At once, later, and more than once: whatever this platform fancies.
      afterMs: fc.constantFrom(0, 0, 1, 5_000),
      args: fc.array(anything, { maxLength: 3 }),
    }),
    { maxLength: 5 },
  ),
  returns: anything,
  promise: fc.oneof(
    anything.map((value) => Promise.resolve(value)),
    anything.map((reason) => {
      const promise = Promise.reject(reason);
      promise.catch(() => {});
      return promise;
    }),
    fc.constant(new Promise(() => {})),
    anything,
  ),
  callsOn: fc.constantFrom('nothing' as const, 'something' as const, 'options' as const),
});

/** What the app puts in a callback's place. */
const anyCallback = fc.oneof(
  { weight: 4, arbitrary: fc.record({ does: fc.constant('answers' as const), value: anything }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('throws' as const), value: anything }) },
  {
    weight: 1,
    arbitrary: fc.record({
      does: fc.constant('is' as const),
      value: fc.constantFrom(undefined, null, 'no function', 0, {}),
    }),
  },
);

const anyOptions = fc.record({
  properties: fc.dictionary(
    fc.string().filter((key) => !['success', 'fail', 'complete', '__proto__'].includes(key)),
    anything,
    { maxKeys: 4 },
  ),
  callbacks: fc.record({ success: anyCallback, fail: anyCallback, complete: anyCallback }, { requiredKeys: [] }),
  kind: fc.constantFrom('plain', 'frozen', 'without prototype', 'inherited callbacks', 'getters', 'with a symbol'),
});

const noOptions = fc.constantFrom<unknown>(
  undefined,
  null,
  '',
  'text',
  0,
  7,
  Number.NaN,
  true,
  7n,
  Symbol('own'),
  () => 7,
);
const anyArguments = fc.oneof(
  { weight: 6, arbitrary: anyOptions.map((options) => ({ options })) },
  { weight: 1, arbitrary: noOptions.map((first) => ({ first })) },
  { weight: 1, arbitrary: fc.constant({ none: true }) },
);

const anyCall = fc
  .record({
    name: fc.constantFrom(...NAMES),
    first: anyArguments,
    rest: fc.array(anything, { maxLength: 2 }),
    answer: anyAnswer,
  })
  .map(({ name, first, rest, answer }): Call => {
    const { throws, promise, ...others } = answer;
    return {
      name,
      args: (callback) => {
        if ('none' in first) return [];
        if ('first' in first) return [first.first, ...rest];
        const { properties, callbacks, kind } = first.options;
        const own: Record<string, unknown> = {};
        for (const [key, given] of Object.entries(callbacks))
          own[key] =
            given.does === 'is'
              ? given.value
              : callback(
                  key as Callback,
                  given.does === 'throws' ? { throws: { error: given.value } } : { answers: given.value },
                );
        return [asOptions(kind, properties, own), ...rest];
      },
      // A request is a task, never a promise.
      answer: { ...others, ...(!TASKS.includes(name) && { promise }), ...(throws && { throws }) },
    };
  });

const SYMBOL = Symbol('key of the app');

function asOptions(kind: string, properties: object, callbacks: object): object {
  const options = { ...properties, ...callbacks };
  if (kind === 'frozen') return Object.freeze(options);
  if (kind === 'without prototype') return Object.assign(Object.create(null), options);
  if (kind === 'inherited callbacks') return Object.assign(Object.create(callbacks), properties);
  if (kind === 'with a symbol') return Object.assign(options, { [SYMBOL]: properties });
  if (kind === 'getters')
    return Object.defineProperties(
      {},
      Object.fromEntries(Object.entries(options).map(([key, value]) => [key, { get: () => value, enumerable: true }])),
    );
  return options;
}

function watchingScope() {
  const scope = createScope({ apis: NAMES, config: { hookApis: NAMES } });
  scope.startAgent();
  scope.launch();
  return scope;
}

test('whatever is called in whatever way is the same with the agent as without, and is at most one event', async () => {
  await fc.assert(
    fc.asyncProperty(anyCall, async (call) => {
      const bare = createScope({ apis: NAMES });
      const watched = watchingScope();
      const wanted = await observeCall(bare.platform, bare.wx, call, () => bare.clock.advance(10_000));
      const got = await observeCall(watched.platform, watched.wx, call, () => watched.clock.advance(10_000));
      expect(difference(wanted, got)).toBeUndefined();
      const events = watched.sent().filter(({ kind }) => kind === 'call' || kind === 'request');
      expect(events.length).toBeLessThanOrEqual(1);
    }),
    RUNS,
  );
});

test('many calls at a time are told apart: each is at most one event', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyCall, { minLength: 2, maxLength: 12 }), async (calls) => {
      const bare = createScope({ apis: NAMES });
      const watched = watchingScope();
      const observeAll = async ({ platform, wx, clock }: typeof bare) => {
        const logs = await Promise.all(calls.map((call) => observeCall(platform, wx, call, () => {})));
        clock.advance(10_000);
        return logs;
      };
      const wanted = await observeAll(bare);
      const got = await observeAll(watched);
      expect(wanted.map((log, i) => difference(log, got[i] ?? []))).toEqual(calls.map(() => undefined));
      const events = watched.sent().filter(({ kind }) => kind === 'call' || kind === 'request');
      expect(events.length).toBeLessThanOrEqual(calls.length);
    }),
    { numRuns: 100 },
  );
});

test('a watched function that the app kept is the same as without the agent once the agent is destroyed', async () => {
  const bare = createScope({ apis: NAMES });
  const watched = createScope({ apis: NAMES, config: { hookApis: NAMES } });
  const own = { ...watched.wx };
  const monitor = watched.startAgent();
  watched.launch();
  const kept = { ...watched.wx };
  monitor.destroy();
  expect(NAMES.map((name) => kept[name] === own[name])).toEqual(NAMES.map(() => false));
  await fc.assert(
    fc.asyncProperty(anyCall, async (call) => {
      const wanted = await observeCall(bare.platform, bare.wx, call, () => bare.clock.advance(10_000));
      const got = await observeCall(watched.platform, kept, call, () => watched.clock.advance(10_000));
      expect(difference(wanted, got)).toBeUndefined();
    }),
    { numRuns: 200 },
  );
  expect(watched.sent()).toEqual([]);
});
