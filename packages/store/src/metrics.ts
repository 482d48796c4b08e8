import type { SourceName } from './sources.js';

/** A row of the catalogue: everything anyone may want to know about one number. Labels, docs and SQL all read it. */
export interface Metric {
  source: SourceName;
  unit: 'count' | 'seconds' | 'pages' | '%' | 'ms';
  /** Aggregate over the parts of the source. */
  sql: string;
  /** What it is where there is nothing: a count of nothing is 0, a rate of nothing is not known. */
  empty: 0 | null;
  zh: string;
  en: string;
  meaning: string;
}

/**
 * `numerator ÷ denominator` with four decimals, rounded half up: all in integers, since binary fractions would round
 * some halves down. Nothing to divide by gives `empty`.
 */
function ratio(numerator: string, denominator: string, empty: 0 | null): string {
  return `if(${denominator} = 0, ${empty === null ? 'NULL' : '0'}, intDiv(toUInt128(${numerator}) * 20000 + ${denominator}, toUInt128(${denominator}) * 2) / 10000)`;
}

const visits = { source: 'visits', empty: 0 } as const;
const calls = { source: 'calls', empty: 0 } as const;
const settled = 'sum(success) + sum(errors) + sum(cancel)';
const percentile = (index: number) =>
  `if(isFinite(quantilesTDigestMerge(0.5, 0.75, 0.95, 0.99)(durations)[${index}]), toUInt64(round(quantilesTDigestMerge(0.5, 0.75, 0.95, 0.99)(durations)[${index}])), NULL)`;

export const METRICS = {
  session_cnt: {
    ...visits,
    unit: 'count',
    sql: 'sum(sessions)',
    zh: '打开次数',
    en: 'Opens',
    meaning: 'Sessions that start in the period.',
  },
  visit_pv: {
    ...visits,
    unit: 'count',
    sql: 'sum(views)',
    zh: '访问次数',
    en: 'Page views',
    meaning: 'Page views of those sessions.',
  },
  visit_uv: {
    ...visits,
    unit: 'count',
    sql: 'sum(users)',
    zh: '访问人数',
    en: 'Users',
    meaning: 'Distinct users with a session in the period; each counts once.',
  },
  visit_uv_new: {
    source: 'newcomers',
    empty: 0,
    unit: 'count',
    sql: 'sum(newcomers)',
    zh: '新用户数',
    en: 'New users',
    meaning: 'Users whose first session ever lies in the period.',
  },
  stay_time_uv: {
    ...visits,
    unit: 'seconds',
    sql: ratio('sum(stay)', 'sum(users) * 1000', 0),
    zh: '人均停留时长',
    en: 'Stay per user',
    meaning: 'Sum of stay divided by users.',
  },
  stay_time_session: {
    ...visits,
    unit: 'seconds',
    sql: ratio('sum(stay)', 'sum(sessions) * 1000', 0),
    zh: '次均停留时长',
    en: 'Stay per open',
    meaning: 'Sum of stay divided by sessions.',
  },
  visit_depth: {
    ...visits,
    unit: 'pages',
    sql: ratio('sum(pages)', 'sum(sessions)', 0),
    zh: '平均访问深度',
    en: 'Depth',
    meaning: 'Mean over sessions of the number of distinct page paths seen.',
  },

  calls: {
    ...calls,
    unit: 'count',
    sql: `${settled} + sum(unknown)`,
    zh: '调用次数',
    en: 'Calls',
    meaning: 'All calls of the interface, whatever the outcome.',
  },
  success: {
    ...calls,
    unit: 'count',
    sql: 'sum(success)',
    zh: '成功次数',
    en: 'Successes',
    meaning: 'Calls that ended in success.',
  },
  errors: {
    ...calls,
    unit: 'count',
    sql: 'sum(errors)',
    zh: '错误次数',
    en: 'Errors',
    meaning: 'Calls that ended in fail. A cancel by the user is none.',
  },
  cancel: {
    ...calls,
    unit: 'count',
    sql: 'sum(cancel)',
    zh: '取消次数',
    en: 'Cancels',
    meaning: 'Calls the user backed out of.',
  },
  unknown: {
    ...calls,
    unit: 'count',
    sql: 'sum(unknown)',
    zh: '结果未知',
    en: 'Unknown',
    meaning: 'Calls whose end nobody was told, or that the session did not outlive. In no rate.',
  },
  successRate: {
    ...calls,
    empty: null,
    unit: '%',
    sql: ratio('sum(success) * 100', `(${settled})`, null),
    zh: '成功率',
    en: 'Success rate',
    meaning: 'success ÷ (success + fail + cancel).',
  },
  successRateWithoutCancels: {
    ...calls,
    empty: null,
    unit: '%',
    sql: ratio('sum(success) * 100', '(sum(success) + sum(errors))', null),
    zh: '成功率（不含取消）',
    en: 'Success rate without cancels',
    meaning: 'success ÷ (success + fail).',
  },
  durationP50Ms: {
    ...calls,
    empty: null,
    unit: 'ms',
    sql: percentile(1),
    zh: '耗时 P50',
    en: 'Duration p50',
    meaning: 'Half of the calls took at most this long, from the call to its callback.',
  },
  durationP75Ms: {
    ...calls,
    empty: null,
    unit: 'ms',
    sql: percentile(2),
    zh: '耗时 P75',
    en: 'Duration p75',
    meaning: 'Three quarters of the calls took at most this long.',
  },
  durationP95Ms: {
    ...calls,
    empty: null,
    unit: 'ms',
    sql: percentile(3),
    zh: '耗时 P95',
    en: 'Duration p95',
    meaning: '95 of 100 calls took at most this long.',
  },
  durationP99Ms: {
    ...calls,
    empty: null,
    unit: 'ms',
    sql: percentile(4),
    zh: '耗时 P99',
    en: 'Duration p99',
    meaning: '99 of 100 calls took at most this long.',
  },
  affectedUsers: {
    source: 'callUsers',
    empty: 0,
    unit: 'count',
    sql: 'sum(affected)',
    zh: '影响用户数',
    en: 'Affected users',
    meaning: 'Distinct users with a session, starting in the period, in which at least one call failed.',
  },
  failedUsers: {
    source: 'callUsers',
    empty: 0,
    unit: 'count',
    sql: 'sum(failed)',
    zh: '失败用户数',
    en: 'Failed users',
    meaning:
      'Distinct users with a session, starting in the period, in which the interface failed and never succeeded.',
  },
} as const satisfies Record<string, Metric>;

export type MetricName = keyof typeof METRICS;
