import { statfs } from 'node:fs/promises';
import type { Store } from '@minilens/store/connect';
import { listEndlessLogs } from '@minilens/store/keep';
import { listDirtyBuckets } from '@minilens/store/roll-up';
import { type Static, Type } from 'typebox';
import type { Accounts } from '../admin/accounts.js';
import type { Apps } from '../admin/apps.js';
import type { Spool } from '../collect/spool.js';

/** One thing looked at: how it is, and what to do when it is not well. */
export const Finding = Type.Object({
  what: Type.String(),
  level: Type.Enum(['ok', 'warning', 'problem']),
  says: Type.String(),
});
export type Finding = Static<typeof Finding>;

export interface DoctorDeps {
  store: Store;
  spool: Spool;
  apps: Apps;
  accounts: Accounts;
  dataDirectory: string;
  now: () => number;
}

/** Free space below which merges of the event store may soon fail. Unit: bytes. */
const LOW_DISK_BYTES = 2 * 1024 ** 3;

/** A spool this long means that the store does not keep up. Unit: bytes. */
const LONG_SPOOL_BYTES = 256 * 1024 ** 2;

/** Buckets that wait for their rollup this long after their hour point to a job that fails. Unit: ms. */
const ROLLUP_LATE_MS = 600_000;

/** Looks at every part once. Never throws: a part that fails is a finding. */
export async function examine(deps: DoctorDeps): Promise<Finding[]> {
  const looks: [what: string, look: () => Promise<Omit<Finding, 'what'>>][] = [
    ['event store', () => lookAtStore(deps.store)],
    ['system logs', () => lookAtSystemLogs(deps.store)],
    ['spool', async () => lookAtSpool(deps.spool)],
    ['rollups', () => lookAtRollups(deps.store, deps.now)],
    ['disk', () => lookAtDisk(deps.dataDirectory)],
    ['accounts', () => lookAtAccounts(deps.accounts)],
    ['apps', () => lookAtApps(deps.apps)],
    ['thread pool', async () => lookAtThreadPool()],
  ];
  const findings: Finding[] = [];
  for (const [what, look] of looks) {
    const found = await look().catch((error: Error) => ({ level: 'problem' as const, says: error.message }));
    findings.push({ what, ...found });
  }
  return findings;
}

async function lookAtStore(store: Store) {
  try {
    await store.ping();
    return ok('answers');
  } catch (error) {
    return {
      level: 'problem' as const,
      says: `does not answer: ${(error as Error).message}. Acknowledged events wait in the spool.`,
    };
  }
}

async function lookAtSystemLogs(store: Store) {
  const endless = await listEndlessLogs(store);
  if (endless.length === 0) return ok('none grows without end');
  const bytes = endless.reduce((sum, log) => sum + log.bytes, 0);
  return warning(
    `ClickHouse keeps ${endless.map(({ name }) => name).join(', ')} for ever (${megabytes(bytes)} so far). Give them a <ttl> in its configuration, or remove them: README, Keeping and forgetting.`,
  );
}

function lookAtSpool(spool: Spool) {
  const { batches, bytes } = spool.pending();
  const says = `${batches} batches (${megabytes(bytes)}) wait for the event store`;
  const refused = spool.countRefused();
  if (refused > 0)
    return {
      level: 'problem' as const,
      says: `${says}; ${refused} were refused by it and are set aside. The log says why: please report it.`,
    };
  return bytes > LONG_SPOOL_BYTES ? warning(`${says}. It does not keep up: look at its load and disk.`) : ok(says);
}

async function lookAtRollups(store: Store, now: () => number) {
  const dirty = await listDirtyBuckets(store, {
    endedBefore: now() - ROLLUP_LATE_MS,
    loadedBefore: now() - ROLLUP_LATE_MS,
  });
  const hours = dirty.reduce((sum, { buckets }) => sum + buckets.length, 0);
  return hours === 0
    ? ok('all hours that are over are rolled up')
    : warning(`${hours} hours wait for their rollup. Answers are right but slower; the server rolls up while it runs.`);
}

async function lookAtDisk(directory: string) {
  const { bavail, bsize } = await statfs(directory);
  const says = `${gigabytes(bavail * bsize)} free in ${directory}`;
  return bavail * bsize < LOW_DISK_BYTES
    ? warning(`${says}. Make room: a full disk makes the collector refuse.`)
    : ok(says);
}

async function lookAtAccounts(accounts: Accounts) {
  return (await accounts.isEmpty())
    ? warning('nobody has an account yet: open the setup link that serve prints')
    : ok('somebody can sign in');
}

async function lookAtApps(apps: Apps) {
  const all = await apps.list();
  return all.length === 0
    ? warning('no app yet: add one in the dashboard or with minilens app add')
    : ok(`${all.length} known`);
}

function lookAtThreadPool() {
  const size = Number(process.env.UV_THREADPOOL_SIZE ?? 4);
  return size >= 8
    ? ok(`${size} threads`)
    : warning(
        `${size} threads for disk, crypto and reports together: start through the minilens command, which makes it 16`,
      );
}

const ok = (says: string) => ({ level: 'ok' as const, says });
const warning = (says: string) => ({ level: 'warning' as const, says });
const megabytes = (bytes: number) => `${(bytes / 1024 ** 2).toFixed(1)} MB`;
const gigabytes = (bytes: number) => `${(bytes / 1024 ** 3).toFixed(0)} GB`;
