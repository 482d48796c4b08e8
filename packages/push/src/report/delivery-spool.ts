import type { PushDeliveryEvent } from '@minilens/wire/event';
import { type Database, open, type RootDatabase } from 'lmdb';
import { type DeliveryReport, toEvent } from './delivery.js';

const HOUR_MS = 3_600_000;

/** How deliveries are written. It changes when an older program could misread them. */
const FORMAT = 1;

/** Writes between two looks at the spool's size, which cost more than a write should. A full one is looked at each time. */
const LOOK_EVERY = 16;

/** Writes that may wait for the disk. More of them means that it hangs, and memory would fill. */
const MAX_WAITING = 4_000;

/** A session of this sender: the hour it began in is the hour most of its deliveries belong to. */
export interface SenderSession {
  id: string;
  /** Unix ms. */
  startAt: number;
}

/** The oldest deliveries that wait, all of one session. */
export interface SpooledBatch {
  session: SenderSession;
  events: PushDeliveryEvent[];
  /** Keys of the first and of the last. */
  first: number;
  last: number;
}

export interface DeliverySpool {
  /** Name of this sender, kept in the spool. */
  sender: string;
  /**
   * Gives the delivery its session and its place in it, and writes it down, in one transaction: what is on disk has a
   * number without gaps, whatever happens to this process. Gives false when there was no room.
   */
  append(delivery: DeliveryReport): Promise<boolean>;
  /** The oldest batches, each at most `maxEvents` long. The same until they are removed, or longer. */
  oldest(bounds: { maxBatches: number; maxEvents: number }): SpooledBatch[];
  /** Forgets them, in one transaction. */
  remove(batches: readonly SpooledBatch[]): Promise<void>;
  /** Deliveries that wait. */
  pending(): number;
  close(): Promise<void>;
}

/** What is fixed when a spool is made. */
interface Known {
  format: number;
  app: string;
  sender: string;
}

interface Spooled {
  session: SenderSession;
  event: PushDeliveryEvent;
}

type OpenSession = SenderSession & { n: number };

interface SpoolOptions {
  /** The app the deliveries are of: a directory holds those of one. */
  app: string;
  /** Absent: a temporary file, gone when it is closed. Several processes may share one. */
  directory?: string;
  sender?: string;
  /** What waits may take on disk. */
  maxBytes: number;
  now: () => number;
  newId: () => string;
}

/**
 * Deliveries that wait for the collector, in LMDB. Survives a kill at any line.
 *
 * @throws a sentence, where the directory holds the deliveries of another app or of a newer version.
 */
export function openDeliverySpool({ app, directory, sender, maxBytes, now, newId }: SpoolOptions): DeliverySpool {
  // As the collector's spool: what was written is on disk when the promise resolves.
  const root: RootDatabase = open({
    ...(directory !== undefined && { path: directory }),
    overlappingSync: false,
    eventTurnBatching: false,
    maxDbs: 4,
  });
  const waiting: Database<Spooled, number> = root.openDB({ name: 'deliveries', encoding: 'json' });
  const meta: Database<unknown, string> = root.openDB({ name: 'meta' });
  const known = (meta.get('known') as Known | undefined) ?? { format: FORMAT, app, sender: newId() };
  const problem =
    known.format > FORMAT
      ? `were written by a newer version of Minilens: their format is ${known.format}, and this one knows up to ${FORMAT}. Run that version.`
      : known.app !== app
        ? `are of ${known.app}, not of ${app}. Choose another directory.`
        : undefined;
  if (problem !== undefined) {
    root.close();
    throw new Error(`The reports in ${directory} ${problem}`);
  }
  if (meta.get('known') === undefined) meta.putSync('known', known);

  let writes = 0;
  let unwritten = 0;
  let isFull = false;

  const bytes = () => {
    const { pageSize, ...pages } = waiting.getStats() as unknown as TreeStats;
    return pageSize * (pages.treeBranchPageCount + pages.treeLeafPageCount + pages.overflowPages);
  };
  function hasRoom(): boolean {
    if (isFull || writes++ % LOOK_EVERY === 0) isFull = bytes() >= maxBytes;
    return !isFull && unwritten < MAX_WAITING;
  }

  /** All of `write` or nothing of it, and on disk. @throws what the disk says. */
  async function commit(write: () => void): Promise<void> {
    try {
      await root.childTransaction(write);
    } catch (error) {
      // The same failure once more, for listeners that there are none of.
      (error as { commitError?: Promise<unknown> }).commitError?.catch(() => {});
      throw error;
    }
  }

  /**
   * A delivery that ends after its hour goes into the next one's session: sessions go forward only. But one that lies
   * further ahead than that began by a clock that was wrong, and would last until it is right.
   */
  function sessionNow(): OpenSession {
    const known = meta.get('session') as OpenSession | undefined;
    const startAt = now();
    const hoursAhead = known && Math.floor(known.startAt / HOUR_MS) - Math.floor(startAt / HOUR_MS);
    if (known !== undefined && (hoursAhead === 0 || hoursAhead === 1)) return known;
    return { id: newId(), startAt, n: 0 };
  }

  return {
    sender: sender ?? known.sender,
    append: async (delivery) => {
      if (!hasRoom()) return false;
      unwritten += 1;
      try {
        await commit(() => {
          const { n: last, ...session } = sessionNow();
          const n = last + 1;
          // Keys are never used again, or a removal could take what was written after it was decided.
          const key = ((meta.get('lastKey') as number | undefined) ?? 0) + 1;
          waiting.put(key, { session, event: toEvent(delivery, n) });
          meta.put('lastKey', key);
          meta.put('session', { ...session, n });
        });
        return true;
      } finally {
        unwritten -= 1;
      }
    },
    oldest: ({ maxBatches, maxEvents }) => {
      const batches: SpooledBatch[] = [];
      for (const { key, value } of waiting.getRange({ limit: maxBatches * maxEvents })) {
        const batch = batches.at(-1);
        if (batch?.session.id === value.session.id && batch.events.length < maxEvents) {
          batch.events.push(value.event);
          batch.last = key;
        } else if (batches.length === maxBatches) break;
        else batches.push({ session: value.session, events: [value.event], first: key, last: key });
      }
      return batches;
    },
    remove: (batches) =>
      commit(() => {
        for (const { first, last } of batches) for (let key = first; key <= last; key++) waiting.remove(key);
      }),
    pending: () => (waiting.getStats() as unknown as TreeStats).entryCount,
    close: () => root.close(),
  };
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
