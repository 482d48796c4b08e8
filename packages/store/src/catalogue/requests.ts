import { type Metric, percentile, ratio } from '../metric.js';
import { ALL_EVENTS, andColumns, EVENT_COLUMNS, OWN_HOUR, QUANTILES, type Source } from '../source.js';

/** A connection that stays open is no request: it has no answer to count, and lasts as long as it likes. */
export const IS_REQUEST = "kind = 'request' AND name != 'connectSocket'";

/** Parts of a request that the platform measures, where it does. */
const STRETCHES = ['dns', 'connect', 'tls', 'first_byte'] as const;
const sums = STRETCHES.flatMap((stretch) => [`${stretch}_sum`, `${stretch}_cnt`]);
const sumsOfEvents = STRETCHES.map(
  (stretch) => `toUInt64(sum(ifNull(${stretch}_ms, 0))) AS ${stretch}_sum, count(${stretch}_ms) AS ${stretch}_cnt`,
);

export const REQUEST_SOURCES = {
  /** One row an hour, address and version: the requests begun in that hour. */
  requests: {
    table: 'request_hours',
    by: ['method', 'host', 'path', 'version'],
    columns: [
      'ok',
      'http_error',
      'network_error',
      'abort',
      'business_failure',
      'durations',
      'sent',
      'received',
      ...sums,
    ],
    parts: {
      ok: 'sum(ok)',
      http_error: 'sum(http_error)',
      network_error: 'sum(network_error)',
      abort: 'sum(abort)',
      business_failure: 'sum(business_failure)',
      durations: `quantilesTDigestMergeState${QUANTILES}(durations)`,
      sent: 'sum(sent)',
      received: 'sum(received)',
      ...Object.fromEntries(sums.map((part) => [part, `sum(${part})`])),
    },
    splits: EVENT_COLUMNS,
    fromEvents: (hours, { events, more } = ALL_EVENTS) => `
SELECT app, ${OWN_HOUR} AS hour, method, host, path, version${andColumns(more)},
  countIf(outcome = 'ok') AS ok, countIf(outcome = 'http_error') AS http_error,
  countIf(outcome = 'network_error') AS network_error, countIf(outcome = 'abort') AS abort,
  countIf(business_failed) AS business_failure,
  quantilesTDigestState${QUANTILES}(duration_ms) AS durations,
  sum(sent_bytes) AS sent, sum(received_bytes) AS received,
  ${sumsOfEvents.join(', ')}
FROM ${events}
WHERE app = {app:String} AND ${IS_REQUEST} AND ${hours(OWN_HOUR)}
GROUP BY app, hour, method, host, path, version${andColumns(more)}`,
  },

  /** One row an hour, address and version with a failure: the users whose session of that hour met it. */
  requestUsers: {
    table: 'request_user_hours',
    by: ['method', 'host', 'path', 'version'],
    columns: ['affected'],
    parts: { affected: 'uniqExactMerge(affected)' },
    splits: EVENT_COLUMNS,
    fromEvents: (hours, { events, more } = ALL_EVENTS) => `
SELECT app, session_hour AS hour, method, host, path, version${andColumns(more)}, uniqExactState(user_id) AS affected
FROM ${events}
WHERE app = {app:String} AND ${IS_REQUEST} AND outcome IN ('http_error', 'network_error') AND ${hours('session_hour')}
GROUP BY app, hour, method, host, path, version${andColumns(more)}`,
  },
} as const satisfies Record<string, Source>;

const requests = { source: 'requests', empty: 0, unit: 'count' } as const;
const duration = { source: 'requests', empty: null, unit: 'ms' } as const;
const answered = '(sum(ok) + sum(http_error) + sum(network_error))';
const mean = (stretch: (typeof STRETCHES)[number]) => ratio(`sum(${stretch}_sum)`, `sum(${stretch}_cnt)`, null);

