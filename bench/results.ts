import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import type { Row } from './row.js';

/** What one run of one suite measured, and where. */
export interface Result {
  suite: string;
  date: string;
  commit: string;
  node: string;
  machine: { cores: number; cpu: string; memoryGb: number; loadBefore: number };
  rows: Row[];
}

const DIRECTORY = 'bench/results';

/** Each suite has a file of its own a day, so that a run of one leaves the figures of the others alone. */
export function keepResult(suite: string, loadBefore: number, rows: Row[]): void {
  const result: Result = {
    suite,
    date: new Date().toISOString().slice(0, 10),
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
    node: process.version,
    machine: {
      cores: cpus().length,
      cpu: cpus()[0]?.model ?? 'unknown',
      memoryGb: Math.round(totalmem() / 1024 ** 3),
      loadBefore,
    },
    rows,
  };
  mkdirSync(DIRECTORY, { recursive: true });
  writeFileSync(`${DIRECTORY}/${result.date}-${suite}.json`, `${JSON.stringify(result, null, 2)}\n`);
}

/** The newest result of a suite; undefined when it never ran. */
export function newestResult(suite: string): Result | undefined {
  const file = readdirSync(DIRECTORY)
    .filter((name) => name.endsWith(`-${suite}.json`))
    .sort()
    .at(-1);
  return file === undefined ? undefined : JSON.parse(readFileSync(`${DIRECTORY}/${file}`, 'utf8'));
}
