import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { BatchText, RefusedBatch, StoredBatch } from '@minilens/store/insert-block';
import { type Database, open, type RootDatabase } from 'lmdb';
import { Refusal } from '../http/refusal.js';
import { createBlockRoom } from './block-room.js';
import type { SessionLedger } from './session-ledger.js';

/** Sessions forgotten in one transaction: acknowledgements wait behind it. */
const FORGET_AT_ONCE = 1_000;

/** How batches and ledgers are written. It changes when an older program could misread them. */
const FORMAT = 1;

/** Batches written anew in one transaction. */
const REWRITE_AT_ONCE = 500;

/** Appends between two looks at the spool's size, which cost more than an append should. A full one is looked at each time. */
const LOOK_EVERY = 16;

/** Appends that may wait for the disk. It syncs thousands a second; more of them than this means that it hangs, and memory would fill. */
const MAX_WAITING = 4_000;

/** A block of batches on its way into the store. Its token and content stay the same until it is removed. */
export interface Block {
  /** Id of the spool, unlike any other's. */
  spool: string;
  token: string;
  first: number;
  last: number;
  /** Each the JSON text of one StoredBatch; empty where its user was erased. */
  batches: readonly BatchText[];
  /** Whether it was handed out before, so that the store may have it, or part of it, already. */
  mayBeStored: boolean;
}

/** How large a new block may be. */
export interface BlockBounds {
  maxBatches: number;
  maxBytes: number;
}

/** What to do with one batch, decided while the session's ledger is locked. */
interface Decision<Result> {
  /** Undefined when nothing is to be remembered of the session. */
  ledger: SessionLedger | undefined;
  /** JSON text of what is to be stored, each one StoredBatch. */
  batches: readonly string[];
  result: Result;
}

export interface Spool {
  /** Random, this spool's own for ever. */
  id: string;
  /**
   * Lets `decide` look at the session's ledger, then writes the new ledger and the batch in one transaction, and
   * gives the result when they are on disk. Many appends share one flush.
   * @throws Refusal SPOOL_FULL when the bound is reached, or the disk takes no more.
   */
  append<Result>(
    of: { app: string; session: string },
    decide: (known: SessionLedger | undefined) => Decision<Result>,
  ): Promise<Result>;
  /** Resolves when every append that began before has ended. */
  settled(): Promise<void>;
  /**
   * The oldest batches, within these bounds; the same block until it is removed. Undefined when there are none.
   * Its batches are valid until the next block is asked for.
   */
  nextBlock(bounds: BlockBounds): Promise<Block | undefined>;
  /** Forgets a block whose insert is durable, and sets aside what of it the store refused, in one transaction. */
  remove(block: Block, refused?: readonly RefusedBatch[]): Promise<void>;
  /** Batches the store refused, ever. They are kept for whoever looks into it. */
  countRefused(): number;
  /** Whether the oldest block was begun: its insert may have happened. */
  hasBegun(): boolean;
  /**
   * Lets `change` write every waiting and refused batch anew; empty text empties it, but its place stays, so that a block
   * that was begun keeps its token. Gives how many were emptied. No block may be on its way.
   */
  rewrite(change: (batch: string) => string): Promise<number>;
  /** What is known of every session. */
  sessions(): Iterable<{ app: string; session: string; ledger: SessionLedger }>;
  /** Batches that wait for the store, the oldest first. One that was emptied is empty text. */
  waiting(): Iterable<BatchText>;
  /** Copies it as it is at one moment into a directory, while it is in use. */
  copyTo(directory: string): Promise<void>;
  /** Forgets sessions that nobody reported on since that day (days since the epoch). Gives how many. */
  forgetSessions(beforeDay: number): Promise<number>;
  /** What waits for the store; `bytes` as it takes on disk. */
  pending(): { batches: number; bytes: number };
  /** When the oldest batch that waits for the store was received, Unix ms; undefined when none waits. */
  oldestReceivedAt(): number | undefined;
  /** What waiting batches may take on disk before more is refused. Unit: bytes. */
  readonly limitBytes: number;
  close(): Promise<void>;
}

/**
 * The durable queue between the collector and the store, in LMDB. Survives a kill at any line: a batch is in it with
 * its ledger or not at all.
 *
 * @param directory made if missing; one process at a time.
 * @param maxBytes what waiting batches may take on disk before it refuses more.
 */
