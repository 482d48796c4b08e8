import { createHash } from 'node:crypto';
import type { Db } from '../db/connect.js';
import { isRefusal } from '../http/refusal.js';
import { isFresh } from './apps.js';

/** When each erased user of an app was erased, by the hash of the user's id. Unix ms. */
export type ErasuresOfApp = ReadonlyMap<string, number>;

/** Who was erased. Their ids are kept as hashes only, so that nothing of them comes back and nobody can read who they were. */
export interface Erasures {
  of(appid: string): Promise<ErasuresOfApp>;
  /** Remembers them as erased now; who was before, is again. Gives the moment, Unix ms. */
  add(appid: string, users: readonly string[]): Promise<number>;
}

/**
 * User ids are random and long, so a plain hash cannot be searched. The app is in it: the same id elsewhere is somebody
 * else. The event store computes the same.
 */
export const hashUser = (appid: string, user: string): string =>
  createHash('sha256').update(`${appid} ${user}`).digest('hex');

export function createErasures(db: Db, now: () => number): Erasures {
  const remembered = new Map<string, { erasures: ErasuresOfApp; at: number }>();
  let changes = 0;
  return {
    of: async (appid) => {
      const known = remembered.get(appid);
      if (known !== undefined && isFresh(known.at, now())) return known.erasures;
      const before = changes;
      const rows = await db
        .selectFrom('erasures')
        .select(['user_hash', 'erased_at'])
        .where('appid', '=', appid)
        .execute()
        .catch((error) => {
          // Collecting goes on for known apps; before a block is stored the database is asked again.
          if (known !== undefined && isRefusal(error, 'DATABASE_DOWN')) return undefined;
          throw error;
        });
      if (rows === undefined && known !== undefined) return known.erasures;
      const erasures = new Map((rows ?? []).map((row) => [row.user_hash, Number(row.erased_at)]));
      // What was read while somebody was erased may be older than that.
      if (before === changes) remembered.set(appid, { erasures, at: now() });
      return erasures;
    },
    add: async (appid, users) => {
      const erased_at = now();
      for (const user of users)
        await db
          .insertInto('erasures')
          .values({ appid, user_hash: hashUser(appid, user), erased_at })
          .onConflict((conflict) => conflict.columns(['appid', 'user_hash']).doUpdateSet({ erased_at }))
          .execute();
      changes++;
      remembered.delete(appid);
      return erased_at;
    },
  };
}
