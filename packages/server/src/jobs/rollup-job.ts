import type { Bucket } from '@minilens/store/buckets';
import type { Store } from '@minilens/store/connect';
import { listDirtyBuckets, rollUp, sweepRollups } from '@minilens/store/roll-up';
import type { Locks } from '../db/locks.js';
import { Refusal } from '../http/refusal.js';
import type { Meters } from '../watch/meters.js';

/** How long after its end an hour is left to arrive before it is first rolled up. Unit: ms. */
const HOUR_SETTLE_MS = 30_000;

/** How long a load is left to settle. Unit: ms. */
const LOAD_SETTLE_MS = 5_000;

/** A bucket that is dirty again waits this long for more late events, so that a trickle does not keep the engine busy. Unit: ms. */
const AGAIN_MS = 60_000;

/** How long somebody else may be at work on rollups before who asks is told to come back. Unit: ms. */
const TURN_WAIT_MS = 60_000;

/** How long a replaced rollup stays for questions that began before. Unit: ms. */
const KEEP_REPLACED_MS = 600_000;

export interface RollupJobs {
  /** Rolls up what is dirty and due. Stops between slices when told. */
  rollUpDirty(stopping: AbortSignal): Promise<void>;
  /** Rolls up these hours (Unix seconds) now, whether they are dirty or not. @throws Refusal BUSY */
  rollUpHours(app: string, hours: readonly number[]): Promise<void>;
  /** Removes what newer rollups replaced. */
  sweep(): Promise<void>;
}

/** All rolling up, one at a time in all processes: two at once could each miss the newcomers of the other. */
export function createRollupJobs(
  store: Store,
  {
    locks,
    nextRollupIds,
    now,
    meters,
  }: {
    locks: Locks;
    nextRollupIds(howMany: number): Promise<number>;
    now: () => number;
    meters: Pick<Meters, 'foundDirty' | 'rolledUp'>;
  },
): RollupJobs {
  const inTurn = <T>(run: (lost: AbortSignal) => Promise<T>, stopping?: AbortSignal) =>
    locks.hold('rollups', { waitMs: TURN_WAIT_MS, ...(stopping && { stopping }) }, run);
  const isDue = (bucket: Bucket) => now() - rolledAt(bucket) >= AGAIN_MS;

  async function rollUpTimed(app: string, hours: readonly number[], stopping: AbortSignal) {
    if (hours.length === 0) return;
    const startedAt = performance.now();
    await rollUp(store, app, hours, nextRollupIds, { stopping });
    meters.rolledUp({ hours: hours.length, seconds: (performance.now() - startedAt) / 1000 });
  }

  return {
    rollUpDirty: (stopping) =>
      inTurn(async (lost) => {
        const at = now();
        const dirty = await listDirtyBuckets(store, {
          endedBefore: at - HOUR_SETTLE_MS,
          loadedBefore: at - LOAD_SETTLE_MS,
        });
        const found = dirty.flatMap(({ buckets }) => buckets.map(({ hour }) => hour));
        meters.foundDirty({ buckets: found.length, oldestHour: found.reduce(earlier, undefined) });
        const ending = AbortSignal.any([stopping, lost]);
        for (const { app, buckets } of dirty) await rollUpTimed(app, buckets.filter(isDue).map(hourOf), ending);
      }, stopping),
    rollUpHours: (app, hours) =>
      inTurn(async (lost) => {
        await rollUpTimed(app, hours, lost);
        if (lost.aborted)
          throw new Refusal('DATABASE_DOWN', 'The accounts database went away before all was rolled up. Run it again.');
      }),
    // What is being rolled up and not yet in force looks like what was replaced.
    sweep: () => inTurn(() => sweepRollups(store, (now() - KEEP_REPLACED_MS) * 1000)),
  };
}

const hourOf = (bucket: Bucket) => bucket.hour;
const earlier = (a: number | undefined, b: number) => Math.min(a ?? b, b);

/** Unix ms; 0 for a bucket that never was. */
const rolledAt = (bucket: Bucket) => Math.max(0, ...bucket.rollupIds) / 1000;
