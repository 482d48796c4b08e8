import { newcomersOf } from './catalogue/visits.js';
import { isTime, TIMES, type TimeName, typeOf } from './dimensions.js';
import { METRICS } from './metrics.js';
import type { BucketPlan, DimensionName, Filter, Question } from './question.js';
import { readingOf, readsEvents } from './reading.js';
import { andColumns, type ColumnName, columnsOf, type Look, type Source } from './source.js';
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
 * @param options `withTotal`: every row says as `total` how many there are without limit.
 * @throws when a metric cannot be split or filtered by what is asked.
 */
export function toSql(
  question: Question,
  plan: BucketPlan,
  everywhere: (select: string) => string,
  { withTotal = false } = {},
): Statement {
  const { by = [], metrics, filter = {}, sort, fill } = question;
  const conditions = conditionsOf(filter);
  const columns = by.filter((name): name is ColumnName => !isTime(name));
  const filtered = conditions.map(({ column }) => column);
  const readings = new Map(metrics.map((metric) => [metric, readingOf(metric, columns, filtered)]));
  const perReading = new Map([...readings.values()].map((reading) => [reading.source, reading]));

  // Every source gives its metrics and leaves the others open; the outer query lays the rows over each other.
  const perSource = [...perReading.values()].map(({ source, only, more }) => {
    const keys = by.map((dimension) => `by_${dimension}`);
    const groupBy = by.length > 0 ? `\nGROUP BY ${keys.join(', ')}` : '';
    const columns = metrics.map(
      (name) => `${readings.get(name)?.source === source ? `toNullable(${METRICS[name].sql})` : 'NULL'} AS m_${name}`,
    );
    const parts = [
      ...by.map((dimension) => `${dimensionSql(dimension)} AS by_${dimension}`),
      ...neededParts(source, columns.join()),
    ];
    const rows =
      only.length + more.length === 0
        ? hourlyRows(source, plan)
        : rowsOfSome(source, { ...eventsWith(conditions.filter(({ column }) => only.includes(column))), more });
    const where = conditions.filter(({ column }) => !only.includes(column)).map(({ sql }) => sql);
    const ofShard = `SELECT ${parts.join(', ')}\nFROM (${rows}) AS hourly\nWHERE ${where.join(' AND ') || '1'}${groupBy}`;
    return `SELECT ${[...keys, ...columns].join(', ')}\nFROM ${everywhere(ofShard)}${groupBy}`;
  });

  const isLaidOver = perSource.length > 1;
  const isSmall =
    plan.dirtyHours.length === 0 && [...perReading.keys()].every((name) => (SOURCES[name] as Source).isSmall);
  const outer = [
    ...by.map((dimension) => `by_${dimension} AS ${dimension}`),
    ...metrics.map((name) => {
      const value = isLaidOver ? `max(m_${name})` : `m_${name}`;
      return `${METRICS[name].empty === 0 ? `ifNull(${value}, 0)` : value} AS ${name}`;
    }),
    ...(withTotal ? ['count() OVER () AS total'] : []),
  ];
  const query = [
    `SELECT ${outer.join(', ')}`,
    `FROM (${perSource.join('\nUNION ALL\n')})`,
    isLaidOver && by.length > 0 ? `GROUP BY ${by.join(', ')}` : '',
    orderSql(by, sort, fill),
    question.limit === undefined ? '' : 'LIMIT {limit:UInt32} OFFSET {offset:UInt32}',
    // Compiling the expressions of such a short query takes longer than running it.
    "SETTINGS date_time_output_format = 'unix_timestamp', compile_expressions = 0, compile_aggregate_expressions = 0" +
      (readsEvents(question) ? `, ${FROM_EVENTS_BOUNDS}` : isSmall ? ', max_threads = 1' : ''),
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

/**
 * What a statement may take that reads events of a whole range, which may be all there are. Units: s, bytes.
 * Embedded, memory is that of the server itself.
 */
export const FROM_EVENTS_BOUNDS = `max_execution_time = 20, max_memory_usage = ${2 * 1024 ** 3}`;

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

/** Rows of all hours of the range, computed from some events. */
function rowsOfSome(name: SourceName, look: Look): string {
  const source: Source = SOURCES[name];
  return `SELECT app, hour, ${columnsOf(source)}${andColumns(look.more)} FROM (${source.fromEvents(inRange, look)})`;
}

/** Those of the app's events that pass, with the scene of their session, as rollups tell it. */
function eventsWith(conditions: readonly Condition[]): Pick<Look, 'events' | 'eventsThat'> {
  const where = ['app = {app:String}', ...conditions.map(({ ofEvents }) => ofEvents)].join(' AND ');
  const all = 'SELECT * REPLACE (session_scene AS scene) FROM events';
  return {
    events: `(${all} WHERE ${where}) AS events`,
    eventsThat: (condition) => `(${all} PREWHERE ${condition} WHERE ${where}) AS events`,
  };
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
  /** The same of an event. */
  ofEvents: string;
  param: Record<string, unknown>;
}

function conditionsOf({ nameContains, ...columns }: Filter): Condition[] {
  const equal = Object.entries(columns)
    .filter(([, value]) => value !== undefined)
    .map(([name, wanted]): Condition => {
      const column = name as ColumnName;
      const isNot = typeof wanted === 'object' && 'not' in wanted;
      const value = isNot ? wanted.not : wanted;
      const test = Array.isArray(value)
        ? `${isNot ? 'NOT IN' : 'IN'} {only_${column}:Array(${typeOf(column)})}`
        : `= {only_${column}:${typeOf(column)}}`;
      return {
        column,
        sql: `${column} ${test}`,
        ofEvents: `${column === 'scene' ? 'session_scene' : column} ${test}`,
        param: { [`only_${column}`]: value },
      };
    });
  if (!nameContains) return equal;
  const sql = 'positionCaseInsensitiveUTF8(name, {only_nameContains:String}) > 0';
  return [...equal, { column: 'name', sql, ofEvents: sql, param: { only_nameContains: nameContains } }];
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
