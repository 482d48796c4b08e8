/**
 * Room for every kind of event the protocol knows, and for tags.
 *
 * What is altered keeps what it holds, and any of these statements may run again. The view is altered and not made anew:
 * on a ClickHouse server its identity is part of what the engine remembers of a token, and a block that was inserted
 * before the migration may have to be recognised after it.
 */

const sessionAt = "fromUnixTimestamp64Milli(sessionAt, 'UTC')";

/** A column costs its part two files that are synced, so an insert stays in one file and only merges spread columns out. Unit: bytes. */
const ONE_FILE_BELOW = 32 * 1024 ** 2;

export const EVERY_SIGNAL: readonly string[] = [
  // Where a kill came between the last two statements.
  'ATTACH TABLE IF NOT EXISTS intake_to_events',

  // Text of few values stays plain too: where a column is empty, as almost all are, plain text costs nothing.
  `ALTER TABLE events
    ADD COLUMN IF NOT EXISTS referrer String CODEC(ZSTD),
    ADD COLUMN IF NOT EXISTS shared_by String CODEC(ZSTD),
    ADD COLUMN IF NOT EXISTS source String CODEC(ZSTD),
    ADD COLUMN IF NOT EXISTS component String CODEC(ZSTD),
    ADD COLUMN IF NOT EXISTS subpackage String CODEC(ZSTD),
    ADD COLUMN IF NOT EXISTS args String CODEC(ZSTD),
    ADD COLUMN IF NOT EXISTS business_failed Bool CODEC(ZSTD),
    ADD COLUMN IF NOT EXISTS trace String CODEC(ZSTD),
    ADD COLUMN IF NOT EXISTS dns_ms Nullable(UInt32) CODEC(ZSTD),
    ADD COLUMN IF NOT EXISTS connect_ms Nullable(UInt32) CODEC(ZSTD),
    ADD COLUMN IF NOT EXISTS tls_ms Nullable(UInt32) CODEC(ZSTD),
    ADD COLUMN IF NOT EXISTS first_byte_ms Nullable(UInt32) CODEC(ZSTD),
    ADD COLUMN IF NOT EXISTS count UInt32 CODEC(ZSTD),
    ADD COLUMN IF NOT EXISTS value Nullable(Float64) CODEC(ZSTD),
    ADD COLUMN IF NOT EXISTS stack String CODEC(ZSTD),
    ADD COLUMN IF NOT EXISTS props String CODEC(ZSTD),
    ADD COLUMN IF NOT EXISTS steps Array(String) CODEC(ZSTD),
    ADD COLUMN IF NOT EXISTS openid String CODEC(ZSTD),
    ADD COLUMN IF NOT EXISTS unionid String CODEC(ZSTD),
    ADD COLUMN IF NOT EXISTS tags Map(LowCardinality(String), String) CODEC(ZSTD)`,

  `ALTER TABLE events MODIFY SETTING min_bytes_for_wide_part = ${ONE_FILE_BELOW}`,

  `ALTER TABLE intake
    ADD COLUMN IF NOT EXISTS tags Map(String, String) AFTER device,
    MODIFY COLUMN events Array(Tuple(n UInt32, at Int64, kind String, page String, view UInt32, stayMs UInt32, name String,
      outcome String, durationMs Nullable(UInt32), errMsg String, errCode Nullable(Int32), scene UInt16, method String,
      host String, path String, status UInt16, sentBytes UInt64, receivedBytes UInt64, referrer String, sharedBy String,
      source String, component String, subpackage String, args String, businessFailed Bool, trace String,
      dnsMs Nullable(UInt32), connectMs Nullable(UInt32), tlsMs Nullable(UInt32), firstByteMs Nullable(UInt32),
      count UInt32, value Nullable(Float64), stack String, props String,
      steps Array(String), openid String, unionid String))`,

  // An error or a measurement that does not say how many it stands for is one.
  `ALTER TABLE intake_to_events MODIFY QUERY SELECT
    app,
    toStartOfHour(${sessionAt}, 'UTC') AS session_hour,
    session.user AS user_id,
    session.id AS session_id,
    e.n AS n,
    e.kind AS kind,
    fromUnixTimestamp64Milli(e.at + skewMs, 'UTC') AS at,
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
    e.referrer AS referrer,
    e.sharedBy AS shared_by,
    e.source AS source,
    e.component AS component,
    e.subpackage AS subpackage,
    e.args AS args,
    e.businessFailed AS business_failed,
    e.trace AS trace,
    e.dnsMs AS dns_ms,
    e.connectMs AS connect_ms,
    e.tlsMs AS tls_ms,
    e.firstByteMs AS first_byte_ms,
    if(e.kind = 'error', greatest(e.count, 1), 0) AS count,
    e.value AS value,
    e.stack AS stack,
    e.props AS props,
    e.steps AS steps,
    e.openid AS openid,
    e.unionid AS unionid,
    tags,
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

  // The embedded engine knows an altered view by another name until it has read it again, and would not recognise in
  // the next process what this one inserts.
  'DETACH TABLE IF EXISTS intake_to_events',
  'ATTACH TABLE IF NOT EXISTS intake_to_events',
];
