import { type Metric, percentile, ratio } from '../metric.js';
import { OWN_HOUR, QUANTILES, type Source } from '../source.js';

export const CALL_SOURCES = {
  /** One row an hour, interface and version: the calls made in that hour. */
  calls: {
    table: 'call_hours',
    by: ['name', 'version'],
    columns: ['success', 'errors', 'cancel', 'unknown', 'durations'],
    parts: {
      success: 'sum(success)',
      errors: 'sum(errors)',
      cancel: 'sum(cancel)',
      unknown: 'sum(unknown)',
      durations: `quantilesTDigestMergeState${QUANTILES}(durations)`,
    },
    fromEvents: (hours) => `
SELECT app, ${OWN_HOUR} AS hour, name, version,
  countIf(outcome = 'success') AS success, countIf(outcome = 'fail') AS errors,
  countIf(outcome = 'cancel') AS cancel, countIf(outcome = 'unknown') AS unknown,
  quantilesTDigestState${QUANTILES}(duration_ms) AS durations
FROM events
WHERE app = {app:String} AND kind = 'call' AND ${hours(OWN_HOUR)}
GROUP BY app, hour, name, version`,
  },

  /** One row an hour, interface and version (the session's last): the users whose session of that hour met a failure. */
  callUsers: {
    table: 'call_user_hours',
    by: ['name', 'version'],
    columns: ['affected', 'failed'],
    parts: { affected: 'uniqExactMerge(affected)', failed: 'uniqExactMerge(failed)' },
    fromEvents: (hours) => `
SELECT app, session_hour AS hour, name, version,
  uniqExactState(if(fails > 0, user_id, NULL)) AS affected,
  uniqExactState(if(fails > 0 AND successes = 0, user_id, NULL)) AS failed
FROM (
  SELECT app, session_hour, session_id, name, argMax(events.version, n) AS version, toNullable(any(user_id)) AS user_id,
    countIf(outcome = 'fail') AS fails, countIf(outcome = 'success') AS successes
  FROM events
  WHERE app = {app:String} AND kind = 'call' AND ${hours('session_hour')}
  GROUP BY app, session_hour, session_id, name
)
GROUP BY app, hour, name, version`,
  },
} as const satisfies Record<string, Source>;

const calls = { source: 'calls', empty: 0 } as const;
const settled = 'sum(success) + sum(errors) + sum(cancel)';

export const CALL_METRICS = {
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
