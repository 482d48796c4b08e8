import { execute, type Store, selectRows } from './connect.js';
import type { BucketPlan } from './question.js';

/** What is known of one bucket, an app's hour (Unix seconds, UTC). In a cluster, of all its shards together. */
export interface Bucket {
  hour: number;
  /** How often events were given to it. An event counts for the bucket of its session and for that of its own hour. */
  loads: number;
  /** When it was last given any, by the store's clock. Unix seconds. */
  loadedAt: number;
  /** The same number when its rollup was computed; 0 when it has none, and more than ever comes when its events are gone. */
  covers: number;
  /** The rollups in force, one a shard; none where it was never rolled up. */
  rollupIds: number[];
}

/** A bucket is dirty when it was given events that its rollup did not see, on whichever shard. */
export const isDirty = (bucket: Bucket) => bucket.loads > bucket.covers;

/**
 * A large bucket whose rollup is a little behind is answered by it all the same, until it is rolled up again. Late events
 * trickle into the hours of days, and computing a whole hour for a few of them, in every question, would take seconds.
 */
const BEHIND = { loadsAtLeast: 200_000, missingAtMost: 0.001 };

/**
 * Loads (SQL, of a bucket's rows) that make it dirty, and so much that no question takes it for a little behind. Where it
 * is already, one more.
 */
export const DIRTY_MARK = 'if((sum(loads) - max(rollup).2) * 500 > sum(loads), 1, intDiv(sum(loads), 500) + 1)';

/** Whether questions read the events of a bucket, and not its rollup. */
export const needsEvents = (bucket: Bucket) => {
  const missing = bucket.loads - bucket.covers;
  return missing > (bucket.loads < BEHIND.loadsAtLeast ? 0 : bucket.loads * BEHIND.missingAtMost);
};

/**
 * What the rollup of a bucket covers whose events are gone: more than will ever be loaded. Whatever a collector still
 * brings of it, its rollup is the truth. The sum over some hundred thousand shards is still exact enough.
 */
const ALL_THERE_EVER_WILL_BE = 2 ** 48;

/** Whether its events are gone, or about to go. */
export const isClosed = (bucket: Bucket) => bucket.covers >= ALL_THERE_EVER_WILL_BE;

/**
 * Lets the rollups of hours that were over before that moment stand for good. An hour that was first told of after its
 * events were to go has none, and counts nothing.
 *
 * @param before apps and moments, Unix ms.
 */
export async function closeBuckets(shard: Store, before: ReadonlyMap<string, number>): Promise<void> {
  for (const [app, moment] of before)
    await execute(
      shard,
      `INSERT INTO buckets (app, hour, rollup)
SELECT app, hour, (max(rollup).1, {covers:UInt64}) FROM buckets
WHERE app = {app:String} AND toUnixTimestamp(hour) + 3600 <= {before:Int64} GROUP BY app, hour
HAVING max(rollup).2 < {covers:UInt64}`,
      { app, before: Math.floor(moment / 1000), covers: ALL_THERE_EVER_WILL_BE },
    );
}

/** The last moment a table can hold. Unix ms. */
const END_OF_TIME = (2 ** 32 - 1) * 1000;

/**
 * The buckets of an app that hold anything, from ≤ hour < to (Unix ms), oldest first. Every question asks for them, so
 * where that is possible they are remembered until something is written.
 *
 * @param store all of it, or one node for what lies there alone.
 */
export async function listBuckets(store: Store, app: string, from: number, to: number): Promise<Bucket[]> {
  if (!store.remembers) return readBuckets(store, app, from, to);
  return within(await store.untilWritten(`buckets of ${app}`, () => readBuckets(store, app, 0, END_OF_TIME)), from, to);
}

/** The same, read now: for who needs few of them and will write next. */
export async function readBuckets(store: Store, app: string, from: number, to: number): Promise<Bucket[]> {
  const seconds = (ms: number) => Math.floor(ms / 1000);
  // A period may stand beside an hour that was never given anything.
  const perShard = `SELECT toUnixTimestamp(hour) AS hour, sum(loads) AS loads, max(loaded_at) AS loaded_at,
      max(rollup).1 AS rollup_id, max(rollup).2 AS covers
    FROM buckets
    WHERE app = {app:String} AND hour >= toDateTime({from:Int64}, 'UTC') AND hour < toDateTime({to:Int64}, 'UTC')
    GROUP BY hour
    HAVING loads > 0`;
  // No rollup covers more than was loaded unless its events are gone, so the sums over shards are equal only when every
  // shard's are; and a shard that is brought something of an hour that another has closed does not open it again.
  const rows = await selectRows<Record<Exclude<keyof Bucket, 'rollupIds'>, number | string> & { rollupIds: number[] }>(
    store,
    `SELECT hour, sum(loads) AS loads, toUnixTimestamp(max(loaded_at)) AS loadedAt, sum(covers) AS covers,
      groupArrayIf(rollup_id, rollup_id > 0) AS rollupIds
    FROM ${store.everywhere(perShard)}
    GROUP BY hour ORDER BY hour`,
    { app, from: seconds(from), to: seconds(to) },
  );
  return rows.map((row) => ({
    hour: Number(row.hour),
    loads: Number(row.loads),
    loadedAt: Number(row.loadedAt),
    covers: Number(row.covers),
    rollupIds: row.rollupIds.map(Number),
  }));
}

/**
 * Lists buckets for questions that are asked together: what lies within a range that was listed is not listed again, so
 * these are answered from one state.
 */
export function listBucketsOnce(): typeof listBuckets {
  const listed: { app: string; from: number; to: number; buckets: Promise<Bucket[]> }[] = [];
  return async (store, app, from, to) => {
    const wider = listed.find((one) => one.app === app && one.from <= from && to <= one.to);
    if (wider !== undefined) return within(await wider.buckets, from, to);
    const buckets = listBuckets(store, app, from, to);
    listed.push({ app, from, to, buckets });
    return buckets;
  };
}

/** Those of them with from ≤ hour < to, Unix ms. */
const within = (buckets: readonly Bucket[], from: number, to: number): Bucket[] =>
  buckets.filter(({ hour }) => hour * 1000 >= from && hour * 1000 < to);

/**
 * Rollups for clean buckets and those that are a little behind, events for others.
 *
 * @param buckets all of the app before `to`: one before the range may hold the first session of somebody the
 * range counts as new.
 * @param from first moment of the range, Unix ms.
 */
export function planBuckets(buckets: readonly Bucket[], from: number): BucketPlan {
  const asked = buckets.filter((bucket) => bucket.hour * 1000 >= from);
  const rolledUp = asked.filter((bucket) => !needsEvents(bucket));
  const lastRolledUp = rolledUp.at(-1)?.hour ?? 0;
  return {
    rollupIds: rolledUp.flatMap((bucket) => bucket.rollupIds),
    dirtyHours: asked.filter(needsEvents).map((bucket) => bucket.hour),
    newcomersMayBeStale: buckets.some((bucket) => needsEvents(bucket) && bucket.hour < lastRolledUp),
  };
}
