/**
 * Hours that wait for their rollup must not look as if only a few late events were missing there: before, one load said
 * that an hour was to be computed again, whatever for. Running it again changes nothing but how much they seem to miss.
 */
export const WHAT_WAITS: readonly string[] = [
  `INSERT INTO buckets (app, hour, loads, loaded_at)
  SELECT app, hour, intDiv(sum(loads), 100) + 1, now('UTC')
  FROM buckets GROUP BY app, hour HAVING sum(loads) > max(rollup).2`,
];
