/**
 * Rollups of requests, performance, JavaScript errors and sessions by what they ran on; and the loss meter, which needs
 * to know of events that were settled without being stored. Any of these statements may run again.
 */

/** Survives a power cut, not only a kill. */
const DURABLE = 'fsync_after_insert = 1, fsync_part_directory = 1';

const sessionHour = "toStartOfHour(fromUnixTimestamp64Milli(sessionAt, 'UTC'), 'UTC')";
const receivedHour = "toStartOfHour(fromUnixTimestamp64Milli(receivedAt, 'UTC'), 'UTC')";
const digest = 'AggregateFunction(quantilesTDigest(0.5, 0.75, 0.95, 0.99), Nullable(UInt32))';
const distinct = 'AggregateFunction(uniqExact, String)';

const rollup = (table: string, by: readonly string[], columns: readonly string[]) => {
  const names = by.map((column) => `, ${column.split(' ')[0]}`).join('');
  return `CREATE TABLE ${table} (
    app LowCardinality(String),
    hour DateTime('UTC'),
    rollup_id UInt64,
    ${[...by, ...columns].join(',\n    ')}
  ) ENGINE = MergeTree PARTITION BY toYYYYMM(hour) ORDER BY (app, hour, rollup_id${names}) SETTINGS ${DURABLE}`;
};
const words = (...names: string[]) => names.map((name) => `${name} LowCardinality(String)`);
const counts = (...names: string[]) => names.map((name) => `${name} UInt64`);

export const ROLLUPS_AND_LOSS: readonly string[] = [
  // Where a kill came between the last two statements about it.
  'ATTACH TABLE IF NOT EXISTS intake_to_user_firsts',

  // What of a batch was settled without being stored. `n` is 0 where the event had no number of its own.
  'ALTER TABLE intake ADD COLUMN IF NOT EXISTS dropped Array(Tuple(n UInt32, reason String)) AFTER events',

  // One row a batch and reason.
  `CREATE TABLE drops (
    app LowCardinality(String),
    session_hour DateTime('UTC'),
    received_hour DateTime('UTC'),
    user_id String CODEC(ZSTD),
    session_id String CODEC(ZSTD),
    agent LowCardinality(String),
    reason LowCardinality(String),
    events UInt32,
    numbered UInt32,
    last_n UInt32,
    INDEX received_range received_hour TYPE minmax GRANULARITY 1
  ) ENGINE = MergeTree PARTITION BY toYYYYMM(session_hour) ORDER BY (app, session_hour, session_id)
  SETTINGS ${DURABLE}, non_replicated_deduplication_window = 10000`,

  // Almost no batch has any: what has none is left out first, which spares every insert a tenth of its work.
  `CREATE MATERIALIZED VIEW intake_to_drops TO drops AS SELECT
    app,
    ${sessionHour} AS session_hour,
    ${receivedHour} AS received_hour,
    user_id,
    session_id,
    agent,
    d.reason AS reason,
    toUInt32(count()) AS events,
    toUInt32(countIf(d.n > 0)) AS numbered,
    max(d.n) AS last_n
  FROM (
    SELECT app, agent, sessionAt, receivedAt, session.user AS user_id, session.id AS session_id, dropped
    FROM intake WHERE notEmpty(dropped)
  ) ARRAY JOIN dropped AS d
  GROUP BY app, session_hour, received_hour, user_id, session_id, agent, reason`,

  // A drop changes the bucket of its session and that of its arrival.
  `CREATE MATERIALIZED VIEW drops_to_buckets TO buckets AS SELECT
    app,
    arrayJoin([session_hour, received_hour]) AS hour,
    count() AS loads,
    now('UTC') AS loaded_at
  FROM drops
  GROUP BY app, hour`,

  // A batch of which nothing is stored begins no session.
  `ALTER TABLE intake_to_user_firsts MODIFY QUERY SELECT
    app, session.user AS user_id, min(fromUnixTimestamp64Milli(sessionAt, 'UTC')) AS first_session_at
  FROM intake WHERE notEmpty(events) GROUP BY app, user_id`,

  // The embedded engine knows an altered view by another name until it has read it again.
  'DETACH TABLE IF EXISTS intake_to_user_firsts',
  'ATTACH TABLE IF NOT EXISTS intake_to_user_firsts',

  rollup(
    'session_hours',
    [...words('version', 'env', 'platform'), 'level UInt8', ...words('network'), 'scene UInt16'],
    [
      ...counts('session_cnt', 'visit_pv', 'stay_ms', 'pages_seen'),
      `users ${distinct}`,
      ...counts('launches', 'launches_ready', 'memory_sessions'),
      'memory_growth Int64',
      ...counts('memory_warned', 'without_error'),
    ],
  ),
  rollup('request_hours', words('method', 'host', 'path', 'version'), [
    ...counts('ok', 'http_error', 'network_error', 'abort', 'business_failure'),
    `durations ${digest}`,
    ...counts('sent', 'received'),
    ...counts('dns_sum', 'dns_cnt', 'connect_sum', 'connect_cnt', 'tls_sum', 'tls_cnt'),
    ...counts('first_byte_sum', 'first_byte_cnt'),
  ]),
  rollup('request_user_hours', words('method', 'host', 'path', 'version'), [`affected ${distinct}`]),
  rollup(
    'performance_hours',
    [...words('name', 'version', 'platform'), 'level UInt8', ...words('network')],
    [...counts('measured', 'duration_sum', 'duration_cnt', 'value_sum', 'value_cnt'), `durations ${digest}`],
  ),
  rollup(
    'error_hours',
    ['issue String', 'error String', 'message String', 'frame String', ...words('version')],
    [...counts('errors'), "first_at DateTime64(3, 'UTC')", "last_at DateTime64(3, 'UTC')"],
  ),
  rollup(
    'error_user_hours',
    ['issue String', 'error String', 'message String', 'frame String', ...words('version')],
    [`users ${distinct}`, `sessions ${distinct}`],
  ),
  rollup('loss_hours', words('agent'), counts('numbered', 'missing')),
  rollup('drop_hours', words('agent', 'reason'), counts('dropped')),

  // A rollup that was computed before knows nothing of the new tables: all are to be computed again.
  `INSERT INTO buckets (app, hour, loads, loaded_at) SELECT app, hour, 1, now('UTC') FROM buckets GROUP BY app, hour`,
];
