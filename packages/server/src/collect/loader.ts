import { setTimeout as sleep } from 'node:timers/promises';
import type { Store } from '@minilens/store/connect';
import { insertBlock } from '@minilens/store/insert-block';
import pLimit from 'p-limit';
import type { Logger } from 'pino';
import type { Memory } from './forgotten.js';
import type { Spool } from './spool.js';

/**
 * How much goes into one insert. The engine likes large blocks, memory does not: at 20 events a batch this is 50,000
 * rows, which load as fast as 100,000 and need a third less.
 */
const BLOCK_BOUNDS = { maxBatches: 2_500, maxBytes: 16 * 1024 ** 2 };

/** How long a small block may wait for company. Half of it is what a lone event waits on average. Unit: ms. */
const GATHER_MS = 500;

/** Pauses between tries while the store does not take a block. Unit: ms. */
const RETRY_MS = { first: 500, longest: 30_000 };

export interface LoaderDeps {
  spool: Spool;
  store: Store;
  memory: Memory;
  /** Brings the store to its newest schema, once it can be reached. */
  prepareStore: () => Promise<void>;
  log: Logger;
}

export interface Loader {
  /** Loads until stopped. */
  start(): void;
  /** Resolves when the block in hand is settled; what is left stays in the spool. */
  stop(): Promise<void>;
  /** Does something while no block is on its way; loading goes on afterwards. */
  between<T>(work: () => Promise<T>): Promise<T>;
  /**
   * The same, and nothing is uncertain then: a block that was begun, perhaps by a process that was killed, is settled
   * before. @throws when the store does not take it.
   */
  betweenSettled<T>(work: () => Promise<T>): Promise<T>;
  /** Stops, then loads what is in the spool without pauses. @throws when the store does not take it. */
  drain(): Promise<void>;
}

/**
 * Moves batches from the spool into the store, in order, exactly once: the insert carries the block's token, and the
 * block leaves the spool only after the insert is durable.
 */
export function createLoader({ spool, store, memory, prepareStore, log }: LoaderDeps): Loader {
  const stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();

  const oneAtATime = pLimit(1);
  const loadOne = () => oneAtATime(loadNext);

  async function loadNext(): Promise<boolean> {
    await prepareStore();
    const block = await spool.nextBlock(BLOCK_BOUNDS);
    if (block === undefined) return false;
    const isForgotten = await memory.among(block.batches);
    const forgotten = block.batches.filter(isForgotten).length;
    if (forgotten > 0) log.info({ batches: forgotten }, 'Left out batches of erased users or of dropped hours');
    const refused = await insertBlock(store, block, isForgotten);
    for (const { reason } of refused)
      log.error({ reason }, 'The store refused a batch for good; it is set aside in the spool');
    await spool.remove(block, refused);
    return true;
  }

  async function run(): Promise<void> {
    let retryMs: number = RETRY_MS.first;
    while (!stopping.signal.aborted) {
      try {
        await loadOne();
        retryMs = RETRY_MS.first;
        if (spool.pending().batches < BLOCK_BOUNDS.maxBatches) await pause(GATHER_MS);
      } catch (error) {
        log.error({ err: error, retryMs }, 'The store did not take a block; it stays in the spool and is tried again');
        await pause(retryMs);
        retryMs = Math.min(retryMs * 2, RETRY_MS.longest);
      }
    }
  }

  const pause = (ms: number) => sleep(ms, undefined, { signal: stopping.signal }).catch(() => {});

  return {
    start: () => {
      running = run();
    },
    stop: async () => {
      stopping.abort();
      await running;
    },
    between: (work) => oneAtATime(work),
    betweenSettled: (work) =>
      oneAtATime(async () => {
        if (spool.hasBegun()) await loadNext();
        return work();
      }),
    drain: () => {
      stopping.abort();
      const drained = running.then(async () => {
        while (await loadOne());
      });
      running = drained.catch(() => {});
      return drained;
    },
  };
}
