import { quietly } from './around.js';
import { isThere, platform } from './host.js';
import { assign, type Facts, type Fn, isFunction, isObject } from './objects.js';
import type { HookState } from './public-types.js';

/** Says on every wrapper, in a way a second copy of the agent understands, that it is one. */
const HOOKED = Symbol.for('minilens') as unknown as string;

/** Whether an agent marked this: the platform, or a wrapper. */
export function isHooked(value: unknown): boolean {
  return !!value && !!(value as Facts)[HOOKED];
}

/** Leaves the mark where no other SDK covers it. */
export function markPlatform(): void {
  put(platform as Facts, HOOKED, put);
}

/** A replaced function, and what is needed to put the original back. */
interface Hook {
  holder: Facts;
  key: string;
  own: Fn;
  ours: Fn;
  /** What it is while ours is not what callers get. */
  otherwise: HookState;
}

/** Every replaced function and every source that is listened to, by name: `scanCode`, `App`, `onError`. */
const hooks: Record<string, Hook | HookState> = {};

/**
 * Replaces the function of this name, dotted where it lies deeper, by what `wrap` makes of it, and checks that the
 * replacement is what callers get. Properties of `wx` are plain in some runtimes, accessors that ignore assignment,
 * getter-only or frozen in others. Never installs a getter: the next SDK's assignment would throw, and `wx.x !== wx.x`.
 * Never throws.
 */
export function hook(name: string, root: object | undefined, wrap: (original: Fn) => Fn): void {
  // Still there, under somebody else's: a second one would count twice.
  if (isObject(hooks[name])) return;
  hooks[name] = 'absent';
  try {
    const path = name.split('.');
    const key = path.pop() as string;
    const holder = path.reduce((outer, part) => outer[part] as Facts, root as Facts);
    const own = holder[key];
    if (!isFunction(own)) return;
    // With what else stands on the original: constructors have functions of their own.
    const ours = assign(wrap(own), own, { [HOOKED]: true });
    const otherwise = put(holder, key, ours) ? 'overwritten' : 'refused';
    hooks[name] = { holder, key, own, ours, otherwise };
  } catch {
    // No holder, or a property that throws when read: not there, or not to be had.
  }
}

/** Puts the original back, unless somebody else stands there by now. */
export function unhook(name: string): void {
  const known = inPlace(name);
  if (known) put(known.holder, known.key, known.own);
  if (known || !isObject(hooks[name])) delete hooks[name];
}

/** Notes of a source that is listened to and not replaced whether this runtime has it. */
export function noteSource(name: string, isThere: unknown): void {
  hooks[name] = isThere ? 'hooked' : 'absent';
}

export function hookStates(): Record<string, HookState> {
  const states: Record<string, HookState> = {};
  for (const name in hooks) {
    const known = hooks[name];
    states[name] = typeof known === 'object' ? (inPlace(name) ? 'hooked' : known.otherwise) : (known as HookState);
  }
  return states;
}

/**
 * Calls the platform's own `wx[name]`, past our hooks: the agent must never see its own traffic. False where it is
 * missing or throws.
 */
export function ask(name: string, a?: unknown, b?: unknown): unknown {
  try {
    const known = hooks[name];
    return (typeof known === 'object' ? known.own : ((platform as Facts)[name] as Fn)).call(platform, a, b);
  } catch {
    return false;
  }
}

/** Has the platform call the task at every `wx.onX`. Answers whether this runtime has such a source. */
export function listen(source: string, task: Fn): boolean {
  const isHere = isThere(source);
  noteSource(source, isHere);
  ask(source, quietly(task));
  return isHere;
}

function inPlace(name: string): Hook | false {
  const known = hooks[name];
  return typeof known === 'object' && known.holder[known.key] === known.ours && known;
}

/**
 * Defines; where that is refused, assigns. In this order, because another SDK's setter may put what it is given behind the
 * very function we call. Answers whether callers get the value now.
 */
function put(holder: Facts, key: string, value: Fn): boolean {
  try {
    Object.defineProperty(holder, key, { value, writable: true, configurable: true, enumerable: true });
  } catch {
    // Not configurable: it may still be writable.
  }
  try {
    if (holder[key] !== value) holder[key] = value;
  } catch {
    // Nor that: said by the comparison below.
  }
  return holder[key] === value;
}
