import type { HookState } from './public-types.js';

/** Says on every wrapper, in a way a second copy of the agent understands, that it is one. */
const HOOKED = Symbol.for('minilens.hooked');

// biome-ignore lint/suspicious/noExplicitAny: a hook stands in for functions of every shape.
export type Fn = (this: any, ...args: any[]) => any;

export const isHooked = (fn: unknown): boolean => typeof fn === 'function' && HOOKED in fn;

/**
 * Replaces the function `target[name]` by what `wrap` makes of it and checks that the replacement is what callers get.
 * Properties of `wx` are plain in some runtimes, accessors that ignore assignment, getter-only or frozen in others.
 * Never installs a getter: the next SDK's assignment would throw, and `wx.x !== wx.x`. Never throws.
 */
export function hook(target: object, name: string, wrap: (original: Fn) => Fn): HookState {
  try {
    const holder = target as Record<string, unknown>;
    const original = holder[name];
    if (typeof original !== 'function') return 'absent';
    if (isHooked(original)) return 'hooked';
    const wrapper = wrap(original as Fn);
    (wrapper as unknown as Record<symbol, boolean>)[HOOKED] = true;
    return assign(holder, name, wrapper) || define(holder, name, wrapper) ? 'hooked' : 'refused';
  } catch {
    return 'refused';
  }
}

function assign(holder: Record<string, unknown>, name: string, wrapper: Fn): boolean {
  try {
    holder[name] = wrapper;
  } catch {
    // Getter-only or read-only: said by the comparison below.
  }
  return holder[name] === wrapper;
}

function define(holder: Record<string, unknown>, name: string, wrapper: Fn): boolean {
  try {
    Object.defineProperty(holder, name, { value: wrapper, writable: true, configurable: true, enumerable: true });
  } catch {
    // Frozen: said by the comparison below.
  }
  return holder[name] === wrapper;
}
