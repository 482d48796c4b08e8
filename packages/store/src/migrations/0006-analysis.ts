/**
 * What the WeChat analysis APIs ask for: rollups of pages, of sessions by length, of devices; deliveries of message push,
 * and their rollup; and answers about times that are over. Any of these statements may run again.
 */

/** Survives a power cut, not only a kill. */
const DURABLE = 'fsync_after_insert = 1, fsync_part_directory = 1';

const sessionAt = "fromUnixTimestamp64Milli(sessionAt, 'UTC')";
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
const device = [...words('platform'), 'level UInt8', ...words('network')];

export const ANALYSIS: readonly string[] = [
  // Where a kill came between the last two statements about them.
  'ATTACH TABLE IF NOT EXISTS intake_to_events',
  'ATTACH TABLE IF NOT EXISTS intake_to_user_firsts',

  `ALTER TABLE events
    ADD COLUMN IF NOT EXISTS delivery String CODEC(ZSTD),
    ADD COLUMN IF NOT EXISTS message_key String CODEC(ZSTD),
    ADD COLUMN IF NOT EXISTS attempt UInt8 CODEC(ZSTD),
    ADD COLUMN IF NOT EXISTS msg_type String CODEC(ZSTD),
    ADD COLUMN IF NOT EXISTS event String CODEC(ZSTD)`,

  `ALTER TABLE intake
    MODIFY COLUMN events Array(Tuple(n UInt32, at Int64, kind String, page String, view UInt32, stayMs UInt32, name String,
      outcome String, durationMs Nullable(UInt32), errMsg String, errCode Nullable(Int32), scene UInt16, method String,
      host String, path String, status UInt16, sentBytes UInt64, receivedBytes UInt64, referrer String, sharedBy String,
      source String, component String, subpackage String, args String, businessFailed Bool, trace String,
      dnsMs Nullable(UInt32), connectMs Nullable(UInt32), tlsMs Nullable(UInt32), firstByteMs Nullable(UInt32),
      count UInt32, value Nullable(Float64), stack String, props String,
      steps Array(String), openid String, unionid String, delivery String, messageKey String, attempt UInt8, msgType String,
      event String))`,

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

  // Who passes messages on is no user.
  `ALTER TABLE intake_to_user_firsts MODIFY QUERY SELECT
    app, session.user AS user_id, min(${sessionAt}) AS first_session_at
  FROM intake WHERE arrayExists(kind -> kind != 'push_delivery', events.kind) GROUP BY app, user_id`,

  // The embedded engine knows an altered view by another name until it has read it again.
  'DETACH TABLE IF EXISTS intake_to_events',
  'ATTACH TABLE IF NOT EXISTS intake_to_events',
  'DETACH TABLE IF EXISTS intake_to_user_firsts',
  'ATTACH TABLE IF NOT EXISTS intake_to_user_firsts',

  rollup('page_hours', words('page'), [
    ...counts('views', 'stay_ms', 'entries', 'exits', 'shares'),
    `users ${distinct}`,
    `sharers ${distinct}`,
  ]),
  rollup('session_length_hours', ['stay_s UInt8', 'depth UInt8'], counts('session_cnt')),
  rollup('model_hours', words('platform', 'model'), [`users ${distinct}`]),
  rollup('newcomer_model_hours', words('platform', 'model'), ['user_id String CODEC(ZSTD)']),
  rollup('launch_hours', device, [
    ...counts('session_cnt', 'launches', 'launches_ready', 'memory_sessions'),
    'memory_growth Int64',
    ...counts('memory_warned'),
  ]),
  rollup(
    'device_performance_hours',
    device,
    counts(
      ...['appLaunch', 'downloadPackage', 'evaluateScript', 'firstRender', 'route'].flatMap((name) => [
        `${name}_sum`,
        `${name}_cnt`,
      ]),
      ...['memory_sum', 'memory_cnt', 'warnings'],
    ),
  ),
  rollup('push_hours', words('msg_type', 'event', 'host', 'outcome'), [
    ...counts('sent', 'cost_sum', 'cost_max'),
    'durations AggregateFunction(quantilesTDigest(0.5, 0.75, 0.95, 0.99), Nullable(UInt32))',
  ]),

  // Answers about times that are over, as text. One counts as long as the rollups it was made from are in force, by the
  // sum of their ids, which passes 64 bits.
  `CREATE TABLE kept_answers (
    app LowCardinality(String),
    question LowCardinality(String),
    start DateTime('UTC'),
    end DateTime('UTC'),
    rollups UInt128,
    answer String CODEC(ZSTD),
    kept_at DateTime64(6, 'UTC') DEFAULT now64(6)
  ) ENGINE = ReplacingMergeTree(kept_at) PARTITION BY toYYYYMM(start) ORDER BY (app, question, start, end)
  SETTINGS ${DURABLE}`,

  // A rollup that was computed before knows nothing of the new tables and is to be computed again. Not where events are
  // gone: none is left that counts for no later hour than those did, and of the first day that is left a part may be gone.
  `INSERT INTO buckets (app, hour, loads, loaded_at)
  SELECT app, hour, 1, now('UTC')
  FROM (SELECT app, hour FROM buckets GROUP BY app, hour HAVING sum(loads) > 0) AS known
  INNER JOIN (SELECT app, min(hour) AS first FROM visit_hours WHERE session_cnt > 0 GROUP BY app) AS began USING app
  INNER JOIN (
    SELECT app, min(greatest(session_hour, toStartOfHour(at, 'UTC'))) AS first_left FROM events GROUP BY app
  ) AS kept USING app
  WHERE hour >= if(first < first_left, first_left + INTERVAL 1 DAY, first_left)`,
];
