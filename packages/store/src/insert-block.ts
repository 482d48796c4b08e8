import type { Device, Envelope, Session } from '@minilens/wire/envelope';
import type { Event } from '@minilens/wire/event';
import type { Store } from './connect.js';

/** One accepted batch as the spool keeps it and the `intake` table takes it. All moments are Unix ms. */
export interface StoredBatch {
  app: string;
  agent: string;
  /** Address the batch came from; empty when it was imported. */
  ip: string;
  receivedAt: number;
  /** What to add to the events' device time to have true time. */
  skewMs: number;
  /** True time of the session's start: decides the bucket, so it is the same in every batch of the session. */
  sessionAt: number;
  session: Omit<Session, 'startAt'>;
  device: Device;
  tags?: NonNullable<Envelope['tags']>;
  events: Event[];
  /** What was settled without being stored, repeats left out. `n` is 0 where the event had no number of its own. */
  dropped?: { n: number; reason: string }[];
}

/**
 * The JSON text of one StoredBatch, or its bytes. Texts lie in the heap, where a block of them is moved about while
 * acknowledgements wait; bytes lie beside it.
 */
export type BatchText = string | Buffer;

/** A batch that the engine will never take, and what it said. */
export interface RefusedBatch {
  batch: string;
  reason: string;
  /** The engine's name for what is wrong. Unlike the reason it holds nothing of the batch. */
  type: string;
}

/**
 * Inserts a block of stored batches and returns when it is on disk.
 * The same token again is a repeat and changes nothing, so a block whose insert may have happened is simply sent again.
 * A batch that is not to be inserted any more is empty text and keeps its place: halves are told apart by places.
 *
 * The collector lets nothing in that the engine refuses. Should it be wrong about that once, the batch is found by
 * halving and handed back, and all others are stored: one batch must not stop everybody's.
 *
 * @throws when the engine fails for a reason that may pass.
 */
export async function insertBlock(
  store: Store,
  block: { token: string; batches: readonly BatchText[] },
): Promise<RefusedBatch[]> {
  const batches = block.batches.filter((batch) => batch.length > 0);
  try {
    await insert(store, { token: block.token, batches });
    return [];
  } catch (error) {
    if (!isAboutData(error)) throw error;
    const [only] = batches;
    if (batches.length === 1 && only !== undefined)
      return [{ batch: String(only), reason: error.message, type: error.type }];
    const half = Math.ceil(block.batches.length / 2);
    // The halves have tokens of their own, the same whenever the block is tried again.
    const first = await insertBlock(store, { token: `${block.token}a`, batches: block.batches.slice(0, half) });
    const second = await insertBlock(store, { token: `${block.token}b`, batches: block.batches.slice(half) });
    return [...first, ...second];
  }
}

/** By its name and not its class: embedded and remote connections throw from two copies of the client's code. */
const isAboutData = (error: unknown): error is Error & { type: string } =>
  error instanceof Error && 'type' in error && ABOUT_DATA.test(String(error.type));

/** Names of the engine's errors that say the data is at fault, and will be next time too. */
const ABOUT_DATA =
  /CANNOT_PARSE|CANNOT_READ_(ALL_DATA|[A-Z]+_FROM_TEXT)|TOO_DEEP|INCORRECT_DATA|OUT_OF_(BOUND|RANGE)|CANNOT_CONVERT|OVERFLOW/;

async function insert(store: Store, block: { token: string; batches: readonly BatchText[] }): Promise<void> {
  if (block.batches.length === 0) return;
  await store.insertLines({
    table: store.spread('intake'),
    settings: {
      insert_deduplicate: 1,
      insert_deduplication_token: safeToken(block.token),
      deduplicate_blocks_in_dependent_materialized_views: 1,
      // One thread parses, so that the same bytes always make the same blocks and the token meets its like again.
      input_format_parallel_parsing: 0,
      async_insert: 0,
      // An import may span more months than an insert usually does.
      max_partitions_per_insert_block: 0,
      distributed_foreground_insert: 1,
    },
    lines: block.batches,
  });
}

/** The token stands in the statement's text, because settings take no parameters. */
function safeToken(token: string): string {
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(token))
    throw new Error(`Deduplication token ${JSON.stringify(token)} has a forbidden character`);
  return token;
}
