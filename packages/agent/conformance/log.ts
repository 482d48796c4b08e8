import { inspect } from 'node:util';

export type Callback = 'success' | 'fail' | 'complete';

/** What can be seen of one call, in order. The parts of an entry are compared by identity. */
export type Log = unknown[][];

export function isFunction(value: unknown): value is (...args: unknown[]) => unknown {
  return typeof value === 'function';
}

/** In words, where the two part; nothing when they are the same. */
export function difference(expected: Log, got: Log): string | undefined {
  for (let i = 0; i < Math.max(expected.length, got.length); i++) {
    const wanted = expected[i];
    const found = got[i];
    if (!wanted || !found || wanted.length !== found.length || wanted.some((part, at) => !Object.is(part, found[at])))
      return `expected ${words(wanted)}, got ${words(found)}`;
  }
  return undefined;
}

const words = (entry: unknown[] | undefined) =>
  entry ? entry.map((part) => inspect(part, { depth: 1, breakLength: Number.POSITIVE_INFINITY })).join(' ') : 'nothing';
