/**
 * How long a session stayed: up to and including `maxS`, from where the row before ends. Unit: s, rounded down. The
 * platform's own names of the ranges overlap (11-20, 20-30, 30-50); that the lower one has the bound is our reading.
 */
export const STAY_BUCKETS = [
  { key: 1, maxS: 2 },
  { key: 2, maxS: 5 },
  { key: 3, maxS: 10 },
  { key: 4, maxS: 20 },
  { key: 5, maxS: 30 },
  { key: 6, maxS: 50 },
  { key: 7, maxS: 100 },
  { key: 8, maxS: Number.POSITIVE_INFINITY },
] as const;

/** How many distinct pages a session saw: up to and including `maxPages`, from where the row before ends. */
export const DEPTH_BUCKETS = [
  { key: 1, maxPages: 1 },
  { key: 2, maxPages: 2 },
  { key: 3, maxPages: 3 },
  { key: 4, maxPages: 4 },
  { key: 5, maxPages: 5 },
  { key: 6, maxPages: 10 },
  { key: 7, maxPages: Number.POSITIVE_INFINITY },
] as const;
