import type { Callback } from './log.js';
import type { Call, CallbackMaker } from './observed-call.js';
import { resultOf } from './official-apis.js';
import type { Answer } from './strict-platform.js';

type End = 'success' | 'fail' | 'cancel';

/** How an app calls an interface, and how that goes: for every interface alike. */
export interface CallStyle {
  title: string;
  call(name: string): Call;
  /** How the call ended for whoever watches it. `unseen`: nobody was told. */
  end: End | 'thrown' | 'promised success' | 'promised fail';
  /** The app gets nothing back, because its own callback threw before that. */
  returnsNothing?: boolean;
}

const SYMBOL = Symbol('own');
const NESTED = { nested: true };
const THROWN = new TypeError('parameter error');
const OWN = new Error('thrown by the app’s own callback');
const EXTRA = { extra: true };
const TASK = { abort() {} };
const socket = (told: 'onOpen' | 'onError') => ({
  onOpen() {},
  onError() {},
  onClose() {},
  [told]: (listener: (result: object) => void) => listener({ errMsg: 'told by the task' }),
});
/** Whether there is a connection only the task tells. */
const SOCKETS = { success: socket('onOpen'), fail: socket('onError'), cancel: socket('onError') };
const PROMISE_LOOKALIKE = { errMsg: 'not a promise' };

const RESULTS = new Map<string, object>();
/** The very same object for every run, because identities are compared. */
function resultFor(name: string, end: End): object {
  const errMsg = `${name}:${{ success: 'ok', fail: 'fail no permission', cancel: 'fail cancel' }[end]}`;
  const known = RESULTS.get(errMsg) ?? { errMsg, ...(end === 'success' && { statusCode: 200, data: NESTED }) };
  RESULTS.set(errMsg, known);
  return known;
}

function returned(name: string, end: End): Pick<Answer, 'returns'> {
  if (name === 'connectSocket') return { returns: SOCKETS[end] };
  return resultOf(name) === 'task' ? { returns: TASK } : {};
}

/** Success or fail, then complete, as WeChat tells them. */
function told3(name: string, end: End, afterMs: number, times = 1): Answer {
  const args = [resultFor(name, end), EXTRA];
  const first: Callback = end === 'success' ? 'success' : 'fail';
  const tells = Array.from({ length: times }, () => [
    { callback: first, afterMs, args },
    { callback: 'complete' as const, afterMs, args },
  ]);
  return { ...returned(name, end), tells: tells.flat() };
}

const optionsFor = (name: string) => ({
  url: `https://api.test/${name}`,
  nested: NESTED,
  count: 0,
  nothing: undefined,
});

const all = (callback: CallbackMaker) => ({
  success: callback('success'),
  fail: callback('fail'),
  complete: callback('complete'),
});

const ENDS: End[] = ['success', 'fail', 'cancel'];
const SUBSETS: Callback[][] = [
  ['success', 'fail', 'complete'],
  ['success', 'fail'],
  ['success', 'complete'],
  ['fail', 'complete'],
  ['success'],
  ['fail'],
  ['complete'],
];

const withCallbacks = SUBSETS.flatMap((subset) =>
  ENDS.flatMap((end) =>
    [0, 5].map(
      (afterMs): CallStyle => ({
        title: `${subset.join(', ')}: ${end} ${afterMs ? 'later' : 'before it returns'}`,
        end,
        call: (name) => ({
          name,
          args: (callback) => [
            {
              ...optionsFor(name),
              ...Object.fromEntries(subset.map((own) => [own, callback(own, { answers: EXTRA })])),
            },
          ],
          answer: told3(name, end, afterMs),
        }),
      }),
    ),
  ),
);

/** Whatever is given: no callbacks, so that an API that makes promises makes one. */
function promised(title: string, args: (name: string) => unknown[]): CallStyle[] {
  return (['success', 'fail'] as const).map((end) => ({
    title: `${title}, its promise ends with ${end}`,
    end: `promised ${end}`,
    call: (name) => {
      const result = resultFor(name, end);
      const promise = end === 'success' ? Promise.resolve(result) : Promise.reject(result);
      promise.catch(() => {});
      return {
        name,
        args: () => args(name),
        answer: { ...told3(name, end, 5), ...(resultOf(name) === 'promise' && { promise }) },
      };
    },
  }));
}

