import { type Store, selectRows } from '../connect.js';

/** What one search of records may take. Units: s, bytes. Embedded, memory is that of the server itself. */
const MAX_SECONDS = 20;
const MAX_MEMORY_BYTES = 2 * 1024 ** 3;

/** Rows that are counted at most, and that pages reach. */
export const MOST_RECORDS = 100_000;

/** Ends every statement about records: it takes no more, and its numbers are numbers. */
export const BOUNDED = `SETTINGS max_execution_time = ${MAX_SECONDS}, max_memory_usage = ${MAX_MEMORY_BYTES},
  output_format_json_quote_64bit_integers = 0`;

/** Which of what was found. */
export interface Page {
  limit: number;
  offset: number;
}

/** How many rows a SELECT gives, of all shards together and as far as is counted. */
export async function countRows(store: Store, select: string, params: Record<string, unknown>): Promise<number> {
  const [row] = await selectRows<{ total: number }>(
    store,
    `SELECT sum(found) AS total
    FROM ${store.everywhere(`SELECT count() AS found FROM (${select} LIMIT ${MOST_RECORDS})`)} ${BOUNDED}`,
    params,
  );
  return Math.min(MOST_RECORDS, row?.total ?? 0);
}

/** How many there are: the page itself tells, where it is the first and not full. */
export async function countUnlessWhole(
  found: readonly unknown[],
  { limit, offset }: Page,
  count: () => Promise<number>,
): Promise<number> {
  return offset === 0 && found.length < limit ? found.length : count();
}
