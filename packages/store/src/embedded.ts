import { resolve } from 'node:path';
import type { ClickHouseClientConfigOptions } from '@clickhouse/client';
import type { ChdbConnection } from 'chdb/connection';
import { giveWay } from './give-way.js';
import { Memory } from './memory.js';
import { withValues } from './with-values.js';

/**
 * A question about years names the rollup of every hour in it, once for every table it reads.
 * Unit: bytes.
 */
const MAX_STATEMENT_BYTES = 64 * 1024 ** 2;

/** Compiling expressions takes more than it saves, for a single row as for the rollups of a day of three million events. */
const SETTINGS = {
  max_query_size: MAX_STATEMENT_BYTES,
  compile_expressions: 0,
  compile_aggregate_expressions: 0,
  compile_sort_description: 0,
};

/** What is remembered are buckets. A rollup's rows and answers come in great numbers, and no view of theirs leads there. */
const LEAVES_BUCKETS = /^\s*INSERT INTO (kept_answers|\w+_hours)\b/;

/** The engine in this process, spoken to like a server. */
export interface Embedded {
  connection: NonNullable<ClickHouseClientConfigOptions['connection']>;
  /** Inserts rows that are bytes already. */
  insertBytes: ChdbConnection['chdb']['rawInsert'];
  /** What was read of the directory, over whichever connection: nobody but this process writes there. */
  memory: Memory;
}

/** Of each directory that was opened. */
const memories = new Map<string, Memory>();

/**
 * The engine in this process. It is loaded and opened for its first statement, which takes half a second. A connection
 * runs one statement at a time; of several, each statement goes to the one that has least to do.
 *
 * A statement is refused when the directory is already open in another process.
 */
export function openEmbedded(path: string, { connections }: { connections: number }): Embedded {
  const directory = resolve(path);
  const memory = memories.get(directory) ?? new Memory();
  memories.set(directory, memory);
  let opening: Promise<Pool> | undefined;

  function open(): Promise<Pool> {
    opening ??= openPool(path, connections).catch((error) => {
      opening = undefined;
      throw error;
    });
    return opening;
  }

  async function onFreest<T>(run: (own: ChdbConnection) => Promise<T>): Promise<T> {
    const { members } = await open();
    const freest = members.reduce((least, one) => (one.running < least.running ? one : least));
    freest.running += 1;
    try {
      return await run(freest.own);
    } finally {
      freest.running -= 1;
    }
  }

  /** What failed may have been written in part. */
  async function writing<T>(write: () => Promise<T>, query = ''): Promise<T> {
    try {
      return await write();
    } finally {
      if (!LEAVES_BUCKETS.test(query)) memory.forget();
    }
  }

  const connection = {
    query: (asked: Parameters<ChdbConnection['query']>[0]) => onFreest((own) => own.query(inText(asked))),
    exec: (asked: Parameters<ChdbConnection['exec']>[0]) =>
      writing(() => onFreest((own) => own.exec(inText(asked))), asked.query),
    command: (asked: Parameters<ChdbConnection['command']>[0]) =>
      writing(() => onFreest((own) => own.command(inText(asked))), asked.query),
    insert: (asked: Parameters<ChdbConnection['insert']>[0]) =>
      writing(() => onFreest((own) => own.insert(inText(asked)))),
    ping: (asked: Parameters<ChdbConnection['ping']>[0]) => onFreest((own) => own.ping(asked)),
    close: async () => (await opening?.catch(() => undefined))?.close(),
  };
  // The client carries its own copy of the types this connection was declared with; they differ in name only.
  return {
    connection: connection as unknown as Embedded['connection'],
    insertBytes: (rows) => writing(() => onFreest((own) => own.chdb.rawInsert(rows))),
    memory,
  };
}

/** Connections to one directory, and how many statements each is running. */
interface Pool {
  members: { own: ChdbConnection; running: number }[];
  close(): Promise<void>;
}

async function openPool(path: string, connections: number): Promise<Pool> {
  const { createChdbConnection } = await import('chdb/connection');
  const members = Array.from({ length: connections }, () => ({ own: createChdbConnection({ path }), running: 0 }));
  const settings = Object.entries(SETTINGS).map(([name, value]) => `${name} = ${value}`);
  await Promise.all(members.map(({ own }) => own.command({ query: `SET ${settings.join(', ')}` })));
  const stopGivingWay = giveWay();
  return {
    members,
    close: async () => {
      stopGivingWay();
      await Promise.all(members.map(({ own }) => own.close()));
    },
  };
}

/**
 * Its connections run statements beside each other only where no parameters are bound: those, one at a time in the whole
 * process.
 */
function inText<Asked extends { query: string; query_params?: Record<string, unknown> }>(asked: Asked): Asked {
  const { query_params: values, ...rest } = asked;
  if (values === undefined || Object.keys(values).length === 0) return asked;
  return { ...rest, query: withValues(asked.query, values) } as Asked;
}
