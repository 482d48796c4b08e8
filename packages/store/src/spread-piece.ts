import {
  type Column,
  checkRows,
  columnsOf,
  countRows,
  prepareTable,
  restoring,
  sendFile,
  type TablePiece,
} from './backup.js';
import { catchUp } from './catch-up.js';
import type { Store } from './connect.js';
import { PERIODS } from './periods.js';
import { listOwnUsers } from './shard-of-user.js';

/**
 * Shares one file of a single engine's backup out among the shards of a cluster, so that questions find there what they
 * found before, and every user on one shard. Every shard is sent the whole file and keeps its part:
 *
 * - Rows of one user go to that user's shard.
 * - Rollups, which are sums over users, go to the first shard as they are, but for their sets of users: of these every
 *   shard keeps its own, so that whoever comes again is not counted twice. A set holds hashes, and whose they are is told
 *   by `user_firsts`, which is shared out before. Whoever is not in it any more, and all that are no users, stay on the first.
 * - Buckets go to every shard: when one of their hours is given anything, it is rolled up again on each from its own events.
 */
export async function spreadPiece(cluster: Store, piece: TablePiece, path: string): Promise<void> {
  const { table } = piece;
  const shards = await cluster.shards();
  const [first] = shards as [Store];
  const [known] = await Promise.all(shards.map((shard) => prepareTable(shard, table)));
  const columns = await columnsOf(first, table);
  const isOwn = await listOwnUsers(first, cluster.cluster as string);
  let rows = 0;
  for (const [index, shard] of shards.entries()) {
    const own = isOwn[index] as (user: string) => string;
    const part = partOf({ table, columns, shards: shards.length }, { cluster, isFirst: index === 0, own });
    if (part === undefined) continue;
    const structure = columns.map(({ name, type }) => `${name} ${type}`).join(', ');
    await sendFile(
      shard,
      `INSERT INTO ${table} (${part.columns.join(', ')}) ${part.select(`input('${structure.replaceAll("'", "\\'")}')`)}
      ${restoring()} FORMAT Native`,
      path,
    );
    if (part.isCounted) rows += await countRows(shard, piece);
  }
  if (known?.engine === 'MergeTree') checkRows(piece, path, rows);
  // The first shard asks all others whose users are whose.
  if (table === 'user_firsts') for (const node of cluster.nodes) await catchUp(node, table);
}

/** What a shard keeps of a file. */
interface Part {
  columns: string[];
  select: (file: string) => string;
  /** Whether its rows are among those of the file: every one of these is counted on one shard. */
  isCounted: boolean;
}

interface OfTable {
  table: string;
  columns: readonly Column[];
  /** How many there are. */
  shards: number;
}

interface OfShard {
  cluster: Store;
  isFirst: boolean;
  /** The condition that a user is this shard's. */
  own: (user: string) => string;
}

function partOf({ table, columns, shards }: OfTable, shard: OfShard): Part | undefined {
  const names = columns.map(({ name }) => name);
  const plain = (kept: readonly string[], where = '1'): Part => ({
    columns: [...kept],
    select: (file) => `SELECT ${kept.join(', ')} FROM ${file} WHERE ${where}`,
    isCounted: true,
  });
  if (names.includes('user_id')) return plain(names, shard.own('user_id'));
  // Periods are sums over users too, and are added up again from the rollups.
  if (table === 'buckets') return plain(names.filter((name) => !(name in PERIODS)));
  if (columns.some(isSet)) return partOfSets(columns, shard);
  if (!shard.isFirst) return undefined;
  // It counts by the sum of the ids of its rollups, which are now in force on every shard.
  if (table === 'kept_answers')
    return {
      columns: names,
      select: (file) => `SELECT * REPLACE (rollups * ${shards} AS rollups) FROM ${file}`,
      isCounted: true,
    };
  return plain(names);
}

const isSet = ({ type }: Column) => type.startsWith('AggregateFunction(uniqExact,');

/** What every shard would add to the whole once more. */
const addsUp = ({ type, isKey }: Column) => !isKey && /^(U?Int|AggregateFunction\(quantiles)/.test(type);

/** Sets of users: of each row the first shard keeps all but what is in others' sets, and these no more than that. */
function partOfSets(columns: readonly Column[], { cluster, isFirst, own }: OfShard): Part {
  const kept = columns.filter((column) => isFirst || !addsUp(column));
  const hash = 'toFixedString(unhex(h), 16)';
  const isKept = isFirst
    ? `${hash} NOT IN (SELECT sipHash128(user_id) FROM ${cluster.everywhere('SELECT user_id FROM user_firsts')}
        WHERE NOT (${own('user_id')}))`
    : `${hash} IN (SELECT sipHash128(user_id) FROM user_firsts)`;
  const inner = kept.map((column) =>
    isSet(column) ? `arrayFilter(h -> ${isKept}, ${hashesOf(column.name)}) AS own_${column.name}` : column.name,
  );
  const outer = kept.map((column) => (isSet(column) ? toSet(column, `own_${column.name}`) : column.name));
  const hasAny = columns.filter(isSet).map(({ name }) => `notEmpty(own_${name})`);
  return {
    columns: kept.map(({ name }) => name),
    select: (file) => `SELECT ${outer.join(', ')} FROM (SELECT ${inner.join(', ')} FROM ${file})
      WHERE ${isFirst ? '1' : hasAny.join(' OR ')}`,
    isCounted: isFirst,
  };
}

/**
 * The hashes in a state of `uniqExact`, in hex. The engine writes how many there are in less than 16 bytes, and then
 * sipHash128 of each text. A lambda over the state would copy it for every hash in it, so it is taken apart as text.
 */
const hashesOf = (state: string) => {
  const bytes = `CAST(${state}, 'String')`;
  return `extractAll(substring(hex(${bytes}), length(${bytes}) % 16 * 2 + 1), '[0-9A-F]{32}')`;
};

/** The state that holds these. Of what may be NULL it begins with a byte of its own. */
const toSet = ({ type }: Column, hashes: string) => {
  const [howMany, before] = [`length(${hashes})`, type.includes('Nullable(') ? '1, ' : ''];
  // A varint of always five bytes: seven bits in each, the eighth says that another follows.
  const bytes = [0, 7, 14, 21, 28].map(
    (shift) => `bitOr(bitAnd(bitShiftRight(${howMany}, ${shift}), 127), ${shift < 28 ? 128 : 0})`,
  );
  return `CAST(concat(char(${before}${bytes.join(', ')}), unhex(arrayStringConcat(${hashes}))), '${type}')`;
};
