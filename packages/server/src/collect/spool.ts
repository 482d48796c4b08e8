import { randomBytes } from 'node:crypto';
import type { RefusedBatch } from '@minilens/store/insert-block';
import { type Database, open, type RootDatabase } from 'lmdb';
import { Refusal } from '../http/refusal.js';
import type { SessionLedger } from './session-ledger.js';

/** Bytes of batches the spool may hold before it refuses more. */
const DEFAULT_MAX_BYTES = 4 * 1024 ** 3;

/** A block of batches on its way into the store. Its token and content stay the same until it is removed. */
export interface Block {
  token: string;
  first: number;
  last: number;
  batches: string[];
}

/** How large a new block may be. */
export interface BlockBounds {
  maxBatches: number;
  maxBytes: number;
}

/** What to do with one batch, decided while the session's ledger is locked. */
interface Decision<Result> {
  ledger: SessionLedger;
  /** JSON text of a StoredBatch; undefined when nothing of it is to be stored. */
  batch: string | undefined;
  result: Result;
}

export interface Spool {
  /**
   * Lets `decide` look at the session's ledger, then writes the new ledger and the batch in one transaction, and
   * gives the result when they are on disk. Many appends share one flush.
   * @throws Refusal SPOOL_FULL when the bound is reached.
   */
  append<Result>(
    of: { app: string; session: string },
    decide: (known: SessionLedger | undefined) => Decision<Result>,
  ): Promise<Result>;
  /** The oldest batches, within these bounds; the same block until it is removed. Undefined when there are none. */
  nextBlock(bounds: BlockBounds): Promise<Block | undefined>;
  /** Forgets a block whose insert is durable, and sets aside what of it the store refused, in one transaction. */
  remove(block: Block, refused?: readonly RefusedBatch[]): Promise<void>;
  /** Batches the store refused, ever. They are kept for whoever looks into it. */
  countRefused(): number;
  /** Forgets sessions that nobody reported on since that day (days since the epoch). Gives how many. */
  forgetSessions(beforeDay: number): Promise<number>;
  pending(): { batches: number; bytes: number };
  close(): Promise<void>;
}

/**
 * The durable queue between the collector and the store, in LMDB. Survives a kill at any line: a batch is in it with
 * its ledger or not at all.
 *
 * @param directory made if missing; one process at a time.
 */
export function openSpool(directory: string, { maxBytes = DEFAULT_MAX_BYTES } = {}): Spool {
  // Without overlapping sync a commit is on disk when its promise resolves, which is what an acknowledgement promises.
  const root: RootDatabase = open({ path: directory, overlappingSync: false, maxDbs: 8 });
  const batches: Database<string, number> = root.openDB({ name: 'batches', encoding: 'string' });
  const ledgers: Database<SessionLedger, [string, string]> = root.openDB({ name: 'ledgers' });
  const ledgerDays: Database<null, [number, string, string]> = root.openDB({ name: 'ledger-days' });
  const refusedBatches: Database<RefusedBatch, number> = root.openDB({ name: 'refused' });
  const meta: Database<unknown, string> = root.openDB({ name: 'meta' });

  const spoolId = (meta.get('id') as string | undefined) ?? randomBytes(8).toString('hex');
  meta.putSync('id', spoolId);
  let nextKey =
    (firstOf(batches.getKeys({ reverse: true, limit: 1 })) ?? (meta.get('lastKey') as number | undefined) ?? 0) + 1;
  let bytes = [...batches.getRange()].reduce((sum, { value }) => sum + value.length, 0);
  let count = batches.getCount();

  return {
    append: async (of, decide) => {
      if (bytes >= maxBytes)
        throw new Refusal(
          'SPOOL_FULL',
          'The store is behind and the spool is full. Nothing was taken; send again later.',
        );
      let added = 0;
      const result = await root.transaction(() => {
        const key: [string, string] = [of.app, of.session];
        const known = ledgers.get(key);
        const previousDay = known?.day;
        const decision = decide(known);
        ledgers.put(key, decision.ledger);
        if (decision.ledger.day !== previousDay) ledgerDays.put([decision.ledger.day, ...key], null);
        if (decision.batch !== undefined) {
          batches.put(nextKey++, decision.batch);
          added = decision.batch.length;
        }
        return decision.result;
      });
      if (added > 0) {
        bytes += added;
        count += 1;
      }
      return result;
    },

    nextBlock: async ({ maxBatches, maxBytes }) => {
      const first = firstOf(batches.getKeys({ limit: 1 }));
      if (first === undefined) return undefined;
      const planned = meta.get('block') as { first: number; last: number } | undefined;
      const end = planned?.first === first ? planned.last : undefined;
      const taken: { key: number; value: string }[] = [];
      let takenBytes = 0;
      for (const row of batches.getRange({
        start: first,
        ...(end === undefined ? { limit: maxBatches } : { end: end + 1 }),
      })) {
        const isEnough = end === undefined && taken.length > 0 && takenBytes + row.value.length > maxBytes;
        if (isEnough) break;
        taken.push(row);
        takenBytes += row.value.length;
      }
      const last = taken.at(-1)?.key as number;
      // The end of the block is written down before its insert begins, so that after a kill the same block is retried.
      if (end === undefined) await meta.put('block', { first, last });
      return { token: `${spoolId}-${first}`, first, last, batches: taken.map(({ value }) => value) };
    },

    remove: async (block, refused = []) => {
      await root.transaction(() => {
        for (const [index, one] of refused.entries()) refusedBatches.put(block.first + index, one);
        for (let key = block.first; key <= block.last; key++) batches.remove(key);
        // Keys are never used again, or a new block could meet an old token.
        meta.put('lastKey', block.last);
      });
      bytes -= block.batches.reduce((sum, batch) => sum + batch.length, 0);
      count -= block.batches.length;
    },

    forgetSessions: async (beforeDay) => {
      let forgotten = 0;
      const due = [...ledgerDays.getKeys({ end: [beforeDay, '', ''] })];
      await root.transaction(() => {
        for (const [day, app, session] of due) {
          ledgerDays.remove([day, app, session]);
          if (ledgers.get([app, session])?.day === day) {
            ledgers.remove([app, session]);
            forgotten += 1;
          }
        }
      });
      return forgotten;
    },

    countRefused: () => refusedBatches.getCount(),
    pending: () => ({ batches: count, bytes }),
    close: () => root.close(),
  };
}

const firstOf = <T>(values: Iterable<T>): T | undefined => values[Symbol.iterator]().next().value;
