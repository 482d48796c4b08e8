import { isTooLarge } from '@minilens/store/too-large';
import type { FastifyReply } from 'fastify';
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
export type InTurn = <T>(read: () => Promise<T>, gone: AbortSignal) => Promise<T>;

/** @param tooLarge what is said of a question that takes too much. */
export function createTurns(tooLarge: string): InTurn {
  const limit = pLimit(AT_ONCE);
  return async (read, gone) => {
    if (limit.pendingCount >= WAITING_AT_MOST)
      throw new Refusal('BUSY', 'Enough questions wait already that take long. Ask again when some are answered.');
    return limit(async () => {
      if (gone.aborted) throw new Refusal('BUSY', 'Whoever asked did not wait for the answer.');
      try {
        return await read();
      } catch (cause) {
        if (!isTooLarge(cause)) throw cause;
        throw new Refusal('QUESTION_TOO_LARGE', tooLarge, { cause });
      }
    });
  };
}

/** Tells when whoever asked is not there any more. */
export function whenGone(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  return gone.signal;
}
