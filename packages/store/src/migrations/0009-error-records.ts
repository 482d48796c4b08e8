/**
 * How many single errors tell of an issue in an hour, so that they need not be counted among all events of a month. Any of
 * these statements may run again.
 */
export const ERROR_RECORDS: readonly string[] = [
  'ALTER TABLE error_hours ADD COLUMN IF NOT EXISTS records UInt64',

  // Hours with errors are to be computed again. Not where events are gone, or a part of them may be: there the number
  // stays 0, which says that it is not known.
  `INSERT INTO buckets (app, hour, loads, loaded_at)
  SELECT app, hour, 1, now('UTC')
  FROM (SELECT DISTINCT app, hour FROM error_hours) AS known
  INNER JOIN (SELECT app, min(hour) AS first FROM visit_hours WHERE session_cnt > 0 GROUP BY app) AS began USING app
  INNER JOIN (
    SELECT app, min(greatest(session_hour, toStartOfHour(at, 'UTC'))) AS first_left FROM events GROUP BY app
  ) AS kept USING app
  WHERE hour >= if(first < first_left, first_left + INTERVAL 1 DAY, first_left)`,
];
