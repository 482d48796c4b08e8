import type { Fn } from './hook.js';

/** Told before the app's own handler runs: the instance in `this` and the handler's first argument. */
type Observer = (instance: object, argument: unknown) => void;

/**
 * A copy of an App, Page or Component definition in which the named lifecycle handlers also tell their observer. Missing
 * handlers are added. The app's own handlers run outside our try, with their `this`, arguments, result and exceptions.
 * Anything that is no object is handed back as it came.
 */
export function observeHandlers(definition: unknown, observers: Record<string, Observer>): unknown {
  if (typeof definition !== 'object' || definition === null) return definition;
  const copy: Record<string, unknown> = Object.assign(Object.create(Object.getPrototypeOf(definition)), definition);
  for (const name of Object.keys(observers)) {
    const own = copy[name];
    if (own !== undefined && typeof own !== 'function') continue;
    copy[name] = observed(own as Fn | undefined, observers[name] as Observer);
  }
  return copy;
}

const observed = (own: Fn | undefined, observer: Observer): Fn =>
  function (this: object, ...args: unknown[]) {
    try {
      observer(this, args[0]);
    } catch {
      // Our mistake must not reach the page.
    }
    return own?.apply(this, args);
  };
