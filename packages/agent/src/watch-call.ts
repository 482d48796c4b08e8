import type { Fn } from './hook.js';

/** How a call showed its end: one of its callbacks or its promise, an exception, or nothing that could be watched. */
export type Ending = 'success' | 'fail' | 'complete' | 'thrown' | 'unseen';
/** Told every sign of the end, so possibly several times: it takes the first. */
export type Finish = (ending: Ending, result?: unknown) => void;

type Options = Record<string, unknown>;
const isFunction = (value: unknown): value is Fn => typeof value === 'function';

/**
 * Wraps an asynchronous `wx` function. `begin` is told the first argument at the moment of the call.
 *
 * With callbacks, the caller's options are copied and the copy carries watched callbacks. Without any the options are
 * left alone, because then the platform returns a promise, and a callback would destroy it; `returnsTask` says that
 * this API never returns one, so a callback may be added. `this`, arguments, return value and exceptions stay as they
 * were; the caller's callbacks run outside every try of ours.
 */
export function watchCall(original: Fn, begin: (argument: unknown) => Finish, returnsTask = false): Fn {
  return function (this: unknown, ...args: unknown[]) {
    let finish: Finish | undefined;
    let hasCallback = false;
    try {
      finish = begin(args[0]);
      const copy = withWatchedCallbacks(args[0], finish, returnsTask);
      if (copy) {
        args[0] = copy;
        hasCallback = true;
      }
    } catch {
      // Options that cannot be copied go through as they came.
    }
    let result: unknown;
    try {
      result = original.apply(this, args);
    } catch (error) {
      tell(finish, 'thrown', error);
      throw error;
    }
    if (!watchPromise(result, finish) && !hasCallback) tell(finish, 'unseen', result);
    return result;
  };
}

/** Our own mistakes must not surface in the app's calls and callbacks. */
function tell(finish: Finish | undefined, ending: Ending, result: unknown): void {
  try {
    finish?.(ending, result);
  } catch {
    // Nobody in the host app can do anything about it.
  }
}

function withWatchedCallbacks(argument: unknown, finish: Finish, returnsTask: boolean): Options | undefined {
  if (typeof argument !== 'object' || argument === null) return undefined;
  const options = argument as Options;
  const { success, fail, complete } = options;
  if (!returnsTask && !isFunction(success) && !isFunction(fail) && !isFunction(complete)) return undefined;

  const copy = copyOf(options);
  if (isFunction(success)) copy.success = watched(success, 'success', finish);
  if (isFunction(fail)) copy.fail = watched(fail, 'fail', finish);
  if (isFunction(complete)) copy.complete = watched(complete, 'complete', finish);
  else if (!isFunction(success) || !isFunction(fail))
    copy.complete = (result: unknown) => tell(finish, 'complete', result);
  return copy;
}

/** With its prototype, where its getters may stand. Engines copy plain objects many times faster than others. */
function copyOf(options: Options): Options {
  const prototype = Object.getPrototypeOf(options);
  return Object.assign(prototype === Object.prototype ? {} : Object.create(prototype), options);
}

const watched = (callback: Fn, ending: Ending, finish: Finish): Fn =>
  function (this: unknown, ...args: unknown[]) {
    tell(finish, ending, args[0]);
    return callback.apply(this, args);
  };

/** False when the result is no promise. The caller keeps the original one; ours is a branch beside it. */
function watchPromise(result: unknown, finish: Finish | undefined): boolean {
  try {
    const promise = result as { then?: unknown } | null | undefined;
    if (!promise || !isFunction(promise.then)) return false;
    promise.then(
      (value: unknown) => tell(finish, 'success', value),
      (reason: unknown) => tell(finish, 'fail', reason),
    );
    return true;
  } catch {
    return false;
  }
}
