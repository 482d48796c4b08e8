/**
 * Where numbers come from. A source is a table of hourly rollups together with the one query that computes the same
 * rows from events. The rollup job inserts that query's result; a question reads the table for clean buckets and runs
 * the query for dirty ones. There is no second formula that could disagree.
 *
 * A question adds hours up to parts on each shard, and the parts of all shards to metrics: a shard has all of a user, so
 * its number of distinct users is a part like any other.
 */
export interface Source {
  /** Rollup table; its columns are app, hour, rollup_id and `columns`. */
  table: string;
  columns: readonly string[];
  /** What a shard adds its hourly rows up to: aggregates, by name. Metrics are made of these names. */
  parts: Readonly<Record<string, string>>;
  /** Rows `(app, hour, ...columns)` computed from events, for hours that pass `hours` (a condition on the named expression). */
  fromEvents(hours: (hourExpression: string) => string): string;
}

const CALL_HOUR = "toStartOfHour(at, 'UTC')";

/**
 * Users and the hour of their first session ever, for hours that pass. First sessions outlive their events, so this also
 * tells who was new in hours whose events are gone.
 *
 * @param among narrows it to users this SELECT gives, where only theirs can pass: naming all of an app's costs time.
 */
export const newcomersOf = (hours: (hourExpression: string) => string, among?: string) => `
SELECT app, hour, user_id FROM (
  SELECT app, user_id, toStartOfHour(min(first_session_at), 'UTC') AS hour
  FROM user_firsts
  WHERE app = {app:String}${among === undefined ? '' : ` AND user_id IN (${among})`}
  GROUP BY app, user_id
) WHERE ${hours('hour')}`;

export const SOURCES = {
  /** One row an hour: the sessions that start in it, whole. */
  visits: {
    table: 'visit_hours',
    columns: ['session_cnt', 'visit_pv', 'stay_ms', 'pages_seen', 'users'],
    parts: {
      sessions: 'sum(session_cnt)',
      views: 'sum(visit_pv)',
      stay: 'sum(stay_ms)',
      pages: 'sum(pages_seen)',
      users: 'uniqExactMerge(users)',
    },
    fromEvents: (hours) => `
SELECT app, session_hour AS hour, count() AS session_cnt, sum(views) AS visit_pv, sum(stay) AS stay_ms,
  sum(pages) AS pages_seen, uniqExactState(user_id) AS users
FROM (
  SELECT app, session_hour, session_id, any(user_id) AS user_id,
    countIf(kind = 'page_show') AS views,
    uniqExactIf(page, kind = 'page_show') AS pages,
    max(at) AS last_at,
    groupArrayIf((n, at), kind = 'page_show') AS shows,
    maxMapIf(map(view, stay_ms), kind = 'page_hide') AS stays,
    arraySum(show -> if(mapContains(stays, show.1), toUInt64(stays[show.1]),
      toUInt64(greatest(0, toUnixTimestamp64Milli(last_at) - toUnixTimestamp64Milli(show.2)))), shows) AS stay
  FROM events
  WHERE app = {app:String} AND ${hours('session_hour')}
  GROUP BY app, session_hour, session_id
)
GROUP BY app, hour`,
  },

  /** One row an hour, interface and version: the calls made in that hour. */
  calls: {
    table: 'call_hours',
    columns: ['name', 'version', 'success', 'errors', 'cancel', 'unknown', 'durations'],
    parts: {
      success: 'sum(success)',
      errors: 'sum(errors)',
      cancel: 'sum(cancel)',
      unknown: 'sum(unknown)',
      durations: 'quantilesTDigestMergeState(0.5, 0.75, 0.95, 0.99)(durations)',
    },
    fromEvents: (hours) => `
SELECT app, ${CALL_HOUR} AS hour, name, version,
  countIf(outcome = 'success') AS success, countIf(outcome = 'fail') AS errors,
  countIf(outcome = 'cancel') AS cancel, countIf(outcome = 'unknown') AS unknown,
  quantilesTDigestState(0.5, 0.75, 0.95, 0.99)(duration_ms) AS durations
FROM events
WHERE app = {app:String} AND kind = 'call' AND ${hours(CALL_HOUR)}
GROUP BY app, hour, name, version`,
  },

  /** One row an hour, interface and version (the session's last): the users whose session of that hour met a failure. */
  callUsers: {
    table: 'call_user_hours',
    columns: ['name', 'version', 'affected', 'failed'],
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

  /** One row a user, in the hour of their first session ever. Also of other buckets' making: see `markStaleNewcomers`. */
  newcomers: {
    table: 'newcomer_hours',
    columns: ['user_id'],
    parts: { newcomers: 'uniqExact(user_id)' },
    fromEvents: (hours) =>
      newcomersOf(hours, `SELECT user_id FROM events WHERE app = {app:String} AND ${hours('session_hour')}`),
  },
} as const satisfies Record<string, Source>;

export type SourceName = keyof typeof SOURCES;
