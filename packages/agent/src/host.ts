import type { Fn } from './hook.js';
import { quietly } from './quietly.js';

// A Mini Program's globals. Any of them may be missing, so each is asked for with `typeof`.
declare const wx: Wx | undefined;
declare let App: Fn | undefined;
declare let Page: Fn | undefined;
declare let Component: Fn | undefined;
declare const getCurrentPages: (() => unknown[]) | undefined;
declare const setTimeout: ((task: () => void, delayMs: number) => unknown) | undefined;
declare const console: { [level in 'info' | 'warn']?: (message: string) => void } | undefined;

export type Wx = Record<string, unknown>;

/** Everything the agent takes from around it. Tests hand in another one. */
export interface Host {
  wx: Wx;
  /** The constructors as properties, so that they are hooked like anything else. */
  constructors: { App: Fn | undefined; Page: Fn | undefined; Component: Fn | undefined };
  /** Route of the page on top as the platform knows it. */
  topPage(): unknown;
  /** Device clock. Unit: ms since the Unix epoch. */
  now(): number;
  random(): number;
  /** Runs the task once, later; never when the runtime has no timers. */
  later(task: () => void, delayMs: number): void;
  say(level: 'info' | 'warn', message: string): void;
}

/** The Mini Program this file was loaded into; nothing where there is no `wx`. */
export function thisHost(): Host | undefined {
  if (typeof wx !== 'object' || !wx) return undefined;
  return {
    wx,
    // Frozen, so that an assignment reaches the global or visibly fails, and nobody can redefine our accessor.
    constructors: Object.freeze({
      get App() {
        return typeof App === 'function' ? App : undefined;
      },
      set App(fn) {
        App = fn;
      },
      get Page() {
        return typeof Page === 'function' ? Page : undefined;
      },
      set Page(fn) {
        Page = fn;
      },
      get Component() {
        return typeof Component === 'function' ? Component : undefined;
      },
      set Component(fn) {
        Component = fn;
      },
    }),
    topPage() {
      const pages = typeof getCurrentPages === 'function' ? getCurrentPages() : [];
      return pages[pages.length - 1];
    },
    now: () => Date.now(),
    random: () => Math.random(),
    later(task, delayMs) {
      if (typeof setTimeout === 'function') setTimeout(quietly(task), delayMs);
    },
    say(level, message) {
      if (typeof console === 'object' && console[level]) console[level](`[minilens] ${message}`);
    },
  };
}
