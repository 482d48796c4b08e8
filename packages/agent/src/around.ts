import { type Fn, isObject, withFirst } from './objects.js';

/** What runs now of what we wrapped, the innermost; outlives none of it. */
let running: { is?: unknown } | undefined;

/** Path of the component or page whose handler is running at this moment. */
export function runningIn(): unknown {
  return running && running.is;
}

/**
 * The same function, with `before` told of every call first, in the same `this` and with the same arguments. When it
 * answers an object, that takes the place of the first argument. What it throws ends here; the function itself runs
 * outside our try, with its `this`, arguments, result and exceptions.
 */
export const around = (fn: Fn | undefined, before: Fn): Fn =>
  function (this: typeof running) {
    let args = arguments as unknown as unknown[];
    const outer = running;
    try {
      const changed: unknown = before.apply(this, args);
      if (isObject(changed)) args = withFirst(changed, args);
    } catch {
      // The app could do nothing about our mistake.
    }
    if (!fn) return;
    running = this;
    try {
      return fn.apply(this, args);
    } finally {
      running = outer;
    }
  };

/** The task for a caller that is not ours, a timer or the platform: its mistakes end here. */
export function quietly(task: Fn): Fn {
  return around(undefined, task);
}
