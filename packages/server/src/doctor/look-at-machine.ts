import { constants, readFileSync } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { gigabytes, ok, problem, type Said, warning } from './finding.js';

/** Free space below which merges of the event store may soon fail, and below which the collector may refuse. Unit: bytes. */
const DISK_BYTES = { low: 2 * 1024 ** 3, least: 200 * 1024 ** 2 };

/** Devices hold connections open, and the embedded engine its parts. */
const FEW_FILES = 8_192;

/** Disk, crypto and reports share them: fewer, and acknowledgements wait for reports. */
const FEW_THREADS = 8;

const OLDEST_NODE = [20, 19] as const;

/** What this process was given. */
export interface Machine {
  /** Such as 20.20.0. */
  nodeVersion: string;
  /** Threads for disk, crypto and the embedded engine. */
  threads: number;
  /** How many files the process may hold open; undefined where the system does not say. */
  openFiles: number | undefined;
}

export function readMachine(): Machine {
  return {
    nodeVersion: process.versions.node,
    threads: Number(process.env.UV_THREADPOOL_SIZE ?? 4),
    openFiles: readOpenFiles(),
  };
}

/** Linux only. */
function readOpenFiles(): number | undefined {
  try {
    const [, soft] = /^Max open files\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return soft === 'unlimited' ? Number.POSITIVE_INFINITY : Number(soft);
  } catch {
    return undefined;
  }
}

export async function lookAtDisk(directory: string, bounds = DISK_BYTES): Promise<Said> {
  const { bavail, bsize } = await statfs(directory);
  const says = `${gigabytes(bavail * bsize)} free in ${directory}`;
  if (bavail * bsize < bounds.least) return problem(`${says}. Make room now: the collector is about to refuse.`);
  return bavail * bsize < bounds.low
    ? warning(`${says}. Make room: a full disk makes the collector refuse.`)
    : ok(says);
}

export async function lookAtDirectory(directory: string): Promise<Said> {
  const { mode } = await stat(directory);
  if ((mode & 0o077) !== 0)
    return problem(
      `others on this machine may look into ${directory} (mode ${(mode & 0o777).toString(8)}), where keys and events are: chmod 700 ${directory}`,
    );
  return access(directory, constants.R_OK | constants.W_OK | constants.X_OK).then(
    () => ok('is its owner’s alone'),
    () => problem(`this user cannot write in ${directory}: run as the user who owns it`),
  );
}

export function lookAtNode({ nodeVersion }: Machine): Said {
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number);
  return major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])
    ? problem(`Node ${nodeVersion} is older than ${OLDEST_NODE.join('.')}: install a newer one`)
    : ok(`Node ${nodeVersion}`);
}

export function lookAtLimits({ threads, openFiles }: Machine): Said {
  if (openFiles !== undefined && openFiles < FEW_FILES)
    return warning(
      `this process may open ${openFiles} files, and every device's connection is one: raise the limit (LimitNOFILE= in systemd, ulimit -n) to ${FEW_FILES} or more`,
    );
  if (threads < FEW_THREADS)
    return warning(
      `${threads} threads for disk, crypto and reports together: start through the minilens command, which makes it 16`,
    );
  return ok(`${openFiles ?? 'an unknown number of'} open files, ${threads} threads`);
}
