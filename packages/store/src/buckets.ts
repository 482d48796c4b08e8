import type { ClickHouseClient } from '@clickhouse/client';
import { selectRows } from './connect.js';
import type { BucketPlan } from './question.js';

/** What is known of one bucket, an app's hour (Unix seconds, UTC). */
export interface Bucket {
  hour: number;
  /** Event rows it was ever given. */
  loads: number;
  /** How many of them its rollup saw; 0 when it has none. */
  covers: number;
  rollupId: number;
}

/** A bucket is dirty when it was given events that its rollup did not see. */
export const isDirty = (bucket: Bucket) => bucket.loads !== bucket.covers;

/** The buckets of an app that hold anything, from ≤ hour < to (Unix ms), oldest first. */
export async function listBuckets(client: ClickHouseClient, app: string, from: number, to: number): Promise<Bucket[]> {
  const seconds = (ms: number) => Math.floor(ms / 1000);
  const rows = await selectRows<Record<keyof Bucket, number | string>>(
    client,
    `SELECT toUnixTimestamp(hour) AS hour, sum(loads) AS loads, max(covers) AS covers, max(rollupId) AS rollupId FROM (
      SELECT hour, sum(loads) AS loads, 0 AS covers, 0 AS rollupId FROM bucket_loads
      WHERE app = {app:String} AND hour >= toDateTime({from:Int64}, 'UTC') AND hour < toDateTime({to:Int64}, 'UTC') GROUP BY hour
      UNION ALL
      SELECT hour, 0 AS loads, argMax(covers, rollup_id) AS covers, max(rollup_id) AS rollupId FROM bucket_rollups
      WHERE app = {app:String} AND hour >= toDateTime({from:Int64}, 'UTC') AND hour < toDateTime({to:Int64}, 'UTC') GROUP BY hour
    ) GROUP BY hour ORDER BY hour`,
    { app, from: seconds(from), to: seconds(to) },
  );
  return rows.map((row) => ({
    hour: Number(row.hour),
    loads: Number(row.loads),
    covers: Number(row.covers),
    rollupId: Number(row.rollupId),
  }));
}

/** Rollups for clean buckets, events for dirty ones. */
export function planBuckets(buckets: readonly Bucket[]): BucketPlan {
  return {
    clean: buckets.filter((bucket) => !isDirty(bucket)),
    dirtyHours: buckets.filter(isDirty).map((bucket) => bucket.hour),
  };
}
