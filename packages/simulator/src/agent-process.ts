import { compileFunction } from 'node:vm';
import type { Monitor } from '@minilens/agent/monitor';

/** The names a Mini Program's files find around them; the agent may replace the constructors among them. */
const GLOBALS = [
  'wx',
  'App',
  'Page',
  'Component',
  'Behavior',
  'getCurrentPages',
  'setTimeout',
  'Date',
  'Math',
  'console',
  'performance',
  '__wxConfig',
] as const;
// biome-ignore lint/suspicious/noExplicitAny: constructors and wx functions take whatever the platform gives.
export type AnyFunction = (...args: any[]) => any;
/** What is not given does not exist in this runtime. */
export type Globals = { [name in (typeof GLOBALS)[number]]?: unknown };

export interface AgentProcess {
  monitor: Monitor;
  /** The constructors as the app's files see them after the agent started. */
  globals(): Record<'App' | 'Page' | 'Component' | 'Behavior', AnyFunction>;
}

type Compiled = (...args: unknown[]) => AgentProcess['globals'];
const compiled = new Map<string, Compiled>();

/** Runs the agent's file as `require` would in a new process. Compiled once, however many devices there are. */
export function runAgent(code: string, globals: Globals): AgentProcess {
  const module = { exports: {} };
  const seen = compile(code)(...GLOBALS.map((name) => globals[name]), module, module.exports);
  return { monitor: module.exports as Monitor, globals: seen };
}

function compile(code: string): Compiled {
  let run = compiled.get(code);
  if (!run) {
    // The constructors are parameters: an assignment to them inside is what the app's files would see as the global.
    const body = `${code}\n;return () => ({ App, Page, Component, Behavior });`;
    run = compileFunction(body, [...GLOBALS, 'module', 'exports'], { filename: 'minilens-mp-agent.js' }) as Compiled;
    compiled.set(code, run);
  }
  return run;
}
