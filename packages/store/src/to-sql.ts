import { newcomersOf } from './catalogue/visits.js';
import { isTime, TIMES, type TimeName, typeOf } from './dimensions.js';
import { METRICS, type MetricName } from './metrics.js';
import type { BucketPlan, DimensionName, Filter, Question } from './question.js';
import { type ColumnName, columnsOf, type Source } from './source.js';
import { SOURCES, type SourceName } from './sources.js';

export interface Statement {
  query: string;
  query_params: Record<string, unknown>;
}

/**
 * Turns a question into SQL. Pure: the same question and plan give the same text. Names come from the catalogue, values
 * travel as parameters.
 *
 * @param everywhere what a SELECT gives on every shard, to stand behind FROM.
 * @throws when a metric cannot be split or filtered by what is asked.
 */
export function toSql(question: Question, plan: BucketPlan, everywhere: (select: string) => string): Statement {
  const { by = [], metrics, filter = {}, sort, fill } = question;
  const conditions = conditionsOf(filter);
  const asked = [...by.filter((name) => !isTime(name)), ...conditions.map(({ column }) => column)] as ColumnName[];
  const sourceOf = new Map(metrics.map((metric) => [metric, sourceFor(metric, asked)]));
  const where = conditions.map(({ sql }) => sql).join(' AND ') || '1';

  // Every source gives its metrics and leaves the others open; the outer query lays the rows over each other.
  const perSource = [...new Set(sourceOf.values())].map((source) => {
    const keys = by.map((dimension) => `by_${dimension}`);
    const groupBy = by.length > 0 ? `\nGROUP BY ${keys.join(', ')}` : '';
    const columns = metrics.map(
      (name) => `${sourceOf.get(name) === source ? `toNullable(${METRICS[name].sql})` : 'NULL'} AS m_${name}`,
    );
    const parts = [
      ...by.map((dimension) => `${dimensionSql(dimension)} AS by_${dimension}`),
      ...neededParts(source, columns.join()),
    ];
    const ofShard = `SELECT ${parts.join(', ')}\nFROM (${hourlyRows(source, plan)}) AS hourly\nWHERE ${where}${groupBy}`;
    return `SELECT ${[...keys, ...columns].join(', ')}\nFROM ${everywhere(ofShard)}${groupBy}`;
  });

  const outer = [
    ...by.map((dimension) => `by_${dimension} AS ${dimension}`),
    ...metrics.map(
      (name) => `${METRICS[name].empty === 0 ? `ifNull(max(m_${name}), 0)` : `max(m_${name})`} AS ${name}`,
    ),
  ];
  const query = [
    `SELECT ${outer.join(', ')}`,
    `FROM (${perSource.join('\nUNION ALL\n')})`,
    by.length > 0 ? `GROUP BY ${by.join(', ')}` : '',
    orderSql(by, sort, fill),
    question.limit === undefined ? '' : 'LIMIT {limit:UInt32} OFFSET {offset:UInt32}',
    // Compiling the expressions of such a short query takes longer than running it.
    "SETTINGS date_time_output_format = 'unix_timestamp', compile_expressions = 0, compile_aggregate_expressions = 0",
  ];

  return {
    query: query.filter(Boolean).join('\n'),
    query_params: {
      ...hourlyParams(question, plan),
      timezone: question.timezone,
      ...Object.assign({}, ...conditions.map(({ param }) => param)),
      limit: question.limit ?? 0,
      offset: question.offset ?? 0,
    },
  };
}

const inRange = (hour: string) =>
  `${hour} >= toDateTime({from:Int64}, 'UTC') AND ${hour} < toDateTime({to:Int64}, 'UTC')`;
const inDirtyHours = (hour: string) =>
  `${hour} IN (SELECT arrayJoin(arrayMap(s -> toDateTime(s, 'UTC'), {dirtyHours:Array(Int64)})))`;

