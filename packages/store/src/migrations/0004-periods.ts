/** Days, weeks and months that are over, added up: the newest row of a period takes the place of older ones. */
export const PERIODS: readonly string[] = [
  `CREATE TABLE visit_periods (
    app LowCardinality(String),
    start DateTime('UTC'),
    end DateTime('UTC'),
    rollups UInt64,
    sessions UInt64,
    views UInt64,
    stay UInt64,
    pages UInt64,
    users UInt64,
    newcomers UInt64,
    added_at DateTime64(6, 'UTC') DEFAULT now64(6)
  ) ENGINE = ReplacingMergeTree(added_at) PARTITION BY toYYYYMM(start) ORDER BY (app, start, end)
  SETTINGS fsync_after_insert = 1, fsync_part_directory = 1`,
];
