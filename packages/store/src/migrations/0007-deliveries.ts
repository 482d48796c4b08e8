/**
 * What single deliveries of message push say besides: why one failed or was covered, and, where its owner wants that, the
 * masked message and answer. Any of these statements may run again. A rollup computed before is right as it is: nothing
 * that it counts had a reason.
 */

const sessionAt = "fromUnixTimestamp64Milli(sessionAt, 'UTC')";

export const DELIVERIES: readonly string[] = [
  // Where a kill came between the last two statements about it.
  'ATTACH TABLE IF NOT EXISTS intake_to_events',

  `ALTER TABLE events
    ADD COLUMN IF NOT EXISTS reason String CODEC(ZSTD),
    ADD COLUMN IF NOT EXISTS content String CODEC(ZSTD)`,

  `ALTER TABLE intake
    MODIFY COLUMN events Array(Tuple(n UInt32, at Int64, kind String, page String, view UInt32, stayMs UInt32, name String,
      outcome String, durationMs Nullable(UInt32), errMsg String, errCode Nullable(Int32), scene UInt16, method String,
      host String, path String, status UInt16, sentBytes UInt64, receivedBytes UInt64, referrer String, sharedBy String,
      source String, component String, subpackage String, args String, businessFailed Bool, trace String,
      dnsMs Nullable(UInt32), connectMs Nullable(UInt32), tlsMs Nullable(UInt32), firstByteMs Nullable(UInt32),
      count UInt32, value Nullable(Float64), stack String, props String,
      steps Array(String), openid String, unionid String, delivery String, messageKey String, attempt UInt8, msgType String,
      event String, reason String, content String))`,

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
    e.delivery AS delivery,
    e.messageKey AS message_key,
    e.attempt AS attempt,
    e.msgType AS msg_type,
    e.event AS event,
    e.reason AS reason,
    e.content AS content,
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

  // The embedded engine knows an altered view by another name until it has read it again.
  'DETACH TABLE IF EXISTS intake_to_events',
  'ATTACH TABLE IF NOT EXISTS intake_to_events',

  'ALTER TABLE push_hours ADD COLUMN IF NOT EXISTS reason LowCardinality(String) AFTER outcome',
];
