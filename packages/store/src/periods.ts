import { execute, type Store, selectRows } from './connect.js';
import type { Metric, Parts } from './metric.js';
import { METRICS } from './metrics.js';
import type { Question } from './question.js';
import { SOURCES } from './sources.js';

/**
 * Calendar days, weeks and months that are over, each added up beside its first hour in `buckets`: what the WeChat data
 * APIs are asked for. A period names how much was given to all hours before its end and which of their rollups was the
 * newest, when none of them was dirty. Both only grow, so while they are the same nothing has changed, and one look at
 * one table tells; nothing ever has to take a period back.
 */

/** The columns of `buckets` that hold periods, and how many days these have. */
export const PERIODS = {
  day: { days: [1], startOf: 'toStartOfDay(local)', length: 'INTERVAL 1 DAY' },
  week: { days: [7], startOf: 'toDateTime(toMonday(local), {timezone:String})', length: 'INTERVAL 1 WEEK' },
  month: {
    days: [28, 29, 30, 31],
    startOf: 'toDateTime(toStartOfMonth(local), {timezone:String})',
    length: 'INTERVAL 1 MONTH',
  },
} as const;
type PeriodName = keyof typeof PERIODS;
const columns = Object.keys(PERIODS) as PeriodName[];

/** What is added up of a period: the parts of these two sources, in the order of the column's type. */
const PARTS: Readonly<Record<string, string>> = { ...SOURCES.visits.parts, ...SOURCES.newcomers.parts };
const isOfPeriods = ({ source, ofParts }: Metric) =>
  ofParts !== undefined && (source === 'visits' || source === 'newcomers');
const parts = Object.keys(PARTS);

/** What says whether a period still counts. `first`: the first hour ever given anything, since retention forgets hours. */
const MARKS = ['given', 'newest', 'first'] as const;
type Marks = Record<(typeof MARKS)[number], number | string>;

/**
 * The answer to a question about one whole day, week or month: metric names with their values. Undefined when the
 * question is another, or the period has nothing that counts.
 *
 * A dirty hour before the period matters too: it may hold the first session of somebody the period counts as new.
 */
export async function askPeriod(store: Store, question: Question): Promise<Record<string, number> | undefined> {
  const { app, from, to, by = [], filter = {} } = question;
  const metrics = question.metrics.map((name): [string, Metric] => [name, METRICS[name]]);
  const days = (to - from) / 86_400_000;
  const column = columns.find((name) => PERIODS[name].days.some((length) => length === days));
  const isWhole = by.length === 0 && Object.values(filter).every((value) => value === undefined);
  if (column === undefined || !isWhole || metrics.some(([, metric]) => !isOfPeriods(metric))) return undefined;

  const found = await selectRows<Marks & { period: Marks & Record<string, number | string>; within: number | string }>(
    store,
    `SELECT * FROM ${store.everywhere(`SELECT maxIf(${column}, hour = toDateTime({from:Int64}, 'UTC')) AS period,
      sumIf(loads, hour >= toDateTime({from:Int64}, 'UTC')) AS within,
      sum(loads) AS given, max(rollup.id) AS newest, toUnixTimestamp(minIf(hour, loads > 0)) AS first
    FROM buckets WHERE app = {app:String} AND hour < toDateTime({to:Int64}, 'UTC')`)}
    SETTINGS compile_expressions = 0, compile_aggregate_expressions = 0, max_threads = 1`,
    { app, from: from / 1000, to: to / 1000 },
  );
  // A shard that was given nothing within the period has nothing to add.
  const shards = found.filter(({ within }) => Number(within) > 0);
  const allCount = shards.every(
    ({ period, ...now }) =>
      Number(period.end) === to / 1000 && MARKS.every((mark) => Number(period[mark]) === Number(now[mark])),
  );
  if (!allCount) return undefined;
  const sumOf = (part: string) => shards.reduce((sum, { period }) => sum + BigInt(period[part] ?? 0), 0n);
  const sums: Parts = Object.fromEntries(parts.map((part) => [part, sumOf(part)]));
  return Object.fromEntries(metrics.map(([name, { ofParts }]) => [name, ofParts?.(sums) ?? 0]));
}

/**
 * Adds up an app's days, weeks and months that ended before `endedBefore` (Unix ms), have no dirty hour before their end,
 * and do not count. Where the period's own rollups are still those it was added up from, its new marks are enough.
 */
