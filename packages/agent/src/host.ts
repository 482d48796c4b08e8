import { quietly } from './around.js';
import { type Facts, type Fn, isFunction } from './objects.js';

// A Mini Program's globals. Those that tests and plugins show to be missing are asked for with `typeof`, or in a `try`.
declare const wx: Facts | undefined;
declare let App: Fn | undefined;
declare let Page: Fn | undefined;
declare let Component: Fn | undefined;
declare let Behavior: Fn | undefined;
declare const getCurrentPages: () => unknown[];
declare const setTimeout: (task: () => void, delayMs: number) => unknown;
declare const console: { warn(message: string): void };
declare const __wxConfig: { subPackages?: { root: string }[] } | undefined;
declare const performance: { memory: { usedJSHeapSize: number } };

/** The platform this file was loaded into; nothing where there is none. */
export const platform: Facts | undefined = typeof wx === 'object' && wx ? wx : undefined;

/** Whether the platform has a function of this name; a property that throws when read is none. */
export function isThere(name: string): boolean {
  try {
    return isFunction((platform as Facts)[name]);
  } catch {
    return false;
  }
}

/**
 * The constructors as properties, so that they are hooked like anything else. Frozen, so that an assignment reaches the
 * global or visibly fails, and nobody can redefine our accessor.
 */
export const constructors = Object.freeze({
  get App() {
    return typeof App === 'function' && App;
  },
  set App(fn) {
    App = fn as Fn;
  },
  get Page() {
    return typeof Page === 'function' && Page;
  },
  set Page(fn) {
    Page = fn as Fn;
  },
  get Component() {
    return typeof Component === 'function' && Component;
  },
  set Component(fn) {
    Component = fn as Fn;
  },
  get Behavior() {
    return typeof Behavior === 'function' && Behavior;
  },
  set Behavior(fn) {
    Behavior = fn as Fn;
  },
});

/** The page on top as the platform knows it. */
export function topPage(): unknown {
  return getCurrentPages().slice(-1)[0];
}

/** Roots of the subpackages, where the runtime shows its copy of app.json. */
export function subpackageRoots(): string[] {
  return ((typeof __wxConfig === 'object' && __wxConfig && __wxConfig.subPackages) || []).map(({ root }) => root);
}

/** Memory of the logic layer. Throws where the runtime does not show it. Unit: bytes. */
export function heapBytes(): number {
  return performance.memory.usedJSHeapSize;
}

/** Device clock. Unit: ms since the Unix epoch. */
export function now(): number {
  return Date.now();
}
export function random(): number {
  return Math.random();
}

/** Runs the task once, later. Its mistakes end here. */
export function later(task: () => void, delayMs: number): void {
  setTimeout(quietly(task), delayMs);
}

/** Tells the developer, where there is a console. */
export const say = quietly((message) => console.warn(`[minilens] ${message}`));