export function openSpool(directory: string, { maxBytes }: { maxBytes: number }): Spool {
  const root = openFiles(directory);
  const batches: Database<Buffer, number> = root.openDB({ name: 'batches', encoding: 'binary' });
  const ledgers: Database<SessionLedger, [string, string]> = root.openDB({ name: 'ledgers' });
  const ledgerDays: Database<null, [number, string, string]> = root.openDB({ name: 'ledger-days' });
  const refusedBatches: Database<RefusedBatch, number> = root.openDB({ name: 'refused' });
  const meta: Database<unknown, string> = root.openDB({ name: 'meta' });

  const format = (meta.get('format') as number | undefined) ?? FORMAT;
  if (format > FORMAT) {
    root.close();
    throw new Error(
      `The spool was written by a newer version of Minilens: its format is ${format}, and this one knows up to ${FORMAT}. Run that version.`,
    );
  }
  if (meta.get('format') !== FORMAT) meta.putSync('format', FORMAT);
  if (meta.get('id') === undefined) meta.putSync('id', randomBytes(8).toString('hex'));
  const spoolId = meta.get('id') as string;
  // Keys are never used again, or a new block could meet an old token.
  const lastKey = firstOf(batches.getKeys({ reverse: true, limit: 1 })) ?? (meta.get('lastKey') as number | undefined);
  let nextKey = (lastKey ?? 0) + 1;

  const room = createBlockRoom();

  let appends = 0;
  let waiting = 0;
  let isFull = false;

  /** All of `write` or nothing of it, and on disk. Many share one flush. @throws Refusal SPOOL_FULL, or what `write` throws. */
  async function commit<Result>(write: () => Result): Promise<Result> {
    try {
      return await root.childTransaction(write);
    } catch (error) {
      const { commitError } = error as { commitError?: Promise<unknown> };
      if (commitError === undefined) throw error;
      // The same failure once more, for listeners that there are none of.
      commitError.catch(() => {});
      throw new Refusal('SPOOL_FULL', 'The disk did not take the batch. Nothing was taken; send again later.', {
        cause: error,
      });
    }
  }

  const pending = () => {
    const { entryCount, pageSize, ...pages } = batches.getStats() as unknown as TreeStats;
    return {
      batches: entryCount,
      bytes: pageSize * (pages.treeBranchPageCount + pages.treeLeafPageCount + pages.overflowPages),
    };
  };

  /** @throws Refusal SPOOL_FULL when there is no room for another batch. */
  function checkRoom(): void {
    if (isFull || appends++ % LOOK_EVERY === 0) isFull = pending().bytes >= maxBytes;
    if (isFull)
      throw new Refusal(
        'SPOOL_FULL',
        'The store is behind and the spool is full. Nothing was taken; send again later.',
      );
    if (waiting >= MAX_WAITING)
      throw new Refusal('SPOOL_FULL', 'The disk does not keep up. Nothing was taken; send again later.');
  }

  /** Each value is valid until the next is read. */
  function* read(keys: readonly number[]): Iterable<Buffer> {
    for (const key of keys) yield batches.getBinaryFast(key) as Buffer;
  }

  return {
    id: spoolId,
    append: async (of, decide) => {
      checkRoom();
      waiting += 1;
      return commit(() => {
        const key: [string, string] = [of.app, of.session];
        const known = ledgers.get(key);
        const previousDay = known?.day;
        const { ledger, batches: decided, result } = decide(known);
        if (ledger !== undefined) {
          ledgers.put(key, ledger);
          if (ledger.day !== previousDay) ledgerDays.put([ledger.day, ...key], null);
        }
        for (const batch of decided) batches.put(nextKey++, Buffer.from(batch));
        return result;
      }).finally(() => {
        waiting -= 1;
      });
    },

    // Whatever was begun is written in the order it was begun.
    settled: () => commit(() => {}),

    nextBlock: async ({ maxBatches, maxBytes }) => {
      const first = firstOf(batches.getKeys({ limit: 1 }));
      if (first === undefined) return undefined;
      const planned = meta.get('block') as { first: number; last: number } | undefined;
      const end = planned?.first === first ? planned.last : undefined;
      const keys = [
        ...batches.getKeys({ start: first, ...(end === undefined ? { limit: maxBatches } : { end: end + 1 }) }),
      ];
      const values = room.lay(read(keys), end === undefined ? maxBytes : Number.POSITIVE_INFINITY);
      const last = keys[values.length - 1] as number;
      // The end of the block is written down before its insert begins, so that after a kill the same block is retried.
      if (end === undefined) await commit(() => meta.put('block', { first, last }));
      return {
        spool: spoolId,
        token: `${spoolId}-${first}`,
        first,
        last,
        batches: values,
        mayBeStored: end !== undefined,
      };
    },

    remove: (block, refused = []) =>
      commit(() => {
        for (const [index, one] of refused.entries()) refusedBatches.put(block.first + index, one);
        for (let key = block.first; key <= block.last; key++) batches.remove(key);
        meta.put('lastKey', block.last);
      }),

    hasBegun: () => {
      const planned = meta.get('block') as { first: number } | undefined;
      return planned !== undefined && planned.first === firstOf(batches.getKeys({ limit: 1 }));
    },

    rewrite: async (change) => {
      let emptied = 0;
      for (let start = 0; ; ) {
        const slice = [...batches.getRange({ start, limit: REWRITE_AT_ONCE })];
        const last = slice.at(-1);
        if (last === undefined) break;
        start = last.key + 1;
        const changed = slice.flatMap(({ key, value }) => {
          const before = String(value);
          const text = change(before);
          return text === before ? [] : [{ key, text }];
        });
        emptied += changed.filter(({ text }) => text === '').length;
        if (changed.length > 0)
          await commit(() => changed.forEach(({ key, text }) => void batches.put(key, Buffer.from(text))));
      }
      const refused = [...refusedBatches.getRange()].filter(({ value }) => change(value.batch) !== value.batch);
      if (refused.length > 0)
        await commit(() =>
          refused.forEach(({ key, value }) => void refusedBatches.put(key, { ...value, batch: '', reason: '' })),
        );
      return emptied + refused.length;
    },

    sessions: () => ledgers.getRange().map(({ key: [app, session], value: ledger }) => ({ app, session, ledger })),
    waiting: () => batches.getRange().map(({ value }) => value),

    copyTo: async (directory) => {
      mkdirSync(directory, { recursive: true });
      await root.backup(directory, true);
    },

    forgetSessions: async (beforeDay) => {
      let forgotten = 0;
      for (;;) {
        const due = [...ledgerDays.getKeys({ end: [beforeDay, '', ''], limit: FORGET_AT_ONCE })];
        if (due.length === 0) return forgotten;
        forgotten += await commit(
          () =>
            due.filter(([day, app, session]) => {
              ledgerDays.remove([day, app, session]);
              const isLast = ledgers.get([app, session])?.day === day;
              if (isLast) ledgers.remove([app, session]);
              return isLast;
            }).length,
        );
      }
    },

    countRefused: () => refusedBatches.getCount(),
    pending,
    oldestReceivedAt: () => {
      // One that was emptied when its user was erased waits for nothing.
      for (const { value } of batches.getRange()) if (value.length > 0) return receivedAtOf(String(value));
      return undefined;
    },
    limitBytes: maxBytes,
    close: () => root.close(),
  };
}

