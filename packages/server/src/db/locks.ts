import { setTimeout as sleep } from 'node:timers/promises';
import pLimit, { type LimitFunction } from 'p-limit';
import pg from 'pg';
import { Refusal } from '../http/refusal.js';
import { connectionOptions, databaseDown, isOutage } from './postgres.js';

/** What only one of all processes may do at a time, with its number in the database. A number is never used again. */
const LOCKS = {
  /** Running what is to be run once: held for as long as the process lives. */
  jobs: 1,
  /** Changing rollups. */
  rollups: 2,
  /** Changing the schema of the event store. */
  store: 3,
} as const;
export type LockName = keyof typeof LOCKS;

/** Says that our numbers are ours, where another program uses the same database. */
const NAMESPACE = 0x6d696e69;

/** Between two looks at a lock that is taken. Unit: ms. */
const LOOK_AGAIN_MS = 250;

/** Between two looks at the connection that holds a lock. Unit: ms. */
const HEARTBEAT_MS = 5_000;

/**
 * A holder whose machine vanished without a word is given up by the server after this: later than it notices itself, by
 * its heartbeat, that it is cut off. Unit: s.
 */
const KEEPALIVE = { idleS: 20, intervalS: 5, tries: 4 };

export interface Locks {
  /**
   * Runs while holding the lock. Waits for it at most `waitMs`, and not when told to stop.
   *
   * @param run its signal is aborted when the lock is lost: somebody else may hold it from then on.
   * @throws Refusal BUSY when somebody else holds it all the time; DATABASE_DOWN
   */
  hold<T>(
    name: LockName,
    options: { waitMs: number; stopping?: AbortSignal },
    run: (lost: AbortSignal) => Promise<T>,
  ): Promise<T>;
}

/** Somebody who may take a lock, and gives it back by leaving. */
interface Holder {
  take(name: LockName): Promise<boolean>;
  /** Aborted when what it took is no longer its own. */
  lost: AbortSignal;
  leave(): Promise<void>;
}

/** Where no other process can reach the database, the process itself is the lock: its own turns are all there is to it. */
export const createProcessLocks = (): Locks =>
  createLocks(async () => ({
    lost: new AbortController().signal,
    take: async () => true,
    leave: async () => {},
  }));

/** Advisory locks of a PostgreSQL session, each on a connection of its own: it is lost with the connection, not later. */
export const createDatabaseLocks = (url: string): Locks => createLocks(() => connectHolder(url));

function createLocks(join: () => Promise<Holder>): Locks {
  const turns: Record<LockName, LimitFunction> = { jobs: pLimit(1), rollups: pLimit(1), store: pLimit(1) };
  return {
    hold: async (name, { waitMs, stopping }, run) => {
      const startedAt = performance.now();
      const isOver = () => performance.now() - startedAt >= waitMs || stopping?.aborted;
      // In this process in the order in which they came: who takes one again and again would leave no gap for others.
      const endTurn = await nextTurn(turns[name], { name, waitMs, stopping });
      const holder = await join().catch((error) => {
        endTurn();
        throw error;
      });
      try {
        while (!(await holder.take(name))) {
          if (isOver()) throw busy(name);
          await sleep(LOOK_AGAIN_MS);
        }
        return await run(holder.lost);
      } finally {
        await holder.leave();
        endTurn();
      }
    },
  };
}

/** Waits for a turn, and gives what ends it. @throws Refusal BUSY */
function nextTurn(
  turns: LimitFunction,
  { name, waitMs, stopping }: { name: LockName; waitMs: number; stopping: AbortSignal | undefined },
): Promise<() => void> {
  return new Promise((resolve, reject) => {
    let isWaiting = true;
    const giveUp = () => {
      isWaiting = false;
      reject(busy(name));
    };
    if (stopping?.aborted) return giveUp();
    const timer = setTimeout(giveUp, waitMs);
    stopping?.addEventListener('abort', giveUp, { once: true });
    void turns(async () => {
      clearTimeout(timer);
      stopping?.removeEventListener('abort', giveUp);
      if (isWaiting) await new Promise<void>((end) => resolve(end));
    });
  });
}

const busy = (name: LockName) =>
  new Refusal('BUSY', `Somebody else is busy with ${name}, and was for longer than one can wait. Try again later.`);

async function connectHolder(url: string): Promise<Holder> {
  const client = new pg.Client({
    ...connectionOptions(url),
    application_name: 'minilens lock',
    query_timeout: HEARTBEAT_MS,
  });
  const lost = new AbortController();
  client.on('error', () => lost.abort());
  client.on('end', () => lost.abort());
  const ask = async (text: string, values: unknown[] = []) => {
    try {
      return (await client.query(text, values)).rows[0];
    } catch (error) {
      throw isOutage(error) ? databaseDown(error) : error;
    }
  };
  const leave = () => client.end().catch(() => {});
  try {
    await client.connect();
    await ask(
      `SELECT set_config('tcp_keepalives_idle', $1, false), set_config('tcp_keepalives_interval', $2, false),
        set_config('tcp_keepalives_count', $3, false)`,
      [KEEPALIVE.idleS, KEEPALIVE.intervalS, KEEPALIVE.tries].map(String),
    );
  } catch (error) {
    await leave();
    throw error instanceof Refusal ? error : databaseDown(error);
  }
  const heartbeat = setInterval(() => void ask('SELECT 1').catch(() => lost.abort()), HEARTBEAT_MS);
  return {
    lost: lost.signal,
    take: async (name) => (await ask('SELECT pg_try_advisory_lock($1, $2) AS taken', [NAMESPACE, LOCKS[name]])).taken,
    leave: async () => {
      clearInterval(heartbeat);
      await leave();
    },
  };
}
