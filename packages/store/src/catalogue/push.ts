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
    isSmall: true,
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
    meaningZh: '需要被动回复的消息推送次数，每次尝试都计入。',
  },
  fail_count: {
    ...deliveries,
    unit: 'count',
    sql: 'sum(failures)',
    zh: '失败次数',
    en: 'Failed deliveries',
    meaning:
      'Of those, the ones that failed: the name was not found, no connection, no complete answer within the timeout, a status other than 200, or an answer that is no valid passive reply. Split by `outcome` and `reason`, the question says how and why.',
    meaningZh:
      '其中失败的次数：域名无法解析、无法连接、未在超时前得到完整应答、状态码不是 200，或应答不是有效的被动回复。按 `outcome` 和 `reason` 拆分可看到失败的方式和原因。',
  },
  total_time_cost: {
    ...deliveries,
    unit: 'ms',
    sql: 'sum(cost)',
    zh: '总耗时',
    en: 'Total time',
    meaning: 'Sum of the time from sending to the complete answer, failures included, each at most the timeout.',
    meaningZh: '从发出到收到完整应答的耗时之和，包含失败的，每次最多计到超时时长。',
  },
  max_time_cost: {
    ...deliveries,
    unit: 'ms',
    sql: 'max(longest)',
    zh: '最大耗时',
    en: 'Longest time',
    meaning: 'The longest of them.',
    meaningZh: '其中最长的一次耗时。',
  },
  deliveryP50Ms: {
    ...deliveries,
    empty: null,
    unit: 'ms',
    sql: percentile(1),
    zh: '推送耗时 P50',
    en: 'Delivery p50',
    meaning: 'Half of the deliveries took at most this long.',
    meaningZh: '一半的推送不超过此时长。',
  },
  deliveryP95Ms: {
    ...deliveries,
    empty: null,
    unit: 'ms',
    sql: percentile(3),
    zh: '推送耗时 P95',
    en: 'Delivery p95',
    meaning: '95 of 100 deliveries took at most this long.',
    meaningZh: '每 100 次推送中有 95 次不超过此时长。',
  },
  deliveryP99Ms: {
    ...deliveries,
    empty: null,
    unit: 'ms',
    sql: percentile(4),
    zh: '推送耗时 P99',
    en: 'Delivery p99',
    meaning: '99 of 100 deliveries took at most this long.',
    meaningZh: '每 100 次推送中有 99 次不超过此时长。',
  },
} as const satisfies Record<string, Metric>;
