import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Locks } from '../db/locks.js';
import { isRefusal } from '../http/refusal.js';

/** How long a process whose turn it is not waits before it asks again. Unit: ms. */
const ASK_AGAIN_MS = 5_000;

interface Running {
  stop(): Promise<void>;
}

/**
 * Keeps something running in one of all processes. Where the one that runs it ends or loses its connection to the
 * database, another begins; the first is told to stop.
 */
export function runInOneProcess(locks: Locks, start: () => Running, log: Logger): Running {
  const stopping = new AbortController();

  const lead = (lost: AbortSignal) => {
    const running = start();
    const ended = AbortSignal.any([stopping.signal, lost]);
    const untilEnded = ended.aborted ? Promise.resolve() : once(ended, 'abort');
    return untilEnded.then(() => running.stop());
  };

  async function loop() {
    while (!stopping.signal.aborted) {
      await locks.hold('jobs', { waitMs: 0 }, lead).catch((err) => {
        if (isRefusal(err, 'BUSY')) return;
        log.warn({ err }, 'Jobs do not run here while the accounts database does not answer; it is asked again');
      });
      await sleep(ASK_AGAIN_MS, undefined, { signal: stopping.signal }).catch(() => {});
    }
  }

  const ended = loop();
  return {
    stop: async () => {
      stopping.abort();
      await ended;
    },
  };
}
