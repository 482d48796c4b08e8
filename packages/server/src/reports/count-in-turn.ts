import { isTooLarge } from '@minilens/store/too-large';
import pLimit from 'p-limit';
import { Refusal } from '../http/refusal.js';

/** Each may read all events of a range; the rest of the machine is for collecting and for what rollups answer. */
const AT_ONCE = 1;

/** Each that waits is somebody before a screen. */
const WAITING_AT_MOST = 100;

/**
 * Does what reads events, one after the other, unless whoever asked has gone meanwhile.
 * @throws Refusal BUSY, QUESTION_TOO_LARGE
 */
export type CountInTurn = <T>(count: () => Promise<T>, gone: AbortSignal) => Promise<T>;

export function createTurns(): CountInTurn {
  const limit = pLimit(AT_ONCE);
  return async (count, gone) => {
    if (limit.pendingCount >= WAITING_AT_MOST)
      throw new Refusal('BUSY', 'Enough questions wait already that take long. Ask again when some are answered.');
    return limit(async () => {
      if (gone.aborted) throw new Refusal('BUSY', 'Whoever asked did not wait for the answer.');
      try {
        return await count();
      } catch (cause) {
        if (!isTooLarge(cause)) throw cause;
        throw new Refusal(
          'QUESTION_TOO_LARGE',
          'No rollup tells this, and counting it takes more events than one question may read. Ask for a shorter range, or without what GET /api/v1/metrics names as byEvents and filters.',
          { cause },
        );
      }
    });
  };
}
