import { setTimeout as sleep } from 'node:timers/promises';
import type { Store } from '@minilens/store/connect';
import { insertAgain } from '@minilens/store/insert-again';
import { type BatchText, insertBlock } from '@minilens/store/insert-block';
import pLimit from 'p-limit';
import type { Logger } from 'pino';
import type { Meters } from '../watch/meters.js';
import type { Memory } from './forgotten.js';
import type { SettledBlock } from './shared-ledger.js';
import type { Block, Spool } from './spool.js';

/**
 * How much goes into one insert. The engine likes large blocks, memory does not: at 20 events a batch this is 50,000
 * rows, which load as fast as 100,000 and need a third less.
 */
const BLOCK_BOUNDS = { maxBatches: 2_500, maxBytes: 16 * 1024 ** 2 };

/** How long a small block may wait for company. Half of it is what a lone event waits on average. Unit: ms. */
const GATHER_MS = 500;

/** Pauses between tries while the store does not take a block. Unit: ms. */
const RETRY_MS = { first: 500, longest: 5_000 };

export interface LoaderDeps {
  spool: Spool;
  store: Store;
  memory: Memory;
  /** Brings the store to its newest schema, once it can be reached. */
  prepareStore: () => Promise<void>;
  /** Takes out of a block what other collectors brought before. The same block always gets the same answer. */
  settle: (block: Block) => Promise<SettledBlock>;
  /** Told how many events were taken out of a block, once it has left the spool. */
  countDuplicates: (events: number) => void;
  log: Logger;
  meters: Pick<Meters, 'inserted' | 'insertFailed'>;
}

/** For the only collector, whose spool has settled everything already. */
export const settleAlone = async ({ batches }: Block): Promise<SettledBlock> => ({ batches, duplicates: 0 });

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
  /** Loads as much as waits now, or is on its way into the spool, the oldest first, whether the loader runs or not. @throws when the store does not take it. */
  loadWaiting(): Promise<void>;
  /** Stops, then loads what is in the spool without pauses. @throws when the store does not take it. */
  drain(): Promise<void>;
  /** Resolves when the insert of the block that is on its way, if one is, has succeeded or failed. One that failed is told of anew. */
  untilInserted(): Promise<void>;
  /** Whether the store did not take the block that was last tried. */
  isFailing(): boolean;
}

/**
 * Moves batches from the spool into the store, in order, exactly once: the insert carries the block's token, and the
 * block leaves the spool only after the insert is durable.
 */
export function createLoader(deps: LoaderDeps): Loader {
  const { spool, store, memory, prepareStore, settle, countDuplicates, log, meters } = deps;
  const stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();
  let inserting: Promise<unknown> = Promise.resolve();
  let isFailing = false;

  const oneAtATime = pLimit(1);
  const loadOne = () => oneAtATime(loadNext);

  /** Gives how many batches left the spool. */
  async function loadNext(): Promise<number> {
    // Asked first: a command that brings nothing need not open the store.
    if (spool.pending().batches === 0) return 0;
    await prepareStore();
    const block = await spool.nextBlock(BLOCK_BOUNDS);
    if (block === undefined) return 0;
    const { batches, duplicates } = await settle(block);
    // What is left out keeps its place, so that a repeat divides the block as its first try did.
    const kept = await memory.remaining(batches);
    const leftOut = kept.filter((batch, place) => batch.length === 0 && batches[place]?.length !== 0).length;
    if (leftOut > 0) log.info({ batches: leftOut }, 'Left out batches of erased users or of dropped hours');
    const startedAt = performance.now();
    const insert = block.mayBeStored ? insertAgain : insertBlock;
    const inserted = kept.every((batch) => batch.length === 0)
      ? Promise.resolve([])
      : insert(store, { token: block.token, batches: kept });
    inserting = inserted.catch(() => {});
    const refused = await inserted;
    meters.inserted({ rows: countEvents(kept), seconds: (performance.now() - startedAt) / 1000 });
    // What the engine says quotes the batch, so it stays with the batch.
    for (const { type } of refused)
      log.error({ type }, 'The store refused a batch for good; it is set aside in the spool');
    await spool.remove(block, refused);
    countDuplicates(duplicates);
    return block.batches.length;
  }

  async function run(): Promise<void> {
    let retryMs: number = RETRY_MS.first;
    while (!stopping.signal.aborted) {
      try {
        await loadOne();
        isFailing = false;
        retryMs = RETRY_MS.first;
        if (spool.pending().batches < BLOCK_BOUNDS.maxBatches) await pause(GATHER_MS);
      } catch (error) {
        isFailing = true;
        meters.insertFailed();
        log.error({ err: error, retryMs }, 'A block was not loaded; it stays in the spool and is tried again');
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
    loadWaiting: async () => {
      await spool.settled();
      let [left, loaded] = [spool.pending().batches, 1];
      for (; left > 0 && loaded > 0; left -= loaded) loaded = await loadOne();
    },
    drain: () => {
      stopping.abort();
      const drained = running.then(async () => {
        while (await loadOne());
      });
      running = drained.catch(() => {});
      return drained;
    },
    untilInserted: async () => void (await inserting),
    isFailing: () => isFailing,
  };
}

/** Stands once in every event: in any text a quote is escaped, and a tag of that name is text and no number. */
const EVENT_AT = /"at":[-\d]/g;

/** Batches whose events are counted; of a larger block the others are taken to be alike. */
const COUNTED_AT_MOST = 100;

/** About how many events are in stored batches. Exact counting would take as long as a small insert. */
export function countEvents(batches: readonly BatchText[]): number {
  const step = Math.ceil(batches.length / COUNTED_AT_MOST);
  const counted = batches.filter((_, index) => index % step === 0);
  const events = counted.reduce((sum, batch) => sum + (String(batch).match(EVENT_AT)?.length ?? 0), 0);
  return counted.length === 0 ? 0 : Math.round((events * batches.length) / counted.length);
}
