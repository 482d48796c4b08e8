import type { HttpAnswer } from '@minilens/simulator/device';
import type { VirtualClock } from '@minilens/simulator/virtual-clock';

import { type Callback, isFunction, type Log } from './log.js';

export type Wx = Record<string, unknown>;
// biome-ignore lint/suspicious/noExplicitAny: wx functions take whatever they are given.
export type AnyFunction = (this: any, ...args: any[]) => any;

/** How the platform ends one call. */
export interface Answer {
  /** Thrown before anything else happens. */
  throws?: { error: unknown };
  /** Callbacks in order; 0 ms: before the call returns. One that the app did not give is left out. */
  tells?: { callback: Callback; afterMs: number; args: unknown[] }[];
  /** What the call hands back where it was given a callback, or always when `promise` is not there. */
  returns?: unknown;
  /** What it hands back where it was given none. */
  promise?: unknown;
  /** What callbacks are called on: nothing, an object of the platform's, or the options that arrived. */
  callsOn?: 'nothing' | 'something' | 'options';
}

/** One call that is looked at: what happens to it is written down. */
export interface Probe {
  answer: Answer;
  log: Log;
  /** The object whose function it is. */
  holder: object;
  given: unknown;
}

const CALLBACKS: readonly Callback[] = ['success', 'fail', 'complete'];
const PLATFORM_THIS = { platform: 'this' };

/**
 * A `wx` with these functions. It writes down exactly what arrives, and as WeChat does makes a promise only where no
 * callback was given. The agent's own calls, which nobody probes, get ordinary answers.
 */
export function createPlatform(names: Iterable<string>, clock: VirtualClock, onRequest: (body: string) => HttpAnswer) {
  const storage = new Map<string, unknown>();
  const listeners: Record<string, AnyFunction[]> = {};
  let probe: Probe | undefined;

  const ordinary: Record<string, AnyFunction> = {
    getStorageSync: (key: string) => storage.get(key) ?? '',
    setStorageSync: (key: string, data: unknown) => void storage.set(key, data),
    setStorage({ key, data, success }: { key: string; data: unknown; success?: AnyFunction }) {
      storage.set(key, data);
      clock.setTimeout(() => success?.({ errMsg: 'setStorage:ok' }), 1);
    },
    request({ data, success, fail }: { data: string; success: AnyFunction; fail: AnyFunction }) {
      const answer = onRequest(data);
      clock.setTimeout(() => (answer ? success({ header: {}, ...answer }) : fail({ errMsg: 'request:fail' })), 1);
    },
    getSystemInfoSync: () => ({ platform: 'android', SDKVersion: '2.0.0' }),
  };

  const wx: Wx = {};
  for (const name of names) {
    wx[name] = function (this: unknown, ...args: unknown[]) {
      if (probe) {
        const probed = probe;
        probe = undefined;
        return arrive(probed, this, args);
      }
      if (/^on[A-Z]/.test(name)) listeners[name] = [...(listeners[name] ?? []), args[0] as AnyFunction];
      return ordinary[name]?.(...args);
    };
  }

  function arrive({ answer, log, holder, given }: Probe, receiver: unknown, args: unknown[]): unknown {
    const [options] = args;
    log.push(['arrived on', receiver === holder ? 'its own object' : receiver]);
    log.push(['arguments', args.length, ...args.slice(1)], ...describe(options, given));
    if (answer.throws) throw answer.throws.error;
    const own = (callback: Callback) => (options as Record<Callback, unknown> | undefined | null)?.[callback];
    const isObject = typeof options === 'object' && options !== null;
    const hasCallbacks = isObject && CALLBACKS.some((callback) => isFunction(own(callback)));
    const callsOn = { nothing: undefined, something: PLATFORM_THIS, options }[answer.callsOn ?? 'nothing'];
    for (const { callback, afterMs, args } of (isObject && answer.tells) || []) {
      const fn = own(callback);
      if (!isFunction(fn)) continue;
      const isSeen = isFunction((given as Record<Callback, unknown>)[callback]);
      const tell = () => {
        const result = fn.apply(callsOn, args);
        if (isSeen) log.push([`${callback} answered`, result]);
      };
      if (afterMs === 0) tell();
      else
        clock.setTimeout(() => {
          try {
            tell();
          } catch (error) {
            log.push(['uncaught', error]);
          }
        }, afterMs);
    }
    return hasCallbacks || !('promise' in answer) ? answer.returns : answer.promise;
  }

  return {
    wx,
    storage,
    /** What the platform tells of its own accord: `tell('onAppShow', options)`. */
    tell(source: string, ...args: unknown[]) {
      for (const listener of listeners[source] ?? []) listener(...args);
    },
    /** The next call is looked at. */
    expectCall(next: Probe) {
      probe = next;
    },
  };
}

export type Platform = ReturnType<typeof createPlatform>;

/** What arrived in place of the options: all but callbacks the agent may add, and which function a callback is. */
function describe(options: unknown, given: unknown): Log {
  if (typeof options !== 'object' || options === null) return [['option', options]];
  const entries: Log = [['prototype kept', Object.getPrototypeOf(options) === Object.getPrototypeOf(given)]];
  for (const key of Reflect.ownKeys(options)) {
    const value = Reflect.get(options, key);
    const own = Reflect.get(given as object, key);
    const isCallback = CALLBACKS.includes(key as Callback);
    // Where the app gave no function, it is the agent's own affair whether there is one.
    if (isCallback && !isFunction(own) && (isFunction(value) || Object.is(own, value))) continue;
    const isInherited = isCallback && !Object.hasOwn(given as object, key);
    if (!isInherited) entries.push(['property', key, isCallback && isFunction(value) ? 'a callback' : value]);
  }
  return entries;
}
