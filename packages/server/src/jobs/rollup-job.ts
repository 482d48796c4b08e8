import { type Bucket, isDirty, listBuckets } from '@minilens/store/buckets';
import type { Store } from '@minilens/store/connect';
import { listDirtyBuckets, rollUp, sweepRollups } from '@minilens/store/roll-up';
import pLimit from 'p-limit';

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
  /**
   * Rolls up these hours (Unix seconds) now, whether they are dirty or not. Passes over hours whose events are gone: they
   * would be computed from nothing. Gives how many it computed.
   */
  rollUpHours(app: string, hours: readonly number[]): Promise<number>;
  /** Rolls up what is dirty before that moment (Unix ms), whose events are about to go. Gives whether all of it is clean now. */
  rollUpLastTime(app: string, before: number): Promise<boolean>;
  /** Does something while nothing is rolled up; it gets what rolls up these hours of its own. */
  between<T>(work: (rollUpHours: RollupJobs['rollUpHours']) => Promise<T>): Promise<T>;
  /** Removes what newer rollups replaced. */
  sweep(): Promise<void>;
}

/** Rolling up an hour may make a later one dirty, and that a later one still; more rounds than this mean that it does not settle. */
const LAST_ROUNDS = 5;

/**
 * All rolling up of this process, one at a time: two at once could each miss the newcomers of the other.
 *
 * @param eventsFrom first moment of an app whose events are kept, Unix ms; 0 where all are.
 */
export function createRollupJobs(
  store: Store,
  now: () => number,
  eventsFrom: (app: string) => Promise<number>,
): RollupJobs {
  const oneAtATime = pLimit(1);
  const nextIds = createRollupIds(now);
  const isDue = (bucket: Bucket) => now() - rolledAt(bucket) >= AGAIN_MS;

  const stillThere = async (app: string, hours: readonly number[]) => {
    const from = await eventsFrom(app);
    return hours.filter((hour) => hour * 1000 >= from);
  };
  const rollUpNow: RollupJobs['rollUpHours'] = async (app, hours) => {
    const kept = await stillThere(app, hours);
    await rollUp(store, app, kept, nextIds);
    return kept.length;
  };

  return {
    rollUpDirty: (stopping) =>
      oneAtATime(async () => {
        const at = now();
        const dirty = await listDirtyBuckets(store, {
          endedBefore: at - HOUR_SETTLE_MS,
          loadedBefore: at - LOAD_SETTLE_MS,
        });
        for (const { app, buckets } of dirty)
          await rollUp(
            store,
            app,
            await stillThere(
              app,
              buckets.filter(isDue).map(({ hour }) => hour),
            ),
            nextIds,
            { stopping },
          );
      }),
    rollUpHours: (app, hours) => oneAtATime(() => rollUpNow(app, hours)),
    rollUpLastTime: (app, before) =>
      oneAtATime(async () => {
        for (let round = 0; round < LAST_ROUNDS; round++) {
          const dirty = (await listBuckets(store, app, 0, before)).filter(isDirty);
          if (dirty.length === 0) return true;
          await rollUp(
            store,
            app,
            dirty.map(({ hour }) => hour),
            nextIds,
          );
        }
        return false;
      }),
    between: (work) => oneAtATime(() => work(rollUpNow)),
    sweep: () => oneAtATime(() => sweepRollups(store, (now() - KEEP_REPLACED_MS) * 1000)),
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

/** Unix ms; 0 for a bucket that never was. */
const rolledAt = (bucket: Bucket) => Math.max(0, ...bucket.rollupIds) / 1000;
