import { RefusedByServer } from './client.js';

/** Pauses between tries, where the server does not name a longer one. Unit: ms. */
const PAUSE_MS = { first: 1_000, longest: 60_000 };

/** Refusals in a row after which it is not load but trouble. With the pauses above, about half an hour. */
const MAX_REFUSALS = 30;

/**
 * Does something until the server does not refuse it for now: because the spool is full, or too much came at once.
 *
 * @param wait sleeps that many ms; called once a refusal, with the server's sentence.
 * @throws what else fails, and the last refusal when it is always the same.
 */
export async function patiently<T>(
  request: () => Promise<T>,
  wait: (ms: number, why: string) => Promise<unknown>,
): Promise<T> {
  let pauseMs = PAUSE_MS.first;
  for (let refusals = 1; ; refusals++) {
    try {
      return await request();
    } catch (error) {
      if (!(error instanceof RefusedByServer) || !error.retry || refusals === MAX_REFUSALS) throw error;
      await wait(Math.max(pauseMs, (error.retryAfterSeconds ?? 0) * 1000), error.message);
      pauseMs = Math.min(pauseMs * 2, PAUSE_MS.longest);
    }
  }
}
