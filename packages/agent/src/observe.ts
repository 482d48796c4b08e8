import { around } from './around.js';
import { assign, copyOf, type Fn, isFunction, keys } from './objects.js';

/** Told before the app's own handler of this name, in its `this` and with its arguments. */
export type Observers = Record<string, Fn>;

/**
 * These change what the app does by merely being there, a share menu or a page of its own instead of WeChat's: they are
 * observed where the app has them, and never added.
 */
const NEVER_ADDED = /^on(Share|PageNot|Lazy)/;

/**
 * A copy of an App, Page or Component definition in which the named handlers also tell their observer. Missing ones are
 * added.
 *
 * @param onTap told the name of any other handler when a tap calls it.
 * @param isShared nothing may be added: it would take the place of what a behavior brings.
 */
export function observe<T extends object>(
  definition: T,
  observers: Observers,
  onTap?: (handler: string) => void,
  isShared?: unknown,
): T {
  const copy = copyOf(definition) as Record<string, unknown>;
  keys(observers).forEach((name) => {
    const own = copy[name];
    if (own ? isFunction(own) : !isShared && !NEVER_ADDED.test(name))
      copy[name] = assign(around(own as Fn, observers[name] as Fn), own);
  });
  keys(onTap ? copy : {}).forEach((name) => {
    const own = copy[name];
    if (!observers[name] && isPlain(own))
      copy[name] = around(own, (event) => {
        if (event.type === 'tap') (onTap as Fn)(name);
      });
  });
  return copy as T;
}

/** What is called as a function and nothing else. One with properties (debounced …) or a class must stay as it is. */
function isPlain(value: unknown): value is Fn {
  if (!isFunction(value) || keys(value).length) return false;
  const { prototype } = value;
  return !prototype || (Object.getOwnPropertyNames(prototype).length < 2 && !/^class/.test(value as unknown as string));
}