/** @throws a sentence when the files in the directory cannot be used. */
function openFiles(directory: string): RootDatabase {
  try {
    refuseForeign(join(directory, 'data.mdb'));
    // Without overlapping sync a commit is on disk when its promise resolves, which is what an acknowledgement promises.
    // Batching by event turn would leave a promise of its own, that nobody hears, to fail when the disk is full.
    return open({ path: directory, overlappingSync: false, eventTurnBatching: false, maxDbs: 8 });
  } catch (cause) {
    throw new Error(
      `The spool in ${directory} cannot be used: ${(cause as Error).message}. Run as the user who owns it. If it is damaged, restore a backup; or move it away, and with it what waited there and what it knew of sessions.`,
      { cause },
    );
  }
}

/** Stands near the beginning of LMDB's files. */
const MAGIC = { at: 24, value: 0xbeefc0de };

/**
 * LMDB takes the process with it where it finds something else. One that a kill left empty it begins anew. Whether a file
 * was cut short its meta pages do not tell: the last page they name may never have been written, having been freed before.
 */
function refuseForeign(path: string): void {
  if (!existsSync(path)) return;
  const head = Buffer.alloc(MAGIC.at + 4);
  const file = openSync(path, 'r');
  const bytes = readSync(file, head);
  closeSync(file);
  if (bytes > 0 && head.readUInt32LE(MAGIC.at) !== MAGIC.value) throw new Error('data.mdb is no file of LMDB');
}

/** What LMDB says of one tree. Its declared type is empty. */
interface TreeStats {
  entryCount: number;
  /** Unit: bytes. */
  pageSize: number;
  treeBranchPageCount: number;
  treeLeafPageCount: number;
  overflowPages: number;
}

/** Unix ms; undefined for a text that is no batch. */
function receivedAtOf(batch: string): number | undefined {
  try {
    const { receivedAt } = JSON.parse(batch) as Partial<StoredBatch>;
    return typeof receivedAt === 'number' ? receivedAt : undefined;
  } catch {
    return undefined;
  }
}

/** Leaves the iteration properly: one left open would hold its snapshot, and the file would grow with every commit. */
function firstOf<T>(values: Iterable<T>): T | undefined {
  for (const value of values) return value;
  return undefined;
}
