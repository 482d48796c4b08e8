import { around } from './around.js';
import { copyOf, type Facts, type Fn, isFunction, isObject, withFirst } from './objects.js';

/** How a call showed its end: one of its callbacks or its promise, an exception, or nothing that could be watched. */
export type Ending = 'success' | 'fail' | 'complete' | 'thrown' | 'unseen';
/** Told every sign of the end, so possibly several times: it takes the first. */
export type Finish = (ending: Ending, result?: unknown) => void;

/** How an API tells its end: `task`, by callbacks alone, because it returns a task and never a promise; `sync`, by its return. */
export type Style = 'task' | 'sync' | false;

/**
 * Wraps a `wx` function. `begin` is told the first argument at the moment of the call; when it answers nothing or
 * throws, the call passes through untouched.
 *
 * With callbacks, the caller's options are copied and the copy carries watched callbacks. Without any the options are
 * left alone, because then the platform returns a promise, and a callback would destroy it. `this`, arguments, return
 * value and exceptions stay as they were.
 *
 * @param amend may change the copy before the platform gets it.
 */
export const watchCall = (
  original: Fn,
  begin: (argument: unknown) => Finish | undefined,
  style: Style,
  amend?: (copy: Facts) => void,
): Fn =>
  function (this: unknown, argument: unknown) {
    let args = arguments as unknown as unknown[];
    let finish: Finish | undefined;
    let isWatched = style === 'sync';
    try {
      finish = begin(argument);
      if (finish && !isWatched && isObject(argument)) {
        const copy = withWatchedCallbacks(argument, finish, style);
        if (copy) {
          if (amend) amend(copy);
          args = withFirst(copy, args);
          isWatched = true;
        }
      }
    } catch {
      // Options that cannot be copied go through as they came.
    }
    if (!finish) return original.apply(this, args);
    let result: unknown;
    try {
      result = original.apply(this, args);
    } catch (error) {
      tell(finish, 'thrown', error);
      throw error;
    }
    if (style === 'sync') tell(finish, 'success');
    else if (!isWatched) watchPromise(result, finish);
    return result;
  };

function withWatchedCallbacks(options: Facts, finish: Finish, style: Style): Facts | undefined {
  const { success, fail, complete } = options;
  const succeeds = isFunction(success);
  const fails = isFunction(fail);
  const completes = isFunction(complete);
  if (!style && !succeeds && !fails && !completes) return undefined;

  const copy = copyOf(options);
  if (succeeds) copy.success = around(success, (result) => finish('success', result));
  if (fails) copy.fail = around(fail, (result) => finish('fail', result));
  // The two together tell every end; one alone needs a third.
  if (!succeeds || !fails)
    copy.complete = around(completes ? complete : undefined, (result) => finish('complete', result));
  return copy;
}

/** Our own mistakes must not surface in the app's calls and promises. */
function tell(finish: Finish, ending: Ending, result?: unknown): void {
  try {
    finish(ending, result);
  } catch {
    // The app could do nothing about it.
  }
}

/** The caller keeps the original promise; ours is a branch beside it. */
function watchPromise(result: unknown, finish: Finish): void {
  try {
    if (result && isFunction((result as Facts).then))
      (result as Promise<unknown>).then(
        (value) => tell(finish, 'success', value),
        (reason) => tell(finish, 'fail', reason),
      );
    else finish('unseen');
  } catch {
    // A promise that cannot be asked is not ours to mend.
  }
}
