import type { Bucket } from '@minilens/store/buckets';
import type { Store } from '@minilens/store/connect';
import { listDirtyBuckets, rollUp, sweepRollups } from '@minilens/store/roll-up';
import pLimit from 'p-limit';
import type { Meters } from '../watch/meters.js';

/** How long after its end an hour is left to arrive before it is first rolled up. Unit: ms. */
const HOUR_SETTLE_MS = 30_000;

/** How long a load is left to settle. Unit: ms. */
const LOAD_SETTLE_MS = 5_000;

/** A bucket that is dirty again waits this long for more late events, so that a trickle does not keep the engine busy. Unit: ms. */
const AGAIN_MS = 60_000;

/** How long a replaced rollup stays for questions that began before. Unit: ms. */
const KEEP_REPLACED_MS = 600_000;

export interface RollupJobs {
  /** Rolls up what is dirty and due. Stops between slices when told. */
  rollUpDirty(stopping: AbortSignal): Promise<void>;
  /** Rolls up these hours (Unix seconds) now, whether they are dirty or not. */
  rollUpHours(app: string, hours: readonly number[]): Promise<void>;
  /** Removes what newer rollups replaced. */
  sweep(): Promise<void>;
}

/** All rolling up of this process, one at a time: two at once could each miss the newcomers of the other. */
export function createRollupJobs(
  store: Store,
  now: () => number,
  meters: Pick<Meters, 'foundDirty' | 'rolledUp'>,
): RollupJobs {
  const oneAtATime = pLimit(1);
  const nextIds = createRollupIds(now);
  const isDue = (bucket: Bucket) => now() - rolledAt(bucket) >= AGAIN_MS;

  async function rollUpTimed(app: string, hours: readonly number[], stopping?: AbortSignal) {
    if (hours.length === 0) return;
    const startedAt = performance.now();
    await rollUp(store, app, hours, nextIds, stopping && { stopping });
    meters.rolledUp({ hours: hours.length, seconds: (performance.now() - startedAt) / 1000 });
  }

  return {
    rollUpDirty: (stopping) =>
      oneAtATime(async () => {
        const at = now();
        const dirty = await listDirtyBuckets(store, {
          endedBefore: at - HOUR_SETTLE_MS,
          loadedBefore: at - LOAD_SETTLE_MS,
        });
        const found = dirty.flatMap(({ buckets }) => buckets.map(({ hour }) => hour));
        meters.foundDirty({ buckets: found.length, oldestHour: found.reduce(earlier, undefined) });
        for (const { app, buckets } of dirty) await rollUpTimed(app, buckets.filter(isDue).map(hourOf), stopping);
      }),
    rollUpHours: (app, hours) => oneAtATime(() => rollUpTimed(app, hours)),
    sweep: () => sweepRollups(store, (now() - KEEP_REPLACED_MS) * 1000),
  };
}

/** Ids of rollups grow with time, also across a restart: a clock in microseconds that never stands still. */
function createRollupIds(now: () => number): (howMany: number) => number {
  let next = 0;
  return (howMany) => {
    const first = Math.max(next, now() * 1000);
    next = first + howMany;
    return first;
  };
}

const hourOf = (bucket: Bucket) => bucket.hour;
const earlier = (a: number | undefined, b: number) => Math.min(a ?? b, b);

/** Unix ms; 0 for a bucket that never was. */
const rolledAt = (bucket: Bucket) => Math.max(0, ...bucket.rollupIds) / 1000;
