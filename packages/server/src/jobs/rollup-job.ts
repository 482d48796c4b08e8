import { type Bucket, isDirty, listBuckets } from '@minilens/store/buckets';
import type { Store } from '@minilens/store/connect';
import { keepAnswers, type StandingQuestion } from '@minilens/store/kept-answers';
import { addUpPeriods } from '@minilens/store/periods';
import { listDirtyBuckets, rollUp, sweepRollups } from '@minilens/store/roll-up';
import type { Locks } from '../db/locks.js';
import { Refusal } from '../http/refusal.js';
import type { Meters } from '../watch/meters.js';

/** How long after its end an hour is left to arrive before it is first rolled up. Unit: ms. */
const HOUR_SETTLE_MS = 30_000;

/** A bucket that is dirty again waits this long for more late events, so that a trickle does not keep the engine busy. Unit: ms. */
const AGAIN_MS = 60_000;

/**
 * After buckets were rolled up again none is for this many times as long as that took: late events of large hours would
 * keep the engine busy all the time. Not for hours, since what was late is to be counted. Unit: ms.
 */
const REST = { times: 4, atMostMs: 3_600_000 };

/** How long somebody else may be at work on rollups before who asks is told to come back. Unit: ms. */
const TURN_WAIT_MS = 60_000;

/** How long a replaced rollup stays for questions that began before. Unit: ms. */
const KEEP_REPLACED_MS = 600_000;

/** Answers found before who waits for a turn gets one, and how often that goes on of one app. */
const KEEP_AT_ONCE = 10;
const KEEP_ROUNDS = 40;

export interface RollupJobs {
  /** Rolls up what is dirty and due. Stops between slices when told. */
  rollUpDirty(stopping: AbortSignal): Promise<void>;
  /**
   * Rolls up these hours (Unix seconds) now, whether they are dirty or not. Passes over hours whose events are gone: they
   * would be computed from nothing. Gives how many it computed. @throws Refusal BUSY
   */
  rollUpHours(app: string, hours: readonly number[]): Promise<number>;
  /** Rolls up what is dirty before that moment (Unix ms), whose events are about to go. Gives whether all of it is clean now. */
  rollUpLastTime(app: string, before: number): Promise<boolean>;
  /** Does something while nothing is rolled up; it gets what rolls up these hours of its own. */
  between<T>(work: (rollUpHours: RollupJobs['rollUpHours']) => Promise<T>): Promise<T>;
  /** Adds up an app's days, weeks and months that are over and were not added up yet. */
  addUpPeriods(app: string): Promise<void>;
  /** Finds and keeps the answers to those of an app's questions whose kept ones no longer count; some of them at a time. */
  keepAnswers(app: string, questions: readonly StandingQuestion[], stopping: AbortSignal): Promise<void>;
  /** Removes what newer rollups replaced. */
  sweep(): Promise<void>;
}

/** Rolling up an hour may make a later one dirty, and that a later one still; more rounds than this mean that it does not settle. */
const LAST_ROUNDS = 5;

export interface RollupJobDeps {
  locks: Locks;
  nextRollupIds(howMany: number): Promise<number>;
  /** Resolves when the block that is on its way into the store from here, if one is, is there. */
  untilLoaded(): Promise<void>;
  /** How long an insert of another process may take to show all it brings; 0 where no other loads. Unit: ms. */
  settleMs: number;
  /** An app's zone, and the moment (Unix ms) before which its events are gone: 0 where none are. */
  about(app: string): Promise<{ timezone: string; eventsGone: number }>;
  now: () => number;
  meters: Pick<Meters, 'foundDirty' | 'rolledUp'>;
}

