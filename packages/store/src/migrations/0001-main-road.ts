/**
 * The first schema: events, the intake that fills them, and the hourly rollups.
 *
 * `intake` stores nothing. The loader inserts spooled batches into it as they are; the materialized views expand each
 * batch into event rows inside the engine, eight times faster than rows built outside. One insert, one deduplication
 * token: the token reaches every view's target.
 */

/** Survives a power cut, not only a kill: the spool forgets a block as soon as its insert returns. */
const DURABLE = 'fsync_after_insert = 1, fsync_part_directory = 1';

/** Remembers more tokens than one block can ever need, halved down to its last batch. */
const ONCE = `${DURABLE}, non_replicated_deduplication_window = 10000`;

const sessionAt = "fromUnixTimestamp64Milli(sessionAt, 'UTC')";
const eventAt = "fromUnixTimestamp64Milli(e.at + skewMs, 'UTC')";

export const MAIN_ROAD: readonly string[] = [
  `CREATE TABLE intake (
    app String,
    agent String,
    ip String,
    receivedAt Int64,
    skewMs Int64,
    sessionAt Int64,
    session Tuple(id String, user String, scene UInt16, entry String),
    device Tuple(platform String, system String, brand String, model String, wechat String, sdk String, level UInt8,
      network String, version String, env String),
    events Array(Tuple(n UInt32, at Int64, kind String, page String, view UInt32, stayMs UInt32, name String,
      outcome String, durationMs Nullable(UInt32), errMsg String, errCode Nullable(Int32), scene UInt16, method String,
      host String, path String, status UInt16, sentBytes UInt64, receivedBytes UInt64))
  ) ENGINE = Null`,

  // Ordered by session, so that a session is read from one place and its repeated words compress to almost nothing.
  `CREATE TABLE events (
    app LowCardinality(String),
    session_hour DateTime('UTC'),
    user_id String CODEC(ZSTD),
    session_id String CODEC(ZSTD),
    n UInt32 CODEC(Delta, ZSTD),
    kind LowCardinality(String),
    at DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
    session_at DateTime64(3, 'UTC') CODEC(ZSTD),
    received_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
    skew_ms Int64 CODEC(ZSTD),
    scene UInt16 CODEC(ZSTD),
    session_scene UInt16 CODEC(ZSTD),
    entry LowCardinality(String),
    page LowCardinality(String),
    view UInt32 CODEC(ZSTD),
    stay_ms UInt32 CODEC(ZSTD),
    name LowCardinality(String),
    outcome LowCardinality(String),
    duration_ms Nullable(UInt32) CODEC(ZSTD),
    err_msg String CODEC(ZSTD),
    err_code Nullable(Int32) CODEC(ZSTD),
    method LowCardinality(String),
    host LowCardinality(String),
    path LowCardinality(String),
    status UInt16 CODEC(ZSTD),
    sent_bytes UInt64 CODEC(ZSTD),
    received_bytes UInt64 CODEC(ZSTD),
    platform LowCardinality(String),
    system LowCardinality(String),
    brand LowCardinality(String),
    model LowCardinality(String),
    wechat LowCardinality(String),
    sdk LowCardinality(String),
    level UInt8 CODEC(ZSTD),
    network LowCardinality(String),
    version LowCardinality(String),
    env LowCardinality(String),
    agent LowCardinality(String),
    ip IPv6 CODEC(ZSTD),
    INDEX at_range at TYPE minmax GRANULARITY 1,
    INDEX user_bloom user_id TYPE bloom_filter(0.01) GRANULARITY 4,
    INDEX ip_bloom ip TYPE bloom_filter(0.01) GRANULARITY 4
  ) ENGINE = MergeTree
  PARTITION BY toYYYYMM(session_hour)
  ORDER BY (app, session_hour, user_id, session_id, n)
  SETTINGS ${ONCE}`,

  `CREATE MATERIALIZED VIEW intake_to_events TO events AS SELECT
    app,
    toStartOfHour(${sessionAt}, 'UTC') AS session_hour,
    session.user AS user_id,
    session.id AS session_id,
    e.n AS n,
    e.kind AS kind,
    ${eventAt} AS at,
    ${sessionAt} AS session_at,
    fromUnixTimestamp64Milli(receivedAt, 'UTC') AS received_at,
    skewMs AS skew_ms,
    e.scene AS scene,
    session.scene AS session_scene,
    session.entry AS entry,
    e.page AS page,
    e.view AS view,
    e.stayMs AS stay_ms,
    e.name AS name,
    e.outcome AS outcome,
    e.durationMs AS duration_ms,
    e.errMsg AS err_msg,
    e.errCode AS err_code,
    e.method AS method,
    e.host AS host,
    e.path AS path,
    e.status AS status,
    e.sentBytes AS sent_bytes,
    e.receivedBytes AS received_bytes,
    device.platform AS platform,
    device.system AS system,
    device.brand AS brand,
    device.model AS model,
    device.wechat AS wechat,
    device.sdk AS sdk,
    device.level AS level,
    device.network AS network,
    device.version AS version,
    device.env AS env,
    agent,
    toIPv6OrDefault(ip) AS ip
  FROM intake ARRAY JOIN events AS e`,

  // What is known of a bucket, an app's hour: how often it was given events and when last, and which rollup of it counts
  // with how many of those that rollup saw. A sum needs no order, so several collectors may add to it, and one added too
  // often only makes a bucket be computed again.
  `CREATE TABLE buckets (
    app LowCardinality(String),
    hour DateTime('UTC'),
    loads SimpleAggregateFunction(sum, UInt64),
    loaded_at SimpleAggregateFunction(max, DateTime('UTC')),
    rollup SimpleAggregateFunction(max, Tuple(id UInt64, covers UInt64))
  ) ENGINE = AggregatingMergeTree ORDER BY (app, hour) SETTINGS ${ONCE}`,

  // An event changes the bucket of its session and the bucket of its own hour.
  `CREATE MATERIALIZED VIEW intake_to_buckets TO buckets AS SELECT
    app,
    arrayJoin([toStartOfHour(${sessionAt}, 'UTC'), toStartOfHour(${eventAt}, 'UTC')]) AS hour,
    count() AS loads,
    now('UTC') AS loaded_at
  FROM intake ARRAY JOIN events AS e
  GROUP BY app, hour`,

  `CREATE TABLE user_firsts (
    app LowCardinality(String),
    user_id String CODEC(ZSTD),
    first_session_at SimpleAggregateFunction(min, DateTime64(3, 'UTC'))
  ) ENGINE = AggregatingMergeTree ORDER BY (app, user_id) SETTINGS ${ONCE}`,

  `CREATE MATERIALIZED VIEW intake_to_user_firsts TO user_firsts AS SELECT
    app, session.user AS user_id, min(${sessionAt}) AS first_session_at
  FROM intake GROUP BY app, user_id`,

  `CREATE TABLE visit_hours (
    app LowCardinality(String),
    hour DateTime('UTC'),
    rollup_id UInt64,
    session_cnt UInt64,
    visit_pv UInt64,
    stay_ms UInt64,
    pages_seen UInt64,
    users AggregateFunction(uniqExact, String)
  ) ENGINE = MergeTree PARTITION BY toYYYYMM(hour) ORDER BY (app, hour, rollup_id) SETTINGS ${DURABLE}`,

  `CREATE TABLE call_hours (
    app LowCardinality(String),
    hour DateTime('UTC'),
    rollup_id UInt64,
    name LowCardinality(String),
    version LowCardinality(String),
    success UInt64,
    errors UInt64,
    cancel UInt64,
    unknown UInt64,
    durations AggregateFunction(quantilesTDigest(0.5, 0.75, 0.95, 0.99), Nullable(UInt32))
  ) ENGINE = MergeTree PARTITION BY toYYYYMM(hour) ORDER BY (app, hour, rollup_id, name, version) SETTINGS ${DURABLE}`,

  `CREATE TABLE call_user_hours (
    app LowCardinality(String),
    hour DateTime('UTC'),
    rollup_id UInt64,
    name LowCardinality(String),
    version LowCardinality(String),
    affected AggregateFunction(uniqExact, Nullable(String)),
    failed AggregateFunction(uniqExact, Nullable(String))
  ) ENGINE = MergeTree PARTITION BY toYYYYMM(hour) ORDER BY (app, hour, rollup_id, name, version) SETTINGS ${DURABLE}`,

  // One row a user, in the hour of their first session. A user whose earlier session comes late has two, until the
  // later hour is rolled up again.
  `CREATE TABLE newcomer_hours (
    app LowCardinality(String),
    hour DateTime('UTC'),
    rollup_id UInt64,
    user_id String CODEC(ZSTD)
  ) ENGINE = MergeTree PARTITION BY toYYYYMM(hour) ORDER BY (app, hour, rollup_id) SETTINGS ${DURABLE}`,
];
