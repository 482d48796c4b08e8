import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { asNew } from './as-new.js';
import { execute, type Store, selectRows } from './connect.js';

/** One file of a backup: a month of a table of a shard, or all of a table that has no months. */
export interface TablePiece {
  /** From 1. */
  shard: number;
  table: string;
  /** Id of the partition, as the engine names it. */
  partition: string;
  rows: number;
}

/** Copies of all tables as they were at one moment. They share their files with the tables and cost next to nothing. */
export interface Clones {
  /** How many the store has, also those that hold nothing. */
  shards: number;
  pieces: readonly TablePiece[];
  /** Writes one piece into a new file: gzipped, in the engine's own Native format. */
  write(piece: TablePiece, path: string): Promise<void>;
  drop(): Promise<void>;
}

/** An engine in this process reads and writes the files itself; a server elsewhere cannot, so they travel over HTTP. */
type Where = { isEmbedded: boolean };

/**
 * Prepares copies, then makes them all inside `atOneMoment`, in which nothing may be written to the store.
 *
 * @param prefix of the copies' names, this process's own.
 */
export async function cloneTables(
  store: Store,
  prefix: string,
  atOneMoment: (clone: () => Promise<void>) => Promise<void>,
  where: Where,
): Promise<Clones> {
  // The same nodes from beginning to end: replicas of a shard need not be equal at every moment.
  const shards = await store.shards();
  const drop = async () => {
    for (const shard of shards) await dropClones(shard, prefix);
  };
  await drop();
  try {
    const tables = await Promise.all(shards.map(listTables));
    const each = async (run: (shard: Store, table: Table) => Promise<void>) => {
      for (const [index, shard] of shards.entries()) for (const table of tables[index] ?? []) await run(shard, table);
    };
    await each((shard, { name, partitionKey, sortingKey }) =>
      execute(
        shard,
        `CREATE TABLE ${prefix}${name} AS ${name} ENGINE = MergeTree
        ${partitionKey === '' ? '' : `PARTITION BY ${partitionKey}`} ORDER BY (${sortingKey})`,
      ),
    );
    await atOneMoment(() =>
      each((shard, { name }) => execute(shard, `ALTER TABLE ${prefix}${name} ATTACH PARTITION ALL FROM ${name}`)),
    );
    const pieces = (await Promise.all(shards.map((shard, index) => listPieces(shard, index + 1, prefix)))).flat();
    return {
      shards: shards.length,
      pieces,
      write: async ({ shard, table, partition }, path) => {
        const columns = (await columnsOf(shards[shard - 1] as Store, table)).map(({ name }) => name);
        const select = `SELECT ${columns.join(', ')} FROM ${prefix}${table}
          WHERE _partition_id = {partition:String}`;
        const write = where.isEmbedded ? writeFromEngine : writeOverHttp;
        await write(shards[shard - 1] as Store, select, { partition }, path);
      },
      drop,
    };
  } catch (error) {
    await drop();
    throw error;
  }
}

/** Removes copies of that prefix, also those a killed process left. */
export async function dropClones(store: Store, prefix: string): Promise<void> {
  for (const node of store.nodes) {
    const clones = await selectRows<{ name: string }>(
      node,
      'SELECT name FROM system.tables WHERE database = currentDatabase() AND startsWith(name, {prefix:String})',
      { prefix },
    );
    for (const { name } of clones) await execute(node, `DROP TABLE IF EXISTS ${name} SYNC`);
  }
}

export interface Table {
  name: string;
  /** Without `Replicated`. */
  engine: string;
  partitionKey: string;
  sortingKey: string;
}

/** Everything that holds data. Which migrations a node has seen is remembered by making the tables anew. */
const listTables = (shard: Store) =>
  selectRows<Table>(
    shard,
    `SELECT name, replaceOne(engine, 'Replicated', '') AS engine, partition_key AS partitionKey, sorting_key AS sortingKey FROM system.tables
    WHERE database = currentDatabase() AND system.tables.engine LIKE '%MergeTree' AND name != 'migrations'
      AND NOT startsWith(name, 'backup_') ORDER BY name`,
  );

async function listPieces(node: Store, shard: number, prefix: string): Promise<TablePiece[]> {
  const rows = await selectRows<{ name: string; partition: string; rows: string | number }>(
    node,
    `SELECT substring(table, length({prefix:String}) + 1) AS name, partition_id AS partition, sum(rows) AS rows
    FROM system.parts WHERE database = currentDatabase() AND active AND startsWith(table, {prefix:String})
    GROUP BY name, partition ORDER BY name, partition`,
    { prefix },
  );
  return rows.map(({ name, partition, rows }) => ({ shard, table: name, partition, rows: Number(rows) }));
}