export const REQUEST_METRICS = {
  requests: {
    ...requests,
    sql: `${answered} + sum(abort)`,
    zh: '请求次数',
    en: 'Requests',
    meaning: 'All requests, uploads and downloads, whatever the outcome.',
    meaningZh: '全部请求、上传和下载，不论结果。',
  },
  ok: {
    ...requests,
    sql: 'sum(ok)',
    zh: '请求成功次数',
    en: 'Requests answered well',
    meaning: 'Requests answered with an HTTP status of 100 to 399.',
    meaningZh: 'HTTP 状态码为 100 到 399 的请求。',
  },
  httpErrors: {
    ...requests,
    sql: 'sum(http_error)',
    zh: 'HTTP 错误次数',
    en: 'HTTP errors',
    meaning: 'Requests answered with an HTTP status of 400 to 599.',
    meaningZh: 'HTTP 状态码为 400 到 599 的请求。',
  },
  networkErrors: {
    ...requests,
    sql: 'sum(network_error)',
    zh: '网络错误次数',
    en: 'Network errors',
    meaning: 'Requests that were never answered: the `fail` callback came.',
    meaningZh: '没有得到应答的请求：触发了 `fail` 回调。',
  },
  aborts: {
    ...requests,
    sql: 'sum(abort)',
    zh: '中断次数',
    en: 'Aborts',
    meaning: 'Requests the caller aborted. In no rate.',
    meaningZh: '被调用方中断的请求。不计入任何比率。',
  },
  businessFailures: {
    ...requests,
    sql: 'sum(business_failure)',
    zh: '业务失败次数',
    en: 'Business failures',
    meaning: "Requests whose answer the app's own `isSuccess` calls a failure, whatever the status.",
    meaningZh: '应答被小程序自己的 `isSuccess` 判为失败的请求，不论状态码。',
  },
  requestSuccessRate: {
    ...requests,
    unit: '%',
    empty: null,
    sql: ratio('sum(ok) * 100', answered, null),
    zh: '请求成功率',
    en: 'Request success rate',
    meaning: 'ok ÷ (ok + HTTP errors + network errors).',
    meaningZh: '成功 ÷（成功 + HTTP 错误 + 网络错误）。',
  },
  requestDurationP50Ms: {
    ...duration,
    sql: percentile(1),
    zh: '请求耗时 P50',
    en: 'Request duration p50',
    meaning: 'Half of the requests took at most this long, from the call to its callback.',
    meaningZh: '一半的请求从发起到回调不超过此时长。',
  },
  requestDurationP75Ms: {
    ...duration,
    sql: percentile(2),
    zh: '请求耗时 P75',
    en: 'Request duration p75',
    meaning: 'Three quarters of the requests took at most this long.',
    meaningZh: '四分之三的请求不超过此时长。',
  },
  requestDurationP95Ms: {
    ...duration,
    sql: percentile(3),
    zh: '请求耗时 P95',
    en: 'Request duration p95',
    meaning: '95 of 100 requests took at most this long.',
    meaningZh: '每 100 次请求中有 95 次不超过此时长。',
  },
  requestDurationP99Ms: {
    ...duration,
    sql: percentile(4),
    zh: '请求耗时 P99',
    en: 'Request duration p99',
    meaning: '99 of 100 requests took at most this long.',
    meaningZh: '每 100 次请求中有 99 次不超过此时长。',
  },
  sentBytes: {
    ...requests,
    unit: 'bytes',
    sql: 'sum(sent)',
    zh: '发送字节数',
    en: 'Bytes sent',
    meaning: 'What the device says it sent, where the platform tells.',
    meaningZh: '设备报告的发送量，仅限平台提供时。',
  },
  receivedBytes: {
    ...requests,
    unit: 'bytes',
    sql: 'sum(received)',
    zh: '接收字节数',
    en: 'Bytes received',
    meaning: 'What the device says it received, where the platform or the answer tells.',
    meaningZh: '设备报告的接收量，仅限平台或应答提供时。',
  },
  dnsMs: {
    ...duration,
    sql: mean('dns'),
    zh: 'DNS 耗时',
    en: 'DNS',
    meaning: 'Mean time to look the host up, where the platform tells.',
    meaningZh: '域名解析的平均耗时，仅限平台提供时。',
  },
  connectMs: {
    ...duration,
    sql: mean('connect'),
    zh: '建立连接耗时',
    en: 'Connect',
    meaning: 'Mean time to connect, TLS included, where the platform tells.',
    meaningZh: '建立连接的平均耗时，包含 TLS，仅限平台提供时。',
  },
  tlsMs: {
    ...duration,
    sql: mean('tls'),
    zh: 'TLS 耗时',
    en: 'TLS',
    meaning: 'Mean time of the TLS handshake, where the platform tells.',
    meaningZh: 'TLS 握手的平均耗时，仅限平台提供时。',
  },
  firstByteMs: {
    ...duration,
    sql: mean('first_byte'),
    zh: '首字节耗时',
    en: 'First byte',
    meaning: 'Mean time from the request sent to the first byte of the answer, where the platform tells.',
    meaningZh: '从发出请求到收到应答首字节的平均耗时，仅限平台提供时。',
  },
  requestAffectedUsers: {
    source: 'requestUsers',
    empty: 0,
    unit: 'count',
    sql: 'sum(affected)',
    zh: '请求影响用户数',
    en: 'Users affected by requests',
    meaning:
      'Distinct users with a session, starting in the period, in which at least one request met an HTTP or network error.',
    meaningZh: '在该时段内开始的会话中，至少有一次请求遇到 HTTP 错误或网络错误的去重用户数。',
  },
} as const satisfies Record<string, Metric>;