/** Values of `hourlyRows`. */
export const hourlyParams = (
  { app, from, to }: Pick<Question, 'app' | 'from' | 'to'>,
  { rollupIds, dirtyHours }: BucketPlan,
) => ({
  app,
  from: from / 1000,
  to: to / 1000,
  // A set must not be empty; no rollup has the id 0.
  rollupIds: [0, ...rollupIds],
  dirtyHours,
});

/** Rows of clean buckets from the rollup table, and rows of dirty ones from events where there are any: naming events costs time even when nothing of them is read. */
export function hourlyRows(name: SourceName, plan: BucketPlan): string {
  const source: Source = SOURCES[name];
  if (name === 'newcomers' && plan.newcomersMayBeStale) return newcomersOf(inRange);
  const columns = `app, hour, ${columnsOf(source)}`;
  const rolledUp = `SELECT ${columns} FROM ${source.table}
  WHERE app = {app:String} AND ${inRange('hour')} AND rollup_id IN {rollupIds:Array(UInt64)}`;
  const rows =
    plan.dirtyHours.length === 0
      ? rolledUp
      : `${rolledUp}\nUNION ALL SELECT ${columns} FROM (${source.fromEvents(inDirtyHours)})`;
  if (name !== 'newcomerModels' || !plan.newcomersMayBeStale) return rows;
  return `SELECT ${columns} FROM (${rows}) WHERE (hour, user_id) IN (SELECT hour, user_id FROM (${newcomersOf(inRange)}))`;
}

/** The metric's own source, or the finer one where only that can tell apart what is asked. */
function sourceFor(metric: MetricName, asked: readonly ColumnName[]): SourceName {
  let name: SourceName = METRICS[metric].source;
  for (;;) {
    const source: Source = SOURCES[name];
    const unknown = asked.find((column) => !source.by.includes(column));
    if (unknown === undefined) return name;
    if (source.finer === undefined) throw new Error(`The metric ${metric} cannot be split or filtered by ${unknown}`);
    name = source.finer as SourceName;
  }
}

/** What of a source's parts is spoken of in these columns: the others need not be added up. */
function neededParts(source: SourceName, columns: string): string[] {
  return Object.entries<string>(SOURCES[source].parts)
    .filter(([name]) => new RegExp(`\\b${name}\\b`).test(columns))
    .map(([name, sql]) => `${sql} AS ${name}`);
}

const dimensionSql = (name: DimensionName) => (isTime(name) ? TIMES[name].startOf('hour') : name);

/** One column to filter by, and how; the value travels as `only_…`. */
interface Condition {
  column: ColumnName;
  sql: string;
  param: Record<string, unknown>;
}

function conditionsOf({ nameContains, ...columns }: Filter): Condition[] {
  const equal = Object.entries(columns)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => {
      const column = name as ColumnName;
      const param = { [`only_${column}`]: value };
      const sql = Array.isArray(value)
        ? `${column} IN {only_${column}:Array(${typeOf(column)})}`
        : `${column} = {only_${column}:${typeOf(column)}}`;
      return { column, sql, param };
    });
  if (!nameContains) return equal;
  const sql = 'positionCaseInsensitiveUTF8(name, {only_nameContains:String}) > 0';
  return [...equal, { column: 'name', sql, param: { only_nameContains: nameContains } }];
}

function orderSql(by: readonly DimensionName[], sort: Question['sort'], fill: boolean | undefined): string {
  const keys = by.map((dimension) => (fill && isTime(dimension) ? `${dimension} ${fillSql(dimension)}` : dimension));
  const first = sort === undefined ? [] : [`${sort.by} ${sort.order === 'asc' ? 'ASC' : 'DESC'} NULLS LAST`];
  const order = [...first, ...keys.filter((key) => key !== sort?.by)];
  return order.length > 0 ? `ORDER BY ${order.join(', ')}` : '';
}

function fillSql(time: TimeName): string {
  const { startOf, step } = TIMES[time];
  const moment = (name: string) => `toDateTime({${name}:Int64}, {timezone:String})`;
  return `WITH FILL FROM ${startOf(moment('from'))} TO ${moment('to')} STEP INTERVAL 1 ${step}`;
}
