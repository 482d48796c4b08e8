import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dateOf } from './calendar.js';

/** Stands in every directory the demo made. Without `madeAt` (Unix ms) the making has not come to its end. */
const MARKER = 'demo.json';

/** What stands in the directory. `foreign`: something the demo did not make, and so must not remove. */
export type Contents = 'nothing' | 'foreign' | 'unfinished' | 'old' | 'of today';

export function lookInto(directory: string, nowMs: number): Contents {
  if (!existsSync(directory) || readdirSync(directory).length === 0) return 'nothing';
  const marker = readJson<{ madeAt?: number }>(join(directory, MARKER));
  if (!marker) return 'foreign';
  if (marker.madeAt === undefined) return 'unfinished';
  return dateOf(marker.madeAt) === dateOf(nowMs) ? 'of today' : 'old';
}

/** An empty directory that says whose it is, in place of what the demo left there before. */
export function begin(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  discard(directory);
  writeFileSync(join(directory, MARKER), '{}');
}

/** The last step: from here on the directory is whole. */
export const finish = (directory: string, nowMs: number): void =>
  writeFileSync(join(directory, MARKER), JSON.stringify({ madeAt: nowMs }));

/** Takes back what was made. The directory itself stays: it may be a mounted one. */
export function discard(directory: string): void {
  for (const name of readdirSync(directory)) rmSync(join(directory, name), { recursive: true });
}

export interface Server {
  url: string;
  /** What the command line sends as bearer token. */
  token: string;
}

/** How long a server may take to say that it is the one. Unit: ms. */
const PATIENCE_MS = 5_000;

/** The server that is up on the directory. Only it knows its token: whatever else has its port by now does not count. */
export async function findServer(directory: string): Promise<Server | undefined> {
  const server = readJson<Server>(join(directory, 'server.json'));
  if (server === undefined) return undefined;
  const headers = { authorization: `Bearer ${server.token}` };
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const answer = await fetch(`${server.url}/api/v1/process`, { headers, signal }).catch(() => undefined);
  return answer?.ok ? server : undefined;
}

function readJson<T>(file: string): T | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T;
  } catch {
    return undefined;
  }
}
