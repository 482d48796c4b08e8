// One name each for what many modules use: the bundle counts every letter.
export const { assign, keys, getPrototypeOf } = Object;

// biome-ignore lint/suspicious/noExplicitAny: a hook stands in for functions of every shape.
export type Fn = (this: any, ...args: any[]) => any;
export type Facts = Record<string, unknown>;

export function isFunction(value: unknown): value is Fn {
  return typeof value === 'function';
}
export function isObject(value: unknown): value is Facts {
  return typeof value === 'object' && !!value;
}

/** What a JSON text says; nothing when it is none. */
export function parsed<T>(text: unknown): T | undefined {
  try {
    return JSON.parse(text as string);
  } catch {
    return undefined;
  }
}

/** A copy with its prototype, where its getters may stand. Engines copy plain objects many times faster than others. */
export function copyOf<T extends object>(value: T, changes?: object): T {
  const prototype = getPrototypeOf(value);
  const copy = assign(prototype === Object.prototype ? {} : Object.create(prototype), value);
  return changes ? assign(copy, changes) : copy;
}

/** The arguments with another first one. Never written into `arguments` itself: that costs engines more than all the rest. */
export function withFirst(first: unknown, args: ArrayLike<unknown>): unknown[] {
  return args.length < 2 ? [first] : [first].concat([].slice.call(args, 1));
}
