import type { Store } from '@minilens/store/connect';
import { eraseUsers, findUsersByOpenid, sweepHours } from '@minilens/store/erase';
import type { KeptAnswers } from '@minilens/store/kept-answers';
import type { EraseBody, Erased } from '@minilens/wire/report-api';
import type { Apps } from '../admin/apps.js';
import { type Erasures, hashUser } from '../admin/erasures.js';
import { headOf, withoutSharers } from '../collect/forgotten.js';
import type { Loader } from '../collect/loader.js';
import type { Spool } from '../collect/spool.js';
import type { RollupJobs } from './rollup-job.js';

export interface EraseDeps {
  store: Store;
  spool: Spool;
  apps: Apps;
  erasures: Erasures;
  loader: Loader;
  rollupJobs: RollupJobs;
  keptAnswers: Pick<KeptAnswers, 'forget'>;
  /** Resolves when every collector on this store has learned what was written to the accounts database. */
  untilOthersKnow: () => Promise<void>;
}

/** Removes all that is stored of a user, or of everybody who said this openid. Run again, it finds nothing more. */
export type Erase = (appid: string, who: EraseBody) => Promise<Erased>;

/**
 * The order leaves no gap. First the erasure is written down: from then on nothing more of those users is taken, here or
 * by another collector. Then what waits in the spool goes, while no block is on its way. What was on its way is in the
 * store by then, and goes last, while nothing is rolled up.
 */
export function createErase({
  store,
  spool,
  apps,
  erasures,
  loader,
  rollupJobs,
  keptAnswers,
  untilOthersKnow,
}: EraseDeps): Erase {
  return async (appid, { user, openid }) => {
    const users = new Set(user === undefined ? [] : [user]);
    if (openid !== undefined) {
      const found = await loader.between(async () => [
        ...(await findUsersByOpenid(store, appid, openid)),
        ...(await usersInSpool(spool, appid, openid)),
      ]);
      for (const each of found) users.add(each);
    }
    if (users.size === 0) return { users: 0, events: 0, sessions: 0, batches: 0, hours: 0 };

    const askedAt = await erasures.add(appid, [...users]);
    await untilOthersKnow();
    const batches = await loader.betweenSettled(() =>
      spool.rewrite((batch) => withoutUsers(batch, { appid, users, askedAt })),
    );

    return rollupJobs.between(async (rollUpHours) => {
      const eventsGone = (await apps.find(appid))?.eventsGone ?? 0;
      const hashes = [...users].map((each) => hashUser(appid, each));
      try {
        const { events, sessions, hours } = await eraseUsers(store, { app: appid, hashes, askedAt }, eventsGone);
        const computed = await rollUpHours(appid, hours);
        await sweepHours(store, appid, hours);
        return { users: users.size, events, sessions, batches, hours: computed };
      } finally {
        // Hours whose events are gone lose a newcomer and keep their rollup.
        keptAnswers.forget(appid);
      }
    });
  };
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
  { appid, users, askedAt }: { appid: string; users: ReadonlySet<string>; askedAt: number },
): string {
  const head = headOf(batch);
  if (head?.app !== appid) return batch;
  if (users.has(head.user) && head.sessionAt < askedAt) return '';
  return withoutSharers(batch, (user) => users.has(user));
}