export async function addUpPeriods(
  store: Store,
  { app, timezone, endedBefore }: { app: string; timezone: string; endedBefore: number },
): Promise<void> {
  const about = { app, timezone, endedBefore: Math.floor(endedBefore / 1000) };
  for (const shard of await store.shards()) {
    const due = await selectRows<Due>(
      shard,
      `SELECT name, start, end, given, newest, first, toString(rollups) AS rollups, toString(stored.at) AS addedAt,
        is_added_up AS isAddedUp FROM (${DUE})`,
      about,
    );
    if (due.some(({ isAddedUp }) => isAddedUp)) await execute(shard, MARK_AGAIN, about);
    for (const { name, isAddedUp: _, ...period } of due.filter(({ isAddedUp }) => !isAddedUp))
      await execute(shard, addUp(name), { app, ...period });
  }
}

interface Due extends Marks {
  name: PeriodName;
  /** Unix seconds. */
  start: number | string;
  end: number | string;
  /** Sum of the ids in force. As text: a number would lose its last digits. */
  rollups: string;
  addedAt: string;
  /** Whether it is there, made from these rollups. */
  isAddedUp: number;
}

/** Every hour of an app, with the marks of all hours up to it. */
const HOURS = `SELECT hour, load, rollup_id, ${columns.join(', ')}, max(is_dirty) OVER so_far AS was_dirty,
  sum(load) OVER so_far AS given_so_far, max(rollup_id) OVER so_far AS newest_so_far,
  min(if(load > 0, toUnixTimestamp(hour), NULL)) OVER so_far AS first_so_far
FROM (
  SELECT hour, sum(loads) AS load, max(rollup).1 AS rollup_id, load > max(rollup).2 AS is_dirty,
    ${columns.map((name) => `max(buckets.${name}) AS ${name}`).join(', ')}
  FROM buckets WHERE app = {app:String} GROUP BY hour
)
WINDOW so_far AS (ORDER BY hour ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)`;

/** From when to when (UTC) the day, week and month of an hour go in the app's zone, and what stands beside that hour. */
const periodsOfHour = columns.map((name) => {
  const start = PERIODS[name].startOf.replace('local', 'toTimeZone(hour, {timezone:String})');
  const seconds = (moment: string) => `toUnixTimestamp(${moment})`;
  return `('${name}', ${seconds(start)}, ${seconds(`${start} + ${PERIODS[name].length}`)}, ${name})`;
});

const DUE = `SELECT period.1 AS name, period.2 AS start, period.3 AS end,
  max(given_so_far) AS given, max(newest_so_far) AS newest, assumeNotNull(min(first_so_far)) AS first, sum(rollup_id) AS rollups,
  maxIf(period.4, toUnixTimestamp(hour) = start) AS stored, stored.rollups = rollups AND stored.end = end AS is_added_up
FROM (${HOURS}) ARRAY JOIN [${periodsOfHour.join(', ')}] AS period
GROUP BY name, start, end
HAVING sum(load) > 0 AND max(was_dirty) = 0 AND end <= {endedBefore:Int64}
  AND (stored.end, stored.given, stored.newest, stored.first) != (end, given, newest, first)`;

/** A clock that was set back must not put the newer below the older. */
const addedAfter = (before: string) => `greatest(toUnixTimestamp64Micro(now64(6)), ${before} + 1)`;

const MARK_AGAIN = `INSERT INTO buckets (app, hour, ${columns.join(', ')})
SELECT {app:String}, toDateTime(start, 'UTC'), ${columns
  .map((name) => `if(name = '${name}', again, defaultValueOfArgumentType(again)) AS ${name}`)
  .join(', ')}
FROM (
  SELECT name, start, (${addedAfter('stored.at')}, end, given, newest, first, rollups,
    ${parts.map((part) => `stored.${part}`).join(', ')}) AS again
  FROM (${DUE}) WHERE is_added_up
)`;

const inForce = (table: string) => `SELECT * FROM ${table}
  WHERE app = {app:String} AND hour >= toDateTime({start:Int64}, 'UTC') AND hour < toDateTime({end:Int64}, 'UTC')
    AND rollup_id IN (SELECT max(rollup).1 FROM buckets WHERE app = {app:String} GROUP BY hour)`;
const sumOf = ({ table, parts }: { table: string; parts: Readonly<Record<string, string>> }) =>
  `SELECT ${Object.entries(parts)
    .map(([name, sql]) => `${sql} AS ${name}`)
    .join(', ')} FROM (${inForce(table)})`;

/** Rollups that came into force since the period was listed make it one that does not count. */
const addUp = (name: PeriodName) => `INSERT INTO buckets (app, hour, ${name})
SELECT {app:String}, toDateTime({start:Int64}, 'UTC'), (${addedAfter('{addedAt:UInt64}')},
  {end:UInt32}, {given:UInt64}, {newest:UInt64}, {first:UInt32}, {rollups:UInt64}, ${parts.join(', ')})
FROM (${sumOf(SOURCES.visits)}) AS visits CROSS JOIN (${sumOf(SOURCES.newcomers)}) AS newcomers`;