export interface Column {
  name: string;
  type: string;
  /** 1 where rows are told apart by it. */
  isKey: number;
}

export const columnsOf = (shard: Store, table: string) =>
  selectRows<Column>(
    shard,
    `SELECT name, type, is_in_sorting_key AS isKey FROM system.columns
    WHERE database = currentDatabase() AND table = {table:String} ORDER BY position`,
    { table },
  );

type Write = (shard: Store, select: string, params: Record<string, unknown>, path: string) => Promise<void>;

const writeFromEngine: Write = (shard, select, params, path) =>
  execute(
    shard,
    `INSERT INTO FUNCTION file({path:String}, 'Native', 'auto', 'gzip') ${select}
    SETTINGS output_format_compression_level = 1, engine_file_truncate_on_insert = 1`,
    { ...params, path },
  );

const writeOverHttp: Write = async (shard, select, query_params, path) => {
  const { stream } = await shard.run((client) => client.exec({ query: `${select} FORMAT Native`, query_params }));
  await pipeline(stream, createGzip({ level: 1 }), createWriteStream(path, { mode: 0o600 }));
};

/** Whether nothing is in the store, on any shard. Changes nothing. */
export async function isEmpty(store: Store): Promise<boolean> {
  for (const shard of await store.shards()) {
    const [found] = await selectRows<{ rows: string | number | null }>(
      shard,
      "SELECT sum(total_rows) AS rows FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree' AND name != 'migrations'",
    );
    if (Number(found?.rows ?? 0) > 0) return false;
  }
  return true;
}

/**
 * In which order files are read back. First what others are shared out by (`user_firsts`), and what writes to another
 * table by a view of its own (`drops`).
 */
export const inOrder = <File>(files: readonly File[], tableOf: (file: File) => string | undefined): File[] => {
  const isFirst = (file: File) => ['user_firsts', 'drops'].includes(tableOf(file) ?? '');
  return [...files.filter(isFirst), ...files.filter((file) => !isFirst(file))];
};

/** Pieces may hold equal rows, which must not be taken for repetitions. */
export const restoring = () => `SETTINGS ${asNew()}, max_partitions_per_insert_block = 0`;

/** Reads one file of a backup, in its order, into its table. @throws when its rows are not all there afterwards. */
export async function restorePiece(
  shard: Store,
  piece: TablePiece,
  path: string,
  { isEmbedded }: Where,
): Promise<void> {
  const { table } = piece;
  const known = await prepareTable(shard, table);
  const columns = (await columnsOf(shard, table)).map(({ name }) => name).join(', ');
  if (isEmbedded)
    await execute(
      shard,
      `INSERT INTO ${table} (${columns}) SELECT ${columns} FROM file({path:String}, 'Native', 'auto', 'gzip') ${restoring()}`,
      { path },
    );
  else await sendFile(shard, `INSERT INTO ${table} (${columns}) ${restoring()} FORMAT Native`, path);
  if (known.engine === 'MergeTree') checkRows(piece, path, await countRows(shard, piece));
}

/** The table a file is read into. @throws when there is none. */
export async function prepareTable(shard: Store, table: string): Promise<Table> {
  const known = (await listTables(shard)).find(({ name }) => name === table);
  if (known === undefined)
    throw new Error(`The backup holds a table ${JSON.stringify(table)} that its schema does not know.`);
  // What was dropped has told its buckets once more.
  if (table === 'buckets') await execute(shard, 'TRUNCATE TABLE buckets');
  return known;
}

/** Sends a file of a backup with a statement that inserts what it is given. */
export const sendFile = (shard: Store, query: string, path: string): Promise<void> =>
  shard.run(async (client) => {
    const { stream } = await client.exec({ query, values: createReadStream(path).pipe(createGunzip()) });
    stream.resume();
  });

export async function countRows(shard: Store, { table, partition }: TablePiece): Promise<number> {
  const [found] = await selectRows<{ rows: string | number }>(
    shard,
    `SELECT count() AS rows FROM ${table} WHERE _partition_id = {partition:String}`,
    { partition },
  );
  return Number(found?.rows ?? 0);
}

/** @throws when there are not as many rows as there were. Not to be asked of rows that add up: they may be merged by now. */
export function checkRows({ table, rows }: TablePiece, path: string, found: number): void {
  if (found !== rows) throw new Error(`${path} gave ${found} rows of ${table} instead of ${rows}.`);
}
