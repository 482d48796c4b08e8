import type { NumberColumn, TimeName } from './dimensions.js';
import type { MetricName } from './metrics.js';
import type { ColumnName } from './source.js';

/** What a number can be split by: time, or something the rollups tell apart. */
export type DimensionName = TimeName | ColumnName;

/** Only what has these values, or one of them where several are named, or any but those; and interfaces with this text in the name. */
export type Filter = { [K in ColumnName]?: Wanted<K extends NumberColumn ? number : string> } & {
  nameContains?: string;
};
type Wanted<T> = T | readonly T[] | { not: readonly T[] };

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
  filter?: Filter;
  /** Rows with equal values follow their name. Rows without a value come last. */
  sort?: { by: NoInfer<M | D>; order: 'asc' | 'desc' };
  limit?: number;
  offset?: number;
  /** With a dimension of time: also the hours, days, weeks or months in which nothing happened. */
  fill?: boolean;
}

/** Which buckets a question may read from rollups, and which it must compute. Hours are Unix seconds. */
export interface BucketPlan {
  rollupIds: readonly number[];
  dirtyHours: readonly number[];
  /** Whether a clean hour may still count somebody as new whose earlier session waits in a dirty one. */
  newcomersMayBeStale: boolean;
}
