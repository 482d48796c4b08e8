import { type Metric, percentile, ratio } from '../metric.js';
import { ALL_EVENTS, andColumns, EVENT_COLUMNS, OWN_HOUR, QUANTILES, type Source } from '../source.js';

/** What an hour of an interface may say apart: a message with an id in it never comes twice, and must not make a row a call. */
const MESSAGES_PER_HOUR = 100;

/** Stands for the rarer ones of an hour that says more than that. */
const OTHER_MESSAGES = '(other messages)';

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
    splits: EVENT_COLUMNS,
    fromEvents: (hours, { events, more } = ALL_EVENTS) => `
SELECT app, ${OWN_HOUR} AS hour, name, version${andColumns(more)},
  countIf(outcome = 'success') AS success, countIf(outcome = 'fail') AS errors,
  countIf(outcome = 'cancel') AS cancel, countIf(outcome = 'unknown') AS unknown,
  quantilesTDigestState${QUANTILES}(duration_ms) AS durations
FROM ${events}
WHERE app = {app:String} AND kind = 'call' AND ${hours(OWN_HOUR)}
GROUP BY app, hour, name, version${andColumns(more)}`,
  },

  /** One row an hour, interface and version (the session's last): the users whose session of that hour met a failure. */
  callUsers: {
    table: 'call_user_hours',
    by: ['name', 'version'],
    columns: ['affected', 'failed'],
    parts: { affected: 'uniqExactMerge(affected)', failed: 'uniqExactMerge(failed)' },
    splits: [],
    fromEvents: (hours, { events } = ALL_EVENTS) => `
SELECT app, session_hour AS hour, name, version,
  uniqExactState(if(fails > 0, user_id, NULL)) AS affected,
  uniqExactState(if(fails > 0 AND successes = 0, user_id, NULL)) AS failed
FROM (
  SELECT app, session_hour, session_id, name, argMax(events.version, n) AS version, toNullable(any(user_id)) AS user_id,
    countIf(outcome = 'fail') AS fails, countIf(outcome = 'success') AS successes
  FROM ${events}
  WHERE app = {app:String} AND kind = 'call' AND ${hours('session_hour')}
  GROUP BY app, session_hour, session_id, name
)
GROUP BY app, hour, name, version`,
  },

  /** One row an hour, interface, version, outcome and message: the calls of that hour that did not succeed. */
  callMessages: {
    table: 'call_message_hours',
    by: ['name', 'version', 'outcome', 'message'],
    columns: ['calls', 'users', 'first_at', 'last_at'],
    parts: {
      calls: 'sum(calls)',
      users: 'uniqExactMerge(users)',
      first: 'min(first_at)',
      last: 'max(last_at)',
    },
    splits: EVENT_COLUMNS,
    fromEvents: (hours, { events, more } = ALL_EVENTS) => `
SELECT app, hour, name, version, outcome, message${andColumns(more)}, sum(said) AS calls, uniqExactMergeState(said_by) AS users,
  min(first_said) AS first_at, max(last_said) AS last_at
FROM (
  SELECT app, ${OWN_HOUR} AS hour, name, version, outcome${andColumns(more)}, count() AS said, uniqExactState(user_id) AS said_by,
    min(at) AS first_said, max(at) AS last_said,
    row_number() OVER (PARTITION BY app, hour, name ORDER BY count() DESC, err_msg, version, outcome${andColumns(more)}) AS place,
    if(place <= ${MESSAGES_PER_HOUR}, err_msg, '${OTHER_MESSAGES}') AS message
  FROM ${events}
  WHERE app = {app:String} AND kind = 'call' AND outcome != 'success' AND ${hours(OWN_HOUR)}
  GROUP BY app, hour, name, version, outcome, err_msg${andColumns(more)}
)
GROUP BY app, hour, name, version, outcome, message${andColumns(more)}`,
  },
} as const satisfies Record<string, Source>;

const calls = { source: 'calls', empty: 0 } as const;
const messages = { source: 'callMessages', empty: 0, unit: 'count' } as const;
const instant = (part: 'min(first)' | 'max(last)') =>
  `if(sum(calls) = 0, NULL, toUnixTimestamp64Milli(${part}))` as const;
const settled = 'sum(success) + sum(errors) + sum(cancel)';

