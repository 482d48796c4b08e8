/**
 * Days, weeks and months that are over stand beside their first hour, where one look at `buckets` finds them and sees
 * whether they still count; and what the platform said of calls that did not succeed is rolled up. Any of these
 * statements may run again.
 */

/**
 * `at` is when it was added up (Unix µs), so that the newest counts; `end` (Unix seconds) is the end of the period. `given`,
 * `newest` and `first` say of all hours before `end` how it found them, `rollups` which of them it is the sum of. Then
 * come the parts of the visit metrics.
 */
const PERIOD = `SimpleAggregateFunction(max, Tuple(at UInt64, end UInt32, given UInt64, newest UInt64, first UInt32, rollups UInt64,
      sessions UInt64, views UInt64, stay UInt64, pages UInt64, users UInt64, newcomers UInt64))`;

export const FASTER_ANSWERS: readonly string[] = [
  `ALTER TABLE buckets
    ADD COLUMN IF NOT EXISTS day ${PERIOD},
    ADD COLUMN IF NOT EXISTS week ${PERIOD},
    ADD COLUMN IF NOT EXISTS month ${PERIOD}`,

  `CREATE TABLE call_message_hours (
    app LowCardinality(String),
    hour DateTime('UTC'),
    rollup_id UInt64,
    name LowCardinality(String),
    version LowCardinality(String),
    outcome LowCardinality(String),
    message String,
    calls UInt64,
    users AggregateFunction(uniqExact, String),
    first_at DateTime64(3, 'UTC'),
    last_at DateTime64(3, 'UTC')
  ) ENGINE = MergeTree PARTITION BY toYYYYMM(hour) ORDER BY (app, hour, rollup_id, name, version, outcome, message)
  SETTINGS fsync_after_insert = 1, fsync_part_directory = 1`,

  // A rollup that was computed before knows nothing of messages and is to be computed again. Not where events are gone:
  // it would be computed from nothing, and of the first day that is left, from a part.
  `INSERT INTO buckets (app, hour, loads, loaded_at)
  SELECT app, hour, 1, now('UTC')
  FROM (SELECT app, hour FROM buckets GROUP BY app, hour HAVING sum(loads) > 0) AS known
  INNER JOIN (SELECT app, min(hour) AS first FROM visit_hours WHERE session_cnt > 0 GROUP BY app) AS began USING app
  INNER JOIN (SELECT app, min(session_hour) AS first_left FROM events GROUP BY app) AS kept USING app
  WHERE hour >= if(first < first_left, first_left + INTERVAL 1 DAY, first_left)`,

  // All periods are added up again by the job.
  'DROP TABLE IF EXISTS visit_periods',
];
