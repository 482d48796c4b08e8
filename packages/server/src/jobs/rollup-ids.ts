import { sql } from 'kysely';
import type { Db } from '../db/connect.js';

/**
 * Ids of rollups: numbers in a row that no process ever gave out, and greater than all that were. They come from one row
 * of the database, so that a process whose clock is behind cannot compute a rollup that an older one outranks. They keep
 * up with the clock, in microseconds, so that an id also says when.
 */
export function createRollupIds(db: Db, now: () => number): (howMany: number) => Promise<number> {
  return async (howMany) => {
    const fromClock = now() * 1000;
    const { next } = await db
      .insertInto('rollup_ids')
      .values({ only: 1, next: fromClock + howMany })
      .onConflict((conflict) =>
        conflict.column('only').doUpdateSet({
          next: sql<number>`CASE WHEN rollup_ids.next > ${fromClock} THEN rollup_ids.next ELSE ${fromClock} END + ${howMany}`,
        }),
      )
      .returning('next')
      .executeTakeFirstOrThrow();
    return next - howMany;
  };
}
