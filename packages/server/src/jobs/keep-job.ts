import type { Store } from '@minilens/store/connect';
import { dropPastEvents, dropPastRollups, listPastEvents, type Past, pastAt } from '@minilens/store/keep';
import type { KeptAnswers } from '@minilens/store/kept-answers';
import type { Logger } from 'pino';
import type { Apps } from '../admin/apps.js';
import type { Loader } from '../collect/loader.js';
import type { RollupJobs } from './rollup-job.js';

export interface KeepJobDeps {
  store: Store;
  apps: Apps;
  loader: Pick<Loader, 'loadWaiting' | 'between'>;
  rollupJobs: RollupJobs;
  keptAnswers: Pick<KeptAnswers, 'forget'>;
  /** Resolves when every collector on this store has learned what was written to the accounts database. */
  untilOthersKnow: () => Promise<void>;
  log: Logger;
  now: () => number;
}

/**
 * Drops what is past: events after their rollups are made for the last time, then rollups.
 *
 * The order keeps every number right. First no more events of those hours are taken, anywhere, so that nothing can make
 * them dirty; then what was acknowledged before is loaded; then what is dirty is rolled up while its events are still there; only then do events go. An app that does
 * not come that far keeps its events until the job runs again.
 */
export function createKeepJob({
  store,
  apps,
  loader,
  rollupJobs,
  keptAnswers,
  untilOthersKnow,
  log,
  now,
}: KeepJobDeps) {
  return async (stopping: AbortSignal): Promise<void> => {
    const all = await apps.list();
    const past = (days: 'eventsDays' | 'rollupsDays') =>
      new Map(all.map(({ appid, keeping }): [string, Past] => [appid, pastAt(now(), keeping[days])]));

    const pastEvents = past('eventsDays');
    const due = await listPastEvents(store, pastEvents);
    for (const [appid, endsAt] of due) await apps.closeEventsBefore(appid, endsAt);
    if (due.size > 0) {
      await untilOthersKnow();
      // What was acknowledged until then waits in the spool and is to be counted.
      await loader.loadWaiting();
    }

    const ready = new Map<string, Past>();
    const waiting = new Set<string>();
    for (const [appid, endsAt] of due) {
      if (stopping.aborted) return;
      if (await rollupJobs.rollUpLastTime(appid, endsAt)) {
        const { monthsBefore, hoursBefore } = pastEvents.get(appid) as Past;
        // Later hours were not closed: what came of them meanwhile goes another day.
        ready.set(appid, { monthsBefore, hoursBefore: Math.min(hoursBefore, endsAt) });
      } else waiting.add(appid);
    }
    for (const appid of waiting)
      log.warn({ appid }, 'Events that are past stay another day: their hours could not be rolled up');
    // In turn with whoever rolls up: nobody is at it when this is written, and who comes next reads it.
    if (ready.size > 0)
      await rollupJobs.between(async () => {
        for (const appid of ready.keys()) await apps.dropEventsBefore(appid, due.get(appid) as number);
        await untilOthersKnow();
      });
    const events = await loader.between(() => dropPastEvents(store, ready));
    // Some quote events.
    for (const appid of ready.keys()) keptAnswers.forget(appid);

    const pastRollups = past('rollupsDays');
    for (const appid of waiting) pastRollups.delete(appid);
    const rollups = await rollupJobs.between(() => dropPastRollups(store, pastRollups));
    if (events + rollups > 0) log.info({ events, rollups, apps: [...ready.keys()] }, 'Dropped what was past');
  };
}