/** All rolling up, one at a time in all processes: two at once could each miss the newcomers of the other. */
export function createRollupJobs(
  store: Store,
  { locks, nextRollupIds, untilLoaded, settleMs, about, now, meters }: RollupJobDeps,
): RollupJobs {
  const inTurn = <T>(run: (lost: AbortSignal) => Promise<T>, stopping?: AbortSignal) =>
    locks.hold('rollups', { waitMs: TURN_WAIT_MS, ...(stopping && { stopping }) }, run);
  let rest = { from: 0, ms: 0 };
  // After a clock that was ahead, what it said lies ahead.
  const isOver = (from: number, ms: number) => now() < from || now() >= from + ms;
  const isDue = (bucket: Bucket) =>
    !isRolledUp(bucket) || (isOver(rest.from, rest.ms) && isOver(rolledAt(bucket), AGAIN_MS));

  /** Rolls up those of the hours whose events are still there, and what they complete. Gives how many there were. */
  async function rollUpKept(app: string, hours: readonly number[], stopping: AbortSignal): Promise<number> {
    const { timezone, eventsGone } = await about(app);
    const kept = hours.filter((hour) => hour * 1000 >= eventsGone);
    if (kept.length === 0) return 0;
    const startedAt = performance.now();
    await rollUp(store, app, kept, nextRollupIds, { untilLoaded, settleMs, stopping });
    if (!stopping.aborted) await addUpPeriods(store, { app, timezone, endedBefore: now() });
    meters.rolledUp({ hours: kept.length, seconds: (performance.now() - startedAt) / 1000 });
    return kept.length;
  }
  const untilLost =
    (lost: AbortSignal): RollupJobs['rollUpHours'] =>
    async (app, hours) => {
      const computed = await rollUpKept(app, hours, lost);
      if (lost.aborted)
        throw new Refusal('DATABASE_DOWN', 'The accounts database went away before all was rolled up. Run it again.');
      return computed;
    };

  return {
    rollUpDirty: async (stopping) => {
      const startedAt = now();
      const dirty = await listDirtyBuckets(store, { endedBefore: startedAt - HOUR_SETTLE_MS });
      const found = dirty.flatMap(({ buckets }) => buckets);
      meters.foundDirty({ buckets: found.length, waitingSince: found.map(waitsSince).reduce(earlier, undefined) });
      const due = dirty.map(({ app, buckets }) => ({ app, buckets: buckets.filter(isDue) }));
      // An app at a time, so that whoever waits for a turn gets one in between.
      for (const { app, buckets } of due)
        if (buckets.length > 0 && !stopping.aborted)
          await inTurn((lost) => rollUpKept(app, buckets.map(hourOf), AbortSignal.any([stopping, lost])), stopping);
      if (due.some(({ buckets }) => buckets.some(isRolledUp)))
        rest = { from: now(), ms: Math.min(REST.times * (now() - startedAt), REST.atMostMs) };
    },
    rollUpHours: (app, hours) => inTurn((lost) => untilLost(lost)(app, hours)),
    rollUpLastTime: (app, before) =>
      inTurn(async (lost) => {
        const { eventsGone } = await about(app);
        for (let round = 0; round < LAST_ROUNDS && !lost.aborted; round++) {
          const dirty = (await listBuckets(store, app, eventsGone, before)).filter(isDirty);
          if (dirty.length === 0) return true;
          await rollUp(store, app, dirty.map(hourOf), nextRollupIds, { untilLoaded, settleMs, stopping: lost });
        }
        return false;
      }),
    addUpPeriods: (app) =>
      inTurn(async () => addUpPeriods(store, { app, timezone: (await about(app)).timezone, endedBefore: now() })),
    keepAnswers: async (app, questions, stopping) => {
      for (let rounds = 0; rounds < KEEP_ROUNDS && !stopping.aborted; rounds++) {
        const found = await inTurn(
          (lost) =>
            keepAnswers(store, app, questions, { atMost: KEEP_AT_ONCE, stopping: AbortSignal.any([stopping, lost]) }),
          stopping,
        );
        if (found < KEEP_AT_ONCE) break;
      }
    },
    between: (work) => inTurn((lost) => work(untilLost(lost))),
    // What is being rolled up and not yet in force looks like what was replaced.
    sweep: () => inTurn(() => sweepRollups(store, (now() - KEEP_REPLACED_MS) * 1000)),
  };
}

const hourOf = (bucket: Bucket) => bucket.hour;
const earlier = (a: number | undefined, b: number) => Math.min(a ?? b, b);

const isRolledUp = (bucket: Bucket) => bucket.rollupIds.length > 0;

/** Unix ms; 0 for a bucket that never was. */
const rolledAt = (bucket: Bucket) => Math.max(0, ...bucket.rollupIds) / 1000;

/** When it was over, or rolled up last. Unix ms. */
const waitsSince = (bucket: Bucket) => Math.max((bucket.hour + 3600) * 1000, rolledAt(bucket));
