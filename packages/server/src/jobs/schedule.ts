import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Meters } from '../watch/meters.js';

export interface Job {
  name: string;
  everyMs: number;
  /** How long after the start it runs first; at once where absent. */
  firstAfterMs?: number;
  run(stopping: AbortSignal): Promise<unknown>;
}

/** Between two looks whether a job's time has come, at most. Unit: ms. */
const LOOK_EVERY_MS = 10_000;

/** What failed does not wait longer than this: somebody else may have been busy. Unit: ms. */
const FAILED_AGAIN_MS = 3_600_000;

/** Runs jobs one after the other, each when its time has come, until stopped. A failed job is logged and comes again. */
export function startJobs(
  jobs: readonly Job[],
  log: Logger,
  now: () => number,
  meters: Pick<Meters, 'jobRan'>,
): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const due = new Map(jobs.map((job) => [job, now() + (job.firstAfterMs ?? 0)]));
  const tickMs = Math.min(LOOK_EVERY_MS, ...jobs.map((job) => job.everyMs));

  async function loop() {
    while (!stopping.signal.aborted) {
      for (const job of jobs) {
        const waitsMs = (due.get(job) ?? 0) - now();
        // Longer than it ever waits: the clock was set back, and nobody shall wait until it has caught up.
        const isDue = waitsMs <= 0 || waitsMs > Math.max(job.everyMs, job.firstAfterMs ?? 0);
        if (stopping.signal.aborted || !isDue) continue;
        due.set(job, now() + job.everyMs);
        const startedAt = performance.now();
        const isOk = await job.run(stopping.signal).then(
          () => true,
          (err) => {
            log.error({ err, job: job.name }, 'A job failed; it runs again in time');
            return false;
          },
        );
        if (!isOk) due.set(job, now() + Math.min(job.everyMs, FAILED_AGAIN_MS));
        meters.jobRan(job.name, { isOk, seconds: (performance.now() - startedAt) / 1000 });
      }
      await sleep(tickMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  }

  const running = loop();
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}
