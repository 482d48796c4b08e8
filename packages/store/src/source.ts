/** What a number can be told apart by besides time: a column of that name in the rollup. */
export type ColumnName =
  | 'name'
  | 'outcome'
  | 'version'
  | 'env'
  | 'platform'
  | 'level'
  | 'network'
  | 'wechat'
  | 'sdk'
  | 'scene'
  | 'method'
  | 'host'
  | 'path'
  | 'issue'
  | 'error'
  | 'message'
  | 'frame'
  | 'agent'
  | 'reason'
  | 'page'
  | 'model'
  | 'stay_s'
  | 'depth'
  | 'msg_type'
  | 'event';

/** What every event says of the device, the version and the session it belongs to: so anything counted from events can be narrowed to it. */
export const EVENT_COLUMNS = [
  'version',
  'env',
  'platform',
  'level',
  'network',
  'wechat',
  'sdk',
  'model',
  'page',
  'scene',
] as const satisfies ColumnName[];

/** The events that a source's query looks at, where that is not all of them. */
export interface Look {
  /** What stands behind FROM; its name is `events`. */
  events: string;
  /**
   * The same, of which the engine looks at this condition before any other: for a source that computes of an event what
   * takes long. By itself the engine begins with the condition whose columns are the smallest.
   */
  eventsThat(condition: string): string;
  /** Columns of events that rows are told apart by besides the source's own. */
  more: readonly ColumnName[];
}

export const ALL_EVENTS: Look = {
  events: 'events',
  eventsThat: (condition) => `(SELECT * FROM events PREWHERE ${condition}) AS events`,
  more: [],
};

/** Columns that others stand before. */
export const andColumns = (columns: readonly ColumnName[]): string => columns.map((column) => `, ${column}`).join('');

/**
 * Where numbers come from. A source is a table of hourly rollups together with the one query that computes the same
 * rows from events. The rollup job inserts that query's result; a question reads the table for clean buckets and runs
 * the query for dirty ones. There is no second formula that could disagree.
 *
 * A question adds hours up to parts on each shard, and the parts of all shards to metrics: a shard has all of a user, so
 * its number of distinct users is a part like any other.
 */
export interface Source {
  /** Rollup table; its columns are app, hour, rollup_id, `by` and `columns`. */
  table: string;
  /** What an hour's rows are told apart by. */
  by: readonly ColumnName[];
  columns: readonly string[];
  /** What a shard adds its hourly rows up to: aggregates, by name. Metrics are made of these names. */
  parts: Readonly<Record<string, string>>;
  /** Rows `(app, hour, ...by, ...columns)` computed from events, for hours that pass `hours` (a condition on the named expression). */
  fromEvents(hours: (hourExpression: string) => string, look?: Look): string;
  /** Columns that rows from events can be told apart by besides. Absent where single events say nothing: of what never came no property is known. */
  splits?: readonly ColumnName[];
  /** A source with the same parts, told apart by more: asked where this one cannot tell. */
  finer?: string;
  /** So few rows that a second thread takes longer to begin than to help. */
  isSmall?: true;
}

/** What a source's query gives beside app and hour, in the order of its table. */
export const columnsOf = ({ by, columns }: Source): string => [...by, ...columns].join(', ');

/** The hour an event itself belongs to, where it is not that of its session. */
export const OWN_HOUR = "toStartOfHour(at, 'UTC')";

/** All percentiles a metric may ask of a digest; the same words make a state, merge it and read it. */
export const QUANTILES = '(0.5, 0.75, 0.95, 0.99)';
