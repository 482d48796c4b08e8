import { readdirSync, readFileSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';

/** Between two looks for threads the engine has started since: it starts them as it needs them, and keeps them. Unit: ms. */
const LOOK_EVERY_MS = 2_000;

/**
 * How far the engine stands back from the rest of the process, in the scheduler's nice values: its threads get a third
 * of the time of whoever answers requests where both want the same core, and all of a core that nobody else wants.
 */
const NICER_BY = 5;

/** The nicest there is. */
const NICEST = 19;

/** Names the engine gives to threads of its pools, idle or at work. Others in the process write spools and answer. */
const OF_ENGINE = /^(ThreadPool|MergeMutate|RuntimeData|QueryP|BgSchPool)/;

const THREADS = '/proc/self/task';

/**
 * Lets merges, inserts and questions of the engine in this process give way to whoever takes requests: an
 * acknowledgement is a millisecond of work that should not wait behind seconds of theirs. On other systems than Linux
 * threads have no priority of their own, and nothing happens.
 *
 * @returns what ends it. Threads that stood back go on doing so.
 */
export function giveWay(): () => void {
  if (process.platform !== 'linux') return () => {};
  const look = () => {
    // Whoever started us may have made all of us stand back already.
    const nice = Math.min(getPriority() + NICER_BY, NICEST);
    for (const thread of threadsOfEngine()) {
      try {
        setPriority(thread, nice);
      } catch {
        // Ended meanwhile.
      }
    }
  };
  look();
  const looking = setInterval(look, LOOK_EVERY_MS).unref();
  return () => clearInterval(looking);
}

function threadsOfEngine(): number[] {
  try {
    return readdirSync(THREADS)
      .filter((thread) => OF_ENGINE.test(readFileSync(`${THREADS}/${thread}/comm`, 'utf8')))
      .map(Number);
  } catch {
    // A thread ended meanwhile, no file can be opened just now, or there is no /proc. The next look may see more.
    return [];
  }
}
