import { METRICS, type MetricName } from './metrics.js';
import type { BucketPlan, DimensionName, Question } from './question.js';
import { newcomersOf, SOURCES, type Source, type SourceName } from './sources.js';

const DIMENSIONS: Record<DimensionName, { sql: string; time?: 'HOUR' | 'DAY'; sources: readonly SourceName[] }> = {
  hour: {
    sql: 'toDateTime(hour, {timezone:String})',
    time: 'HOUR',
    sources: ['visits', 'calls', 'callUsers', 'newcomers'],
  },
  day: {
    sql: 'toDateTime(toStartOfDay(hour, {timezone:String}), {timezone:String})',
    time: 'DAY',
    sources: ['visits', 'calls', 'callUsers', 'newcomers'],
  },
  name: { sql: 'name', sources: ['calls', 'callUsers'] },
  version: { sql: 'version', sources: ['calls', 'callUsers'] },
};

export interface Statement {
  query: string;
  query_params: Record<string, unknown>;
}

/**
 * Turns a question into SQL. Pure: the same question and plan give the same text. Names come from the catalogue, values
 * travel as parameters.
 *
 * @param everywhere what a SELECT gives on every shard, to stand behind FROM.
 * @throws when a metric cannot be split by an asked dimension.
 */
export function toSql(question: Question, plan: BucketPlan, everywhere: (select: string) => string): Statement {
  const { by = [], metrics, filter = {}, sort, fill } = question;
  checkDimensions(by, metrics);

  const sources = [...new Set(metrics.map((name) => METRICS[name].source))];
  // Every source gives its metrics and leaves the others open; the outer query lays the rows over each other.
  const perSource = sources.map((source) => {
    const keys = by.map((dimension) => `by_${dimension}`);
    const groupBy = by.length > 0 ? `\nGROUP BY ${keys.join(', ')}` : '';
    const parts = [
      ...by.map((dimension) => `${DIMENSIONS[dimension].sql} AS by_${dimension}`),
      ...Object.entries<string>(SOURCES[source].parts).map(([name, sql]) => `${sql} AS ${name}`),
    ];
    const ofShard = `SELECT ${parts.join(', ')}\nFROM (${hourlyRows(source, plan)}) AS hourly\nWHERE ${filterSql(source, filter)}${groupBy}`;
    const columns = metrics.map(
      (name) => `${METRICS[name].source === source ? `toNullable(${METRICS[name].sql})` : 'NULL'} AS m_${name}`,
    );
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
      app: question.app,
      from: question.from / 1000,
      to: question.to / 1000,
      timezone: question.timezone,
      // A set must not be empty; no rollup has the id 0.
      rollupIds: [0, ...plan.rollupIds],
      dirtyHours: plan.dirtyHours,
      name: filter.name ?? '',
      nameContains: filter.nameContains ?? '',
      limit: question.limit ?? 0,
      offset: question.offset ?? 0,
    },
  };
}

const inRange = (hour: string) =>
  `${hour} >= toDateTime({from:Int64}, 'UTC') AND ${hour} < toDateTime({to:Int64}, 'UTC')`;
const inDirtyHours = (hour: string) =>
  `${hour} IN (SELECT arrayJoin(arrayMap(s -> toDateTime(s, 'UTC'), {dirtyHours:Array(Int64)})))`;

/** Rows of clean buckets from the rollup table, and rows of dirty ones from events where there are any: naming events costs time even when nothing of them is read. */
function hourlyRows(name: SourceName, plan: BucketPlan): string {
  const source: Source = SOURCES[name];
  if (name === 'newcomers' && plan.newcomersMayBeStale) return newcomersOf(inRange);
  const columns = ['app', 'hour', ...source.columns].join(', ');
  const rolledUp = `SELECT ${columns} FROM ${source.table}
  WHERE app = {app:String} AND ${inRange('hour')} AND rollup_id IN {rollupIds:Array(UInt64)}`;
  if (plan.dirtyHours.length === 0) return rolledUp;
  return `${rolledUp}\nUNION ALL SELECT ${columns} FROM (${source.fromEvents(inDirtyHours)})`;
}

function filterSql(source: SourceName, filter: NonNullable<Question['filter']>): string {
  const named = DIMENSIONS.name.sources.includes(source);
  const conditions = [
    named && filter.name !== undefined && 'name = {name:String}',
    named && filter.nameContains && 'positionCaseInsensitiveUTF8(name, {nameContains:String}) > 0',
  ].filter(Boolean);
  return conditions.length > 0 ? conditions.join(' AND ') : '1';
}

function orderSql(by: readonly DimensionName[], sort: Question['sort'], fill: boolean | undefined): string {
  const keys = by.map((dimension) => {
    const { time } = DIMENSIONS[dimension];
    if (!fill || time === undefined) return dimension;
    const bound = (name: string) => `toDateTime({${name}:Int64}, {timezone:String})`;
    return `${dimension} WITH FILL FROM ${bound('from')} TO ${bound('to')} STEP INTERVAL 1 ${time}`;
  });
  const first = sort === undefined ? [] : [`${sort.by} ${sort.order === 'asc' ? 'ASC' : 'DESC'} NULLS LAST`];
  const order = [...first, ...keys.filter((key) => key !== sort?.by)];
  return order.length > 0 ? `ORDER BY ${order.join(', ')}` : '';
}

function checkDimensions(by: readonly DimensionName[], metrics: readonly MetricName[]): void {
  for (const dimension of by) {
    for (const metric of metrics) {
      if (!DIMENSIONS[dimension].sources.includes(METRICS[metric].source)) {
        throw new Error(`The metric ${metric} cannot be split by ${dimension}`);
      }
    }
  }
}
