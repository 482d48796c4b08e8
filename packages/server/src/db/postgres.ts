import type { PostgresPool, PostgresPoolClient } from 'kysely';
import pg from 'pg';
import { Refusal } from '../http/refusal.js';

/** Connections of one process. Requests hold one for a millisecond, the loader for a block's settling. */
const MAX_CONNECTIONS = 10;

/** How long a request waits for a connection before it is told to try again. Unit: ms. */
const CONNECT_TIMEOUT_MS = 2_000;

/** How long any statement may take. Unit: ms. */
const QUERY_TIMEOUT_MS = 20_000;

/** A process that froze in a transaction holds rows no longer than this. Unit: ms. */
const IDLE_IN_TRANSACTION_MS = 30_000;

/** PostgreSQL's number for `bigint`, which the driver gives as text: ours are moments and counts, far below 2^53. */
const BIGINT = 20;

/** PostgreSQL's word for a text it cannot hold. */
const NUL_IN_TEXT = '22021';

/** What a connection of ours is told, a pooled or a single one. */
export const connectionOptions = (url: string): pg.ClientConfig => ({
  connectionString: url,
  application_name: 'minilens',
  connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  query_timeout: QUERY_TIMEOUT_MS,
  idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
  keepAlive: true,
  types: {
    getTypeParser: ((oid: number, format: 'text') =>
      oid === BIGINT ? Number : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
  },
});

/**
 * Connections to a PostgreSQL database, made when they are needed. One that broke is thrown away, so that a database
 * that was away is used again without a restart.
 *
 * @throws from every use while the database is away: Refusal DATABASE_DOWN, with the driver's error as `cause`.
 */
export function openPool(url: string): PostgresPool {
  const pool = new pg.Pool({ ...connectionOptions(url), max: MAX_CONNECTIONS });
  // An idle connection that breaks is gone from the pool; whoever needs one next says what is wrong.
  pool.on('error', () => {});
  return {
    connect: async () => {
      const client = await pool.connect().catch((error) => {
        throw databaseDown(error);
      });
      let isBroken = false;
      const onError = () => {
        isBroken = true;
      };
      client.on('error', onError);
      return {
        query: async (text: unknown, values?: unknown) => {
          try {
            return await client.query(text as string, values as unknown[]);
          } catch (error) {
            if ((error as { code?: string }).code === NUL_IN_TEXT)
              throw new Refusal('INVALID_REQUEST', 'A text holds the character U+0000, which is not stored.', {
                cause: error,
              });
            if (!isOutage(error)) throw error;
            isBroken = true;
            throw databaseDown(error);
          }
        },
        release: () => {
          client.off('error', onError);
          client.release(isBroken);
        },
      } as unknown as PostgresPoolClient;
    },
    end: () => pool.end(),
  };
}

export const databaseDown = (cause: unknown) =>
  new Refusal('DATABASE_DOWN', 'The accounts database does not answer. Try again later.', { cause });

/** Errors that say nothing about the statement and will pass: the same one may succeed later. */
export function isOutage(error: unknown): boolean {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  return OUTAGE_CODES.test(code) || OUTAGE_MESSAGES.test(message);
}

/** The network's, and PostgreSQL's classes: connection, resources, shutdown, read-only standby, deadlock and conflict. */
const OUTAGE_CODES = /^(E[A-Z_]{4,}|08...|53...|57P0.|25006|40...)$/;

/** The driver's own, which have no code. */
const OUTAGE_MESSAGES =
  /^(Connection terminated|Query read timeout|timeout exceeded|Client (was closed|has encountered))/;
