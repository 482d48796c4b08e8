import { execute, type Store, selectRows } from './connect.js';
import { METRICS } from './metrics.js';
import type { Question } from './question.js';
import { SOURCES } from './sources.js';

/**
 * Calendar days, weeks and months that are over, each as one row: what the WeChat data APIs are asked for. A row names
 * the rollups it was added up from; it counts as long as exactly these are in force, so nothing ever has to take it back.
 */

/** What a row of `visit_periods` holds: the parts of these two sources. */
const PARTS: Readonly<Record<string, string>> = { ...SOURCES.visits.parts, ...SOURCES.newcomers.parts };
const names = Object.keys(PARTS);

/** The hours of an app up to a moment, each with the id of its rollup in force and whether it waits for another. */
const hours = `SELECT hour, sum(loads) > max(rollup).2 AS dirty, max(rollup).1 AS rollup_id
  FROM buckets WHERE app = {app:String} AND hour < toDateTime({to:Int64}, 'UTC') GROUP BY hour`;

/** The rows of a period, and what says whether they still count. Parameters: `app`, `from`, `to` (Unix seconds). */
const ROWS = `SELECT ${names.join(', ')}, rollups AS added_up, 0 AS in_force, 0 AS dirty
FROM visit_periods FINAL
WHERE app = {app:String} AND start = toDateTime({from:Int64}, 'UTC') AND end = toDateTime({to:Int64}, 'UTC')
UNION ALL
SELECT ${names.map((name) => `0 AS ${name}`).join(', ')}, 0 AS added_up,
  sumIf(rollup_id, hour >= toDateTime({from:Int64}, 'UTC')) AS in_force, countIf(dirty) AS dirty
FROM (${hours})`;

/**
 * The answer to a question about one whole day, week or month, from its row: metric names with their values. Undefined
 * when the question is another, or the period has no row that counts.
 *
 * A dirty hour before the period matters too: it may hold the first session of somebody the period counts as new.
 */
export async function askPeriod(store: Store, question: Question): Promise<Record<string, unknown> | undefined> {
  const { app, from, to, by = [], filter = {}, metrics } = question;
  const fromRows = metrics.every((name) => ['visits', 'newcomers'].includes(METRICS[name].source));
  const days = (to - from) / 86_400_000;
  const mayBePeriod = days === 1 || days === 7 || (days >= 28 && days <= 31);
  if (!fromRows || !mayBePeriod || by.length > 0 || Object.values(filter).some((value) => value !== undefined))
    return undefined;
  const columns = metrics.map((name) => `${METRICS[name].sql} AS ${name}`);
  const [row] = await selectRows<Record<string, unknown>>(
    store,
    `SELECT ${columns.join(', ')}, sum(added_up) = sum(in_force) AND sum(dirty) = 0 AS is_current
    FROM ${store.everywhere(ROWS)}
    SETTINGS compile_expressions = 0, compile_aggregate_expressions = 0, max_threads = 1`,
    { app, from: from / 1000, to: to / 1000 },
  );
  const { is_current, ...answer } = row ?? {};
  return Number(is_current) === 1 ? answer : undefined;
}

/**
 * Adds up an app's days, weeks and months that ended before `endedBefore` (Unix ms), have no dirty hour, and no row that
 * still counts.
 */
export async function addUpPeriods(
  store: Store,
  { app, timezone, endedBefore }: { app: string; timezone: string; endedBefore: number },
): Promise<void> {
  const to = Math.floor(endedBefore / 1000);
  for (const shard of await store.shards()) {
    const due = await selectRows<{
      start: number | string;
      end: number | string /** As text: a number would lose its last digits. */;
      rollups: string;
    }>(
      shard,
      `SELECT toUnixTimestamp(period.1) AS start, toUnixTimestamp(period.2) AS end, toString(sum(rollup_id)) AS rollups
      FROM (${hours}) AS hours
      ARRAY JOIN [${PERIODS.join(', ')}] AS period
      GROUP BY period
      HAVING countIf(dirty) = 0 AND end <= {to:Int64} AND (period.1, period.2, sum(rollup_id)) NOT IN (
        SELECT start, end, rollups FROM visit_periods FINAL WHERE app = {app:String}
      )`,
      { app, timezone, to },
    );
    for (const { start, end, rollups } of due)
      await execute(shard, ADD_UP, { app, from: Number(start), to: Number(end), rollups });
  }
}

/** From where to where (UTC) the day, week and month of an hour go in the app's zone. */
const PERIODS = [
  ['toStartOfDay(local)', 'INTERVAL 1 DAY'],
  ['toDateTime(toMonday(local), {timezone:String})', 'INTERVAL 1 WEEK'],
  ['toDateTime(toStartOfMonth(local), {timezone:String})', 'INTERVAL 1 MONTH'],
].map(([start, length]) => {
  const local = (start as string).replace('local', 'toTimeZone(hour, {timezone:String})');
  return `(toTimeZone(${local}, 'UTC'), toTimeZone(${local} + ${length}, 'UTC'))`;
});

const inForce = (table: string) => `SELECT * FROM ${table}
  WHERE app = {app:String} AND hour >= toDateTime({from:Int64}, 'UTC') AND hour < toDateTime({to:Int64}, 'UTC')
    AND rollup_id IN (SELECT rollup_id FROM (${hours}))`;

/** Written only if the rollups in force are still those that were listed. */
const ADD_UP = `INSERT INTO visit_periods (app, start, end, rollups, ${names.join(', ')})
SELECT {app:String}, toDateTime({from:Int64}, 'UTC'), toDateTime({to:Int64}, 'UTC'), {rollups:UInt64}, ${names.join(', ')}
FROM (SELECT ${Object.entries(SOURCES.visits.parts)
  .map(([name, sql]) => `${sql} AS ${name}`)
  .join(', ')} FROM (${inForce(SOURCES.visits.table)})) AS visits
CROSS JOIN (SELECT ${Object.entries(SOURCES.newcomers.parts)
  .map(([name, sql]) => `${sql} AS ${name}`)
  .join(', ')} FROM (${inForce(SOURCES.newcomers.table)})) AS newcomers
WHERE {rollups:UInt64} = (
  SELECT sum(rollup_id) FROM (${hours}) WHERE hour >= toDateTime({from:Int64}, 'UTC')
)`;
