import type { Store } from '@minilens/store/connect';
import { eraseUsers, findUsersByOpenid, sweepHours } from '@minilens/store/erase';
import type { KeptAnswers } from '@minilens/store/kept-answers';
import { isStoreAway } from '@minilens/store/store-away';
import type { EraseBody, Erased } from '@minilens/wire/report-api';
import type { Apps } from '../admin/apps.js';
import { type Erasure, type Erasures, hashUser } from '../admin/erasures.js';
import { headOf, withoutSharers } from '../collect/forgotten.js';
import type { Loader } from '../collect/loader.js';
import type { Spool } from '../collect/spool.js';
import { isRefusal, Refusal } from '../http/refusal.js';
import type { RollupJobs } from './rollup-job.js';

export interface EraserDeps {
  store: Store;
  spool: Spool;
  apps: Apps;
  erasures: Erasures;
  loader: Loader;
  rollupJobs: RollupJobs;
  keptAnswers: Pick<KeptAnswers, 'forget'>;
  /** Resolves when every collector on this store has learned what was written to the accounts database. */
  untilOthersKnow: () => Promise<void>;
  /** Whether other processes load too. One may be in the middle of it when it learns who was erased. */
  othersLoad: boolean;
  now: () => number;
}

export interface Eraser {
  /**
   * Removes all that is stored of a user, or of everybody who said this openid. Run again, it finds nothing more.
   * @throws Refusal BUSY, STORE_AWAY: where it says so, it is written down and finished by itself.
   */
  erase(appid: string, who: EraseBody): Promise<Erased>;
  /** Does once more what was asked some time ago and is still open: it was interrupted, or others may have loaded meanwhile. */
  finishErasures(stopping: AbortSignal): Promise<void>;
}

/** By then nobody loads any more what was taken before an erasure was known, and a statement of a killed process has ended. Unit: ms. */
const LOOK_AGAIN_MS = 10 * 60_000;

/**
 * The order leaves no gap. First the erasure is written down: from then on nothing more of those users is taken, here or
 * by another collector, and whatever becomes of this process, another finishes it. Then what waits in the spool goes, while no
 * block is on its way. What was on its way is in the store by then, and goes last, while nothing is rolled up.
 */
export function createEraser({
  store,
  spool,
  apps,
  erasures,
  loader,
  rollupJobs,
  keptAnswers,
  untilOthersKnow,
  othersLoad,
  now,
}: EraserDeps): Eraser {
  const eraseFromStore = (erasure: Erasure, { isLast }: { isLast: boolean }) =>
    rollupJobs.between(async (rollUpHours) => {
      const { appid, askedAt } = erasure;
      const open = await erasures.readOpen(erasure);
      if (open === undefined) return { events: 0, sessions: 0, hours: 0 };
      const eventsGone = (await apps.find(appid))?.eventsGone ?? 0;
      try {
        const { events, sessions, hours } = await eraseUsers(
          store,
          { app: appid, hashes: open.hashes, askedAt },
          { from: eventsGone, known: open.hours, found: (hours) => erasures.noteHours(appid, open.hashes, hours) },
        );
        const computed = await rollUpHours(appid, hours);
        await sweepHours(store, appid, hours);
        if (isLast) await erasures.close(erasure);
        return { events, sessions, hours: computed };
      } finally {
        // Hours whose events are gone lose a newcomer and keep their rollup.
        keptAnswers.forget(appid);
      }
    });

  async function finish(erasure: Erasure): Promise<void> {
    const { appid, askedAt } = erasure;
    const hashes = new Set((await erasures.readOpen(erasure))?.hashes);
    const isErased = (user: string) => hashes.has(hashUser(appid, user));
    await loader.betweenSettled(() => spool.rewrite((batch) => withoutUsers(batch, { appid, askedAt, isErased })));
    await eraseFromStore(erasure, { isLast: true });
  }

  return {
    erase: async (appid, { user, openid }) => {
      const users = new Set(user === undefined ? [] : [user]);
      if (openid !== undefined) {
        const found = await loader.between(async () => [
          ...(await findUsersByOpenid(store, appid, openid)),
          ...(await usersInSpool(spool, appid, openid)),
        ]);
        for (const each of found) users.add(each);
      }
      if (users.size === 0) return { users: 0, events: 0, sessions: 0, batches: 0, hours: 0 };

      const erasure = await erasures.add(appid, [...users]);
      await untilOthersKnow();
      const { askedAt } = erasure;
      try {
        const batches = await loader.betweenSettled(() =>
          spool.rewrite((batch) => withoutUsers(batch, { appid, askedAt, isErased: (user) => users.has(user) })),
        );
        return { users: users.size, batches, ...(await eraseFromStore(erasure, { isLast: !othersLoad })) };
      } catch (error) {
        throw finishedLater(error);
      }
    },

    finishErasures: async (stopping) => {
      const failures: unknown[] = [];
      for (const erasure of await erasures.listOpen(now() - LOOK_AGAIN_MS)) {
        if (stopping.aborted) return;
        // One that cannot be finished holds up no other.
        await finish(erasure).catch((error) => failures.push(error));
      }
      if (failures.length > 0) throw failures[0];
    },
  };
}

/** Whoever hears that it did not get through now need not ask again. */
function finishedLater(cause: unknown): unknown {
  const code = isRefusal(cause, 'BUSY') ? 'BUSY' : isStoreAway(cause) ? 'STORE_AWAY' : undefined;
  if (code === undefined) return cause;
  const why =
    code === 'BUSY' ? 'Somebody else is busy with rollups' : 'The event store, or a node of it, does not answer';
  return new Refusal(
    code,
    `${why}, so not everything is removed yet. The erasure is written down: nothing more of these users is taken, and the rest goes by itself, a quarter of an hour after that has passed at the latest. Nobody need ask again.`,
    { cause },
  );
}

/** Users in waiting batches who say that they are this openid. */
async function usersInSpool(spool: Spool, appid: string, openid: string): Promise<string[]> {
  const said = `"openid":${JSON.stringify(openid)}`;
  const users: string[] = [];
  await spool.rewrite((batch) => {
    const head = batch.includes(said) ? headOf(batch) : undefined;
    if (head?.app === appid) users.push(head.user);
    return batch;
  });
  return users;
}

/** A waiting batch without these users: nothing of a session of theirs begun before, and of others' all but whose card was opened. */
function withoutUsers(
  batch: string,
  { appid, askedAt, isErased }: { appid: string; askedAt: number; isErased: (user: string) => boolean },
): string {
  const head = headOf(batch);
  if (head?.app !== appid) return batch;
  if (head.sessionAt < askedAt && isErased(head.user)) return '';
  return withoutSharers(batch, isErased);
}
