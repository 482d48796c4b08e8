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

  // All periods are added up again by the job.
  'DROP TABLE IF EXISTS visit_periods',
];
