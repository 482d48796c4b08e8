import { setTimeout as sleep } from 'node:timers/promises';
import { asNew } from './as-new.js';
import { type Bucket, isDirty, listBuckets, readBuckets } from './buckets.js';
import { catchUp } from './catch-up.js';
import { execute, type Store, selectRows } from './connect.js';
import { columnsOf, type Source } from './source.js';
import { SOURCES } from './sources.js';

/** Buckets computed by one statement: each may lie in a month of its own, and one insert writes to a hundred at most. */
const BUCKETS_AT_ONCE = 96;

/** Loads of the buckets computed by one statement: those of a day of three million events keep memory small. */
const LOADS_AT_ONCE = 6_000_000;

export interface RollUpOptions {
  untilLoaded?: () => Promise<void>;
  settleMs?: number;
  stopping?: AbortSignal;
}

/**
 * Computes the rollups of an app's buckets from events and puts them in force, on every shard its own. A bucket is
 * replaced as a whole: its new rows carry a new id that nobody reads until the last step names it. Killed before that,
 * the old rollup still stands; run twice, the answer is the same.
 *
 * @param hours of the buckets, Unix seconds. One that holds nothing is passed over.
 * @param nextRollupIds gives the first of that many numbers in a row, all greater than any used before; a clock in
 * microseconds will do.
 * @param untilLoaded resolves when what is being inserted from here has all of it shown. An insert shows its load first, in a
 * large block a second before its events.
 * @param settleMs how long others' inserts may take to show all they bring, which nobody can be asked.
 * @param stopping ends it early, between slices.
 */
export async function rollUp(
  store: Store,
  app: string,
  hours: readonly number[],
  nextRollupIds: (howMany: number) => number | Promise<number>,
  { untilLoaded, settleMs = 0, stopping }: RollUpOptions = {},
): Promise<void> {
  const shards = [];
  for (const shard of await store.shards()) {
    const buckets = await readHours(shard, app, hours);
    shards.push({ shard, buckets, waitMs: await untilSettled(shard, buckets, settleMs) });
  }
  await sleep(Math.max(0, ...shards.map(({ waitMs }) => waitMs)), undefined, { signal: stopping }).catch(() => {});
  for (const { shard, buckets } of shards)
    for (let waiting = buckets; waiting.length > 0 && !stopping?.aborted; ) {
      const slice = sliceOf(waiting.slice(0, BUCKETS_AT_ONCE));
      // How much was loaded is read before the events are: what arrives in between leaves the bucket dirty. Where others
      // load it was read before they settled; else it is now, after an earlier slice may have marked these.
      const inSlice = slice.map(({ hour }) => hour);
      const read = settleMs > 0 ? slice : await readHours(shard, app, inSlice);
      await untilLoaded?.();
      // A replica may have fetched a load and not its events.
      await catchUp(shard, 'events', 'drops', 'user_firsts');
      await rollUpSlice(shard, app, read, await nextRollupIds(read.length));
      waiting = waiting.slice(slice.length);
    }
}

/** Those of these hours' buckets that hold anything, oldest first. */
async function readHours(shard: Store, app: string, hours: readonly number[]): Promise<Bucket[]> {
  if (hours.length === 0) return [];
  const wanted = new Set(hours);
  const [first, last] = [Math.min(...hours), Math.max(...hours)];
  return (await readBuckets(shard, app, first * 1000, (last + 1) * 1000)).filter(({ hour }) => wanted.has(hour));
}

/** How long until whatever was loaded into these buckets was loaded `settleMs` ago, by the store's clock. Unit: ms. */
async function untilSettled(shard: Store, buckets: readonly Bucket[], settleMs: number): Promise<number> {
  if (settleMs === 0 || buckets.length === 0) return 0;
  const now = "toUnixTimestamp64Milli(now64(3, 'UTC'))";
  const [row] = await selectRows<{ now: number | string }>(shard, `SELECT ${now} AS now`);
  // It is told in full seconds; and whatever a clock was, what was just read was loaded by now.
  const loadedAt = (Math.max(...buckets.map((bucket) => bucket.loadedAt)) + 1) * 1000;
  return Math.min(loadedAt + settleMs - Number(row?.now), settleMs);
}

/** As many of the first buckets as one statement takes, one at least. */
function sliceOf(buckets: readonly Bucket[]): readonly Bucket[] {
  let loads = 0;
  const beyond = buckets.findIndex((bucket) => {
    loads += bucket.loads;
    return loads > LOADS_AT_ONCE;
  });
  return beyond === -1 ? buckets : buckets.slice(0, Math.max(beyond, 1));
}