/** The usual callbacks, in options of an unusual kind. */
function unusual(title: string, args: (callback: CallbackMaker, name: string) => unknown[]): CallStyle {
  return {
    title,
    end: 'success',
    call: (name) => ({ name, args: (callback) => args(callback, name), answer: told3(name, 'success', 5) }),
  };
}

class Options {
  url: string;
  success: unknown;
  constructor(
    callback: CallbackMaker,
    readonly name: string,
  ) {
    this.url = `https://api.test/${name}`;
    this.success = callback('success');
  }
  get inherited() {
    return NESTED;
  }
}

function withThrowing(thrower: Callback, afterMs: number): CallStyle {
  const end = thrower === 'fail' ? 'fail' : 'success';
  return {
    title: `${thrower} throws ${afterMs ? 'later' : 'before the call returns'}`,
    end,
    returnsNothing: afterMs === 0,
    call: (name) => ({
      name,
      args: (callback) => [
        { ...optionsFor(name), ...all(callback), [thrower]: callback(thrower, { throws: { error: OWN } }) },
      ],
      answer: told3(name, end, afterMs),
    }),
  };
}

const thrown = (title: string, args: Call['args']): CallStyle => ({
  title: `the platform throws at ${title}`,
  end: 'thrown',
  call: (name) => ({ name, args, answer: { throws: { error: THROWN } } }),
});

export const CALL_STYLES: CallStyle[] = [
  ...withCallbacks,
  ...promised('no argument', () => []),
  ...promised('undefined', () => [undefined]),
  ...promised('null', () => [null]),
  ...promised('a text', () => ['text']),
  ...promised('a number', () => [7]),
  ...promised('empty options', () => [{}]),
  ...promised('options without callbacks', (name) => [optionsFor(name), EXTRA]),
  ...promised('frozen options without callbacks', (name) => [Object.freeze(optionsFor(name))]),
  ...promised('callbacks that are no functions', (name) => [{ ...optionsFor(name), success: undefined, fail: null }]),
  unusual('further arguments', (callback, name) => [{ ...optionsFor(name), ...all(callback) }, EXTRA, 7, undefined]),
  unusual('frozen options', (callback, name) => [Object.freeze({ ...optionsFor(name), ...all(callback) })]),
  unusual('frozen options with one callback', (callback) => [Object.freeze({ success: callback('success') })]),
  unusual('options with a getter', (callback, name) => {
    const success = callback('success');
    return [
      {
        ...optionsFor(name),
        get late() {
          return NESTED;
        },
        get success() {
          return success;
        },
      },
    ];
  }),
  unusual('options of a class', (callback, name) => [new Options(callback, name)]),
  unusual('callbacks that are inherited', (callback, name) => [
    Object.assign(Object.create(all(callback)), optionsFor(name)),
  ]),
  unusual('options without prototype', (callback, name) => [
    Object.assign(Object.create(null), optionsFor(name), all(callback)),
  ]),
  unusual('options with a symbol key', (callback, name) => [
    { ...optionsFor(name), [SYMBOL]: NESTED, complete: callback('complete') },
  ]),
  ...(['something', 'options'] as const).map(
    (callsOn): CallStyle => ({
      title: `callbacks called on ${callsOn}`,
      end: 'success',
      call: (name) => ({
        name,
        args: (callback) => [{ ...optionsFor(name), ...all(callback) }],
        answer: { ...told3(name, 'success', 5), callsOn },
      }),
    }),
  ),
  {
    title: 'callbacks called twice',
    end: 'success',
    call: (name) => ({
      name,
      args: (callback) => [{ ...optionsFor(name), ...all(callback) }],
      answer: told3(name, 'success', 5, 2),
    }),
  },
  {
    title: 'a value returned although there are callbacks',
    end: 'success',
    call: (name) => ({
      name,
      args: (callback) => [{ ...optionsFor(name), ...all(callback) }],
      answer: { returns: PROMISE_LOOKALIKE, ...told3(name, 'success', 5) },
    }),
  },
  ...(['success', 'fail', 'complete'] as const).flatMap((thrower) => [0, 5].map((ms) => withThrowing(thrower, ms))),
  thrown('options with callbacks', (callback) => [all(callback)]),
  thrown('options without callbacks', () => [{}]),
  thrown('no argument', () => []),
  thrown('a text', () => ['text']),
];
