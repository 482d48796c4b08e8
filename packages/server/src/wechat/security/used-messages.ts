import { createHash } from 'node:crypto';
import type { Db } from '../../db/connect.js';

/** What was signed once and came already, so that whoever listens cannot send it again. For all processes together. */
export interface UsedMessages {
  /**
   * Whether it comes for the first time.
   *
   * @param message what was signed. Signatures themselves can be written in several ways.
   * @param endsAt when it is too old anyway. Unix ms.
   */
  takeOnce(message: Uint8Array, endsAt: number): Promise<boolean>;
}

/** How often those that ended are removed. Unit: ms. */
const SWEEP_EVERY_MS = 60_000;

export function createUsedMessages(db: Db, now: () => number): UsedMessages {
  let sweptAt = Number.NEGATIVE_INFINITY;
  return {
    takeOnce: async (message, endsAt) => {
      if (now() - sweptAt >= SWEEP_EVERY_MS) {
        sweptAt = now();
        await db.deleteFrom('used_messages').where('ends_at', '<', sweptAt).execute();
      }
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('used_messages')
        .values({ hash: createHash('sha256').update(message).digest('hex'), ends_at: endsAt })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      return Number(numInsertedOrUpdatedRows) === 1;
    },
  };
}
