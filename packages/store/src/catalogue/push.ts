import { type Metric, percentile } from '../metric.js';
import { ALL_EVENTS, andColumns, EVENT_COLUMNS, OWN_HOUR, QUANTILES, type Source } from '../source.js';

export const PUSH_SOURCES = {
  /** One row an hour, message type, event, host, outcome and reason: the deliveries of that hour. */
  pushDeliveries: {
    table: 'push_hours',
    by: ['msg_type', 'event', 'host', 'outcome', 'reason'],
    columns: ['sent', 'cost_sum', 'cost_max', 'durations'],
    parts: {
      deliveries: 'sum(sent)',
      failures: "sumIf(sent, outcome != 'ok')",
      cost: 'sum(cost_sum)',
      longest: 'max(cost_max)',
      durations: `quantilesTDigestMergeState${QUANTILES}(durations)`,
    },
    splits: EVENT_COLUMNS,
    fromEvents: (hours, { events, more } = ALL_EVENTS) => `
SELECT app, ${OWN_HOUR} AS hour, msg_type, event, host, outcome, reason${andColumns(more)}, count() AS sent,
  toUInt64(sum(ifNull(duration_ms, 0))) AS cost_sum, toUInt64(max(ifNull(duration_ms, 0))) AS cost_max,
  quantilesTDigestState${QUANTILES}(duration_ms) AS durations
FROM ${events}
WHERE app = {app:String} AND kind = 'push_delivery' AND ${hours(OWN_HOUR)}
GROUP BY app, hour, msg_type, event, host, outcome, reason${andColumns(more)}`,
  },
} as const satisfies Record<string, Source>;

const deliveries = { source: 'pushDeliveries', empty: 0 } as const;

export const PUSH_METRICS = {
  callback_count: {
    ...deliveries,
    unit: 'count',
    sql: 'sum(deliveries)',
    zh: '消息推送次数',
    en: 'Deliveries',
    meaning: 'Deliveries of a push that expect a passive reply, each attempt counted.',
  },
  fail_count: {
    ...deliveries,
    unit: 'count',
    sql: 'sum(failures)',
    zh: '失败次数',
    en: 'Failed deliveries',
    meaning:
      'Of those, the ones that failed: the name was not found, no connection, no complete answer within the timeout, a status other than 200, or an answer that is no valid passive reply. Split by `outcome` and `reason`, the question says how and why.',
  },
  total_time_cost: {
    ...deliveries,
    unit: 'ms',
    sql: 'sum(cost)',
    zh: '总耗时',
    en: 'Total time',
    meaning: 'Sum of the time from sending to the complete answer, failures included, each at most the timeout.',
  },
  max_time_cost: {
    ...deliveries,
    unit: 'ms',
    sql: 'max(longest)',
    zh: '最大耗时',
    en: 'Longest time',
    meaning: 'The longest of them.',
  },
  deliveryP50Ms: {
    ...deliveries,
    empty: null,
    unit: 'ms',
    sql: percentile(1),
    zh: '推送耗时 P50',
    en: 'Delivery p50',
    meaning: 'Half of the deliveries took at most this long.',
  },
  deliveryP95Ms: {
    ...deliveries,
    empty: null,
    unit: 'ms',
    sql: percentile(3),
    zh: '推送耗时 P95',
    en: 'Delivery p95',
    meaning: '95 of 100 deliveries took at most this long.',
  },
  deliveryP99Ms: {
    ...deliveries,
    empty: null,
    unit: 'ms',
    sql: percentile(4),
    zh: '推送耗时 P99',
    en: 'Delivery p99',
    meaning: '99 of 100 deliveries took at most this long.',
  },
} as const satisfies Record<string, Metric>;
