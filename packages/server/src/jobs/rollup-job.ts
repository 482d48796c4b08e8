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

/** How long a load is left to settle: of our own, and of others, of whose inserts we cannot know when they end. Unit: ms. */
const LOAD_SETTLE_MS = { own: 5_000, others: 15_000 };

/** A bucket that is dirty again waits this long for more late events, so that a trickle does not keep the engine busy. Unit: ms. */
const AGAIN_MS = 60_000;

/** How long somebody else may be at work on rollups before who asks is told to come back. Unit: ms. */
const TURN_WAIT_MS = 60_000;

/** How long a replaced rollup stays for questions that began before. Unit: ms. */
const KEEP_REPLACED_MS = 600_000;

/** Answers found before who waits for a turn gets one, and how often that goes on of one app. */
const KEEP_AT_ONCE = 10;
const KEEP_ROUNDS = 40;

/** Hours that were computed, and those that were just given something by others. They stay dirty, and the job comes to them. */
export interface RolledUp {
  computed: number;
  putOff: number;
}

export interface RollupJobs {
  /** Rolls up what is dirty and due. Stops between slices when told. */
  rollUpDirty(stopping: AbortSignal): Promise<void>;
  /**
   * Rolls up these hours (Unix seconds) now, whether they are dirty or not. Passes over hours whose events are gone: they
   * would be computed from nothing. @throws Refusal BUSY
   */
  rollUpHours(app: string, hours: readonly number[]): Promise<RolledUp>;
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
  /** Whether other processes load too. */
  othersLoad: boolean;
  /** An app's zone, and the moment (Unix ms) before which its events are gone: 0 where none are. */
  about(app: string): Promise<{ timezone: string; eventsGone: number }>;
  now: () => number;
  meters: Pick<Meters, 'foundDirty' | 'rolledUp'>;
}

/** All rolling up, one at a time in all processes: two at once could each miss the newcomers of the other. */
export function createRollupJobs(
  store: Store,
  { locks, nextRollupIds, untilLoaded, othersLoad, about, now, meters }: RollupJobDeps,
): RollupJobs {
  const inTurn = <T>(run: (lost: AbortSignal) => Promise<T>, stopping?: AbortSignal) =>
    locks.hold('rollups', { waitMs: TURN_WAIT_MS, ...(stopping && { stopping }) }, run);
  const isDue = (bucket: Bucket) => {
    const agoMs = now() - rolledAt(bucket);
    // Ids never go back, so after a clock that was ahead they are.
    return agoMs < 0 || agoMs >= AGAIN_MS;
  };

  const loadedBefore = () => now() - (othersLoad ? LOAD_SETTLE_MS.others : LOAD_SETTLE_MS.own);
  /** Our own loads can be waited for, so that what is asked for is not put off. */
  const ifAsked = othersLoad ? { loadedBefore } : {};

  /** Rolls up those of the hours whose events are still there, and what they complete. */
  async function rollUpKept(
    app: string,
    hours: readonly number[],
    options: { stopping: AbortSignal; loadedBefore?: () => number },
  ): Promise<RolledUp> {
    const { timezone, eventsGone } = await about(app);
    const kept = hours.filter((hour) => hour * 1000 >= eventsGone);
    if (kept.length === 0) return { computed: 0, putOff: 0 };
    const startedAt = performance.now();
    const { putOff } = await rollUp(store, app, kept, nextRollupIds, { untilLoaded, ...options });
    if (!options.stopping.aborted) await addUpPeriods(store, { app, timezone, endedBefore: now() });
    const computed = kept.length - putOff;
    meters.rolledUp({ hours: computed, seconds: (performance.now() - startedAt) / 1000 });
    return { computed, putOff };
  }
  const untilLost =
    (lost: AbortSignal): RollupJobs['rollUpHours'] =>
    async (app, hours) => {
      const rolledUp = await rollUpKept(app, hours, { stopping: lost, ...ifAsked });
      if (lost.aborted)
        throw new Refusal('DATABASE_DOWN', 'The accounts database went away before all was rolled up. Run it again.');
      return rolledUp;
    };

  return {
    rollUpDirty: async (stopping) => {
      const dirty = await listDirtyBuckets(store, {
        endedBefore: now() - HOUR_SETTLE_MS,
        loadedBefore: loadedBefore(),
      });
      const found = dirty.flatMap(({ buckets }) => buckets.map(({ hour }) => hour));
      meters.foundDirty({ buckets: found.length, oldestHour: found.reduce(earlier, undefined) });
      // An app at a time, so that whoever waits for a turn gets one in between.
      for (const { app, buckets } of dirty) {
        const due = buckets.filter(isDue).map(hourOf);
        if (due.length > 0 && !stopping.aborted)
          await inTurn(
            // Other processes may have loaded since these were listed.
            (lost) => rollUpKept(app, due, { stopping: AbortSignal.any([stopping, lost]), loadedBefore }),
            stopping,
          );
      }
    },
    rollUpHours: (app, hours) => inTurn((lost) => untilLost(lost)(app, hours)),
    rollUpLastTime: (app, before) =>
      inTurn(async (lost) => {
        const { eventsGone } = await about(app);
        for (let round = 0; round < LAST_ROUNDS && !lost.aborted; round++) {
          const dirty = (await listBuckets(store, app, eventsGone, before)).filter(isDirty);
          if (dirty.length === 0) return true;
          await rollUp(store, app, dirty.map(hourOf), nextRollupIds, { untilLoaded, stopping: lost, ...ifAsked });
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

/** Unix ms; 0 for a bucket that never was. */
const rolledAt = (bucket: Bucket) => Math.max(0, ...bucket.rollupIds) / 1000;
