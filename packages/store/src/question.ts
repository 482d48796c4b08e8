import type { MetricName } from './metrics.js';

/** What a number can be split by. `hour` and `day` give the start of it, in the question's zone. */
export type DimensionName = 'hour' | 'day' | 'name' | 'version';

/**
 * One question to the catalogue. The data APIs, the report API and the dashboard ask nothing else, so they cannot
 * disagree.
 */
export interface Question<M extends MetricName = MetricName, D extends DimensionName = DimensionName> {
  app: string;
  /** Full hours, Unix ms: from ≤ t < to. */
  from: number;
  to: number;
  /** IANA name; its offset is of whole hours. */
  timezone: string;
  metrics: readonly M[];
  by?: readonly D[];
  /** Only this interface, or interfaces with this text in the name. */
  filter?: { name?: string; nameContains?: string };
  /** Rows with equal values follow their name. Rows without a value come last. */
  sort?: { by: NoInfer<M | D>; order: 'asc' | 'desc' };
  limit?: number;
  offset?: number;
  /** With `hour` or `day`: also the hours or days in which nothing happened. */
  fill?: boolean;
}

/** Which buckets a question may read from rollups, and which it must compute. Hours are Unix seconds. */
export interface BucketPlan {
  rollupIds: readonly number[];
  dirtyHours: readonly number[];
  /** Whether a clean hour may still count somebody as new whose earlier session waits in a dirty one. */
  newcomersMayBeStale: boolean;
}
