import type { Store } from '@minilens/store/connect';
import type { Engine } from '@minilens/store/engine';
import { NEWEST_SCHEMA, schemaVersions } from '@minilens/store/migrate';
import { listDirtyBuckets } from '@minilens/store/roll-up';
import { StoreRestoring } from '@minilens/store/store-away';
import { gigabytes, ok, problem, type Said, span, warning } from './finding.js';

/** An engine that takes longer for a statement about nothing is busy or far away. Unit: ms. */
const SLOW_MS = 1_000;

/** Buckets that wait for their rollup this long after their hour point to a job that fails. Unit: ms. */
const ROLLUP_LATE_MS = 600_000;

/** The oldest engine worth trying; the tests run on 26.7. Source: our choice. */
const OLDEST_VERSION = [25, 3] as const;

/** What an engine may keep of its own doings. Unit: bytes. */
const LARGE_LOG_BYTES = 5 * 1024 ** 3;

/** Free space below which merges may soon fail. Unit: bytes. */
const LOW_DISK_BYTES = 2 * 1024 ** 3;

/** @param patienceMs how long to wait for an answer. */
export async function lookAtStore(store: Store, patienceMs: number): Promise<Said> {
  const startedAt = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing within ${span(patienceMs)}`)), patienceMs);
  });
  try {
    await Promise.race([store.ping(), late]);
  } catch (error) {
    if (error instanceof StoreRestoring) return problem(error.message);
    return problem(
      `does not answer: ${(error as Error).message}. Acknowledged events wait in the spool. See that ClickHouse runs and that MINILENS_CLICKHOUSE_URL names it, with a user and a password it knows.`,
    );
  } finally {
    clearTimeout(timer);
  }
  const tookMs = Math.round(performance.now() - startedAt);
  return tookMs > SLOW_MS
    ? warning(`took ${tookMs} ms for a statement about nothing: look at its load and its network`)
    : ok(`answers within ${tookMs} ms`);
}

export function lookAtEngines(engines: readonly Engine[]): Said {
  const versions = [...new Set(engines.map(({ version }) => version))].join(', ');
  const old = engines.find(({ version }) => isOlder(version));
  if (old !== undefined)
    return warning(
      `ClickHouse ${old.version} is older than ${OLDEST_VERSION.join('.')}, the oldest to try: upgrade it`,
    );
  const logging = engines.find(({ systemLogBytes }) => systemLogBytes > LARGE_LOG_BYTES);
  if (logging !== undefined)
    return warning(
      `its logs of itself (system.*_log) take ${gigabytes(logging.systemLogBytes)}: give them a <ttl> in its configuration, or truncate them`,
    );
  const full = engines.find(({ disk }) => disk.freeBytes < LOW_DISK_BYTES);
  if (full !== undefined)
    return problem(
      `its disk ${full.disk.name} has ${gigabytes(full.disk.freeBytes)} left of ${gigabytes(full.disk.totalBytes)}: make room, or inserts and merges will fail`,
    );
  return ok(`ClickHouse ${versions}`);
}

function isOlder(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < OLDEST_VERSION[0] || (major === OLDEST_VERSION[0] && minor < OLDEST_VERSION[1]);
}

export async function lookAtSchema(store: Store): Promise<Said> {
  const versions = await schemaVersions(store);
  const newest = NEWEST_SCHEMA;
  if (versions.some((version) => version > newest))
    return problem(
      `the event store has schema ${Math.max(...versions)}, this program knows ${newest}: a newer one was here. Run that one; this one may read wrongly.`,
    );
  if (versions.some((version) => version < newest))
    return warning(
      `the event store has schema ${Math.min(...versions)} of ${newest}. A server brings it up when it starts; if one runs, its log says why it could not.`,
    );
  return ok(`schema ${newest}`);
}

export async function lookAtRollups(store: Store, now: number): Promise<Said> {
  const dirty = await listDirtyBuckets(store, {
    endedBefore: now - ROLLUP_LATE_MS,
    loadedBefore: now - ROLLUP_LATE_MS,
  });
  const hours = dirty.flatMap(({ buckets }) => buckets.map(({ hour }) => hour));
  return hours.length === 0
    ? ok('all hours that are over are rolled up')
    : warning(
        `${hours.length} hours of ${dirty.length} apps wait for their rollup. Answers are right but slower. A server rolls up while it runs; if one runs, its log says why the job "roll up" failed.`,
      );
}