export const CALL_METRICS = {
  calls: {
    ...calls,
    unit: 'count',
    sql: `${settled} + sum(unknown)`,
    zh: '调用次数',
    en: 'Calls',
    meaning: 'All calls of the interface, whatever the outcome.',
    meaningZh: '该接口的全部调用，不论结果。',
  },
  success: {
    ...calls,
    unit: 'count',
    sql: 'sum(success)',
    zh: '成功次数',
    en: 'Successes',
    meaning: 'Calls that ended in success.',
    meaningZh: '以成功结束的调用。',
  },
  errors: {
    ...calls,
    unit: 'count',
    sql: 'sum(errors)',
    zh: '错误次数',
    en: 'Errors',
    meaning: 'Calls that ended in fail. A cancel by the user is none.',
    meaningZh: '以失败结束的调用。用户取消不算错误。',
  },
  cancel: {
    ...calls,
    unit: 'count',
    sql: 'sum(cancel)',
    zh: '取消次数',
    en: 'Cancels',
    meaning: 'Calls the user backed out of.',
    meaningZh: '用户主动取消的调用。',
  },
  unknown: {
    ...calls,
    unit: 'count',
    sql: 'sum(unknown)',
    zh: '结果未知',
    en: 'Unknown',
    meaning: 'Calls whose end nobody was told, or that the session did not outlive. In no rate.',
    meaningZh: '没有回调告知结果，或在会话结束前没有返回的调用。不计入任何比率。',
  },
  successRate: {
    ...calls,
    empty: null,
    unit: '%',
    sql: ratio('sum(success) * 100', `(${settled})`, null),
    zh: '成功率',
    en: 'Success rate',
    meaning: 'success ÷ (success + fail + cancel).',
    meaningZh: '成功 ÷（成功 + 失败 + 取消）。',
  },
  successRateWithoutCancels: {
    ...calls,
    empty: null,
    unit: '%',
    sql: ratio('sum(success) * 100', '(sum(success) + sum(errors))', null),
    zh: '成功率（不含取消）',
    en: 'Success rate without cancels',
    meaning: 'success ÷ (success + fail).',
    meaningZh: '成功 ÷（成功 + 失败）。',
  },
  durationP50Ms: {
    ...calls,
    empty: null,
    unit: 'ms',
    sql: percentile(1),
    zh: '耗时 P50',
    en: 'Duration p50',
    meaning: 'Half of the calls took at most this long, from the call to its callback.',
    meaningZh: '一半的调用从发起到回调不超过此时长。',
  },
  durationP75Ms: {
    ...calls,
    empty: null,
    unit: 'ms',
    sql: percentile(2),
    zh: '耗时 P75',
    en: 'Duration p75',
    meaning: 'Three quarters of the calls took at most this long.',
    meaningZh: '四分之三的调用不超过此时长。',
  },
  durationP95Ms: {
    ...calls,
    empty: null,
    unit: 'ms',
    sql: percentile(3),
    zh: '耗时 P95',
    en: 'Duration p95',
    meaning: '95 of 100 calls took at most this long.',
    meaningZh: '每 100 次调用中有 95 次不超过此时长。',
  },
  durationP99Ms: {
    ...calls,
    empty: null,
    unit: 'ms',
    sql: percentile(4),
    zh: '耗时 P99',
    en: 'Duration p99',
    meaning: '99 of 100 calls took at most this long.',
    meaningZh: '每 100 次调用中有 99 次不超过此时长。',
  },
  affectedUsers: {
    source: 'callUsers',
    empty: 0,
    unit: 'count',
    sql: 'sum(affected)',
    zh: '影响用户数',
    en: 'Affected users',
    meaning: 'Distinct users with a session, starting in the period, in which at least one call failed.',
    meaningZh: '在该时段内开始的会话中，至少有一次调用失败的去重用户数。',
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
    meaningZh: '在该时段内开始的会话中，该接口失败过且从未成功的去重用户数。',
  },
  callMessages: {
    ...messages,
    sql: 'sum(calls)',
    zh: '未成功次数',
    en: 'Calls without success',
    meaning:
      'Calls that failed, were cancelled or whose end is unknown, by what the platform said. Of an hour in which an interface says more than 100 things, the rarer ones are together as `(other messages)`.',
    meaningZh:
      '失败、取消或结果未知的调用，按平台返回的信息区分。一个接口一小时内的信息超过 100 种时，较少见的合并为 `(other messages)`。',
  },
  messageUsers: {
    ...messages,
    sql: 'sum(users)',
    zh: '未成功用户数',
    en: 'Users without success',
    meaning: 'Distinct users of those calls.',
    meaningZh: '这些调用的去重用户数。',
  },
  messageFirstAt: {
    ...messages,
    unit: 'instant',
    empty: null,
    sql: instant('min(first)'),
    zh: '首次未成功',
    en: 'First without success',
    meaning: 'The first of those calls within the period.',
    meaningZh: '该时段内第一次这样的调用。',
  },
  messageLastAt: {
    ...messages,
    unit: 'instant',
    empty: null,
    sql: instant('max(last)'),
    zh: '最近未成功',
    en: 'Last without success',
    meaning: 'The last of those calls within the period.',
    meaningZh: '该时段内最近一次这样的调用。',
  },
} as const satisfies Record<string, Metric>;
