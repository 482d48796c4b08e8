import { createHash } from 'node:crypto';
import type { ExpressionBuilder } from 'kysely';
import type { Db } from '../db/connect.js';
import type { Tables } from '../db/tables.js';
import { isRefusal } from '../http/refusal.js';
import { isFresh } from './apps.js';

/** When each erased user of an app was erased, by the hash of the user's id. Unix ms. */
export type ErasuresOfApp = ReadonlyMap<string, number>;

/** One erasure, of as many users as it was asked for. */
export interface Erasure {
  appid: string;
  /** Unix ms. */
  askedAt: number;
}

/** What is left of one that is not known to be done. */
export interface OpenErasure {
  /** Its users. */
  hashes: string[];
  /** Hours (Unix seconds) that had something to remove, as far as they are known. */
  hours: number[];
}

/** Who was erased. Their ids are kept as hashes only, so that nothing of them comes back and nobody can read who they were. */
export interface Erasures {
  of(appid: string): Promise<ErasuresOfApp>;
  /** Remembers them as erased now; who was before, is again. It is open until it is closed. */
  add(appid: string, users: readonly string[]): Promise<Erasure>;
  /** Erasures that are open and were asked before that moment (Unix ms), the oldest first. */
  listOpen(askedBefore: number): Promise<Erasure[]>;
  /** Undefined for one that was closed. */
  readOpen(erasure: Erasure): Promise<OpenErasure | undefined>;
  /**
   * Writes down which hours an open erasure of these users concerns, before anything is removed: afterwards nobody could
   * tell. It may have been asked for again since it was read.
   */
  noteHours(appid: string, hashes: readonly string[], hours: readonly number[]): Promise<void>;
  /** Nothing is left to do. Which hours it concerned is forgotten. */
  close(erasure: Erasure): Promise<void>;
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
      const askedAt = now();
      const common = { appid, erased_at: askedAt, open_hours: NO_HOURS };
      const rows = users.map((user) => ({ ...common, user_hash: hashUser(appid, user) }));
      await db.transaction().execute(async (tx) => {
        for (let start = 0; start < rows.length; start += ROWS_AT_ONCE)
          await tx
            .insertInto('erasures')
            .values(rows.slice(start, start + ROWS_AT_ONCE))
            .onConflict((conflict) =>
              conflict.columns(['appid', 'user_hash']).doUpdateSet(({ fn, val }) => ({
                erased_at: askedAt,
                // One that was interrupted is finished with this one.
                open_hours: fn.coalesce('erasures.open_hours', val(NO_HOURS)),
              })),
            )
            .execute();
      });
      changes++;
      remembered.delete(appid);
      return { appid, askedAt };
    },
    listOpen: async (askedBefore) => {
      const rows = await db
        .selectFrom('erasures')
        .select(['appid', 'erased_at'])
        .distinct()
        .where('open_hours', 'is not', null)
        .where('erased_at', '<', askedBefore)
        .orderBy('erased_at')
        .execute();
      return rows.map(({ appid, erased_at }) => ({ appid, askedAt: Number(erased_at) }));
    },
    readOpen: async (erasure) => {
      const rows = await db
        .selectFrom('erasures')
        .select(['user_hash', 'open_hours'])
        .where(isOf(erasure))
        .where('open_hours', 'is not', null)
        .execute();
      if (rows.length === 0) return undefined;
      const hours = rows.flatMap(({ open_hours }) => JSON.parse(open_hours as string) as number[]);
      return { hashes: rows.map(({ user_hash }) => user_hash), hours: [...new Set(hours)] };
    },
    noteHours: async (appid, hashes, hours) => {
      await db
        .updateTable('erasures')
        .set({ open_hours: JSON.stringify(hours) })
        .where('appid', '=', appid)
        // With one of them: there may be thousands.
        .where('user_hash', 'in', [...hashes].sort().slice(0, 1))
        .where('open_hours', 'is not', null)
        .execute();
    },
    close: async (erasure) => {
      await db.updateTable('erasures').set({ open_hours: null }).where(isOf(erasure)).execute();
    },
  };
}

/** Users written by one statement. */
const ROWS_AT_ONCE = 500;

/** What an open erasure is known to concern at first. */
const NO_HOURS = '[]';

const isOf =
  ({ appid, askedAt }: Erasure) =>
  (eb: ExpressionBuilder<Tables, 'erasures'>) =>
    eb.and({ appid, erased_at: askedAt });