/** Whether the hour is one of the parameter `hours`, Unix seconds. */
export const inHours = (hour: string) =>
  `${hour} IN (SELECT arrayJoin(arrayMap(s -> toDateTime(s, 'UTC'), {hours:Array(UInt32)})))`;

/** Every bucket gets an id of its own, `rollupId` and those after it, so that an id alone names its rows. */
async function rollUpSlice(shard: Store, app: string, buckets: readonly Bucket[], rollupId: number) {
  const hours = buckets.map((bucket) => bucket.hour);
  const rollupIds = buckets.map((_, index) => rollupId + index);
  for (const source of Object.values<Source>(SOURCES)) {
    const columns = columnsOf(source);
    await execute(
      shard,
      `INSERT INTO ${source.table} (app, hour, rollup_id, ${columns})
SELECT app, hour, transform(toUnixTimestamp(hour), {hours:Array(UInt32)}, {rollupIds:Array(UInt64)}, toUInt64(0)) AS rollup_id, ${columns}
FROM (${source.fromEvents(inHours)})`,
      { app, hours, rollupIds },
    );
  }
  await markStaleNewcomers(shard, { app, hours, rollupIds });
  await execute(
    shard,
    `INSERT INTO buckets (app, hour, rollup)
SELECT {app:String}, toDateTime(bucket.1, 'UTC'), (bucket.2, bucket.3)
FROM (SELECT arrayJoin(arrayZip({hours:Array(UInt32)}, {rollupIds:Array(UInt64)}, {covers:Array(UInt64)})) AS bucket)`,
    { app, hours, rollupIds, covers: buckets.map((bucket) => bucket.loads) },
  );
}

/**
 * A session that comes late may be earlier than the one its user was counted as new with. The hour of the later one is
 * made dirty, so that it is rolled up again without that user: before the new rollup comes into force, so that a kill in
 * between costs work and not truth. The next such user gives the same row, which some servers would take for a repeat.
 */
async function markStaleNewcomers(shard: Store, query_params: { app: string; hours: number[]; rollupIds: number[] }) {
  await execute(
    shard,
    `INSERT INTO buckets (app, hour, loads) SETTINGS ${asNew()}
SELECT DISTINCT app, hour, 1 FROM newcomer_hours
WHERE app = {app:String} AND toUnixTimestamp(hour) NOT IN {hours:Array(UInt32)}
  AND rollup_id IN (SELECT max(rollup).1 FROM buckets WHERE app = {app:String} GROUP BY hour)
  AND user_id IN (
    SELECT user_id FROM newcomer_hours
    WHERE app = {app:String} AND toUnixTimestamp(hour) IN {hours:Array(UInt32)} AND rollup_id IN {rollupIds:Array(UInt64)}
  )`,
    query_params,
  );
}

/**
 * Apps with buckets that wait for their rollup, and those buckets: dirty, their hour over before `endedBefore`, and given
 * nothing since `loadedBefore` (both Unix ms).
 */
export async function listDirtyBuckets(
  store: Store,
  { endedBefore, loadedBefore = Number.POSITIVE_INFINITY }: { endedBefore: number; loadedBefore?: number },
): Promise<{ app: string; buckets: Bucket[] }[]> {
  const apps = await selectRows<{ app: string }>(
    store,
    `SELECT DISTINCT app FROM ${store.everywhere('SELECT DISTINCT app FROM buckets')} ORDER BY app`,
  );
  const dirty = [];
  for (const { app } of apps) {
    const buckets = (await listBuckets(store, app, 0, endedBefore)).filter(
      (bucket) =>
        isDirty(bucket) && (bucket.hour + 3600) * 1000 <= endedBefore && bucket.loadedAt * 1000 < loadedBefore,
    );
    if (buckets.length > 0) dirty.push({ app, buckets });
  }
  return dirty;
}

/**
 * Removes rollup rows whose replacement is older than `olderThanId`: no question can still be reading them. Newer rows that
 * are not in force may be about to come into force, by a process that does not know yet that it lost its turn.
 */
export async function sweepRollups(store: Store, olderThanId: number): Promise<void> {
  for (const shard of await store.shards()) {
    for (const source of Object.values<Source>(SOURCES)) {
      await execute(
        shard,
        `ALTER TABLE ${source.table} DELETE WHERE rollup_id < {olderThanId:UInt64} AND (app, hour, rollup_id) NOT IN (
  SELECT app, hour, max(rollup).1 FROM buckets GROUP BY app, hour
) AND (app, hour) IN (
  SELECT app, hour FROM buckets GROUP BY app, hour HAVING max(rollup).1 < {olderThanId:UInt64}
)`,
        { olderThanId },
      );
    }
  }
}
