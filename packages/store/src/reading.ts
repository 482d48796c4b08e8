import { isTime } from './dimensions.js';
import { METRICS, type MetricName } from './metrics.js';
import type { Question } from './question.js';
import { type ColumnName, EVENT_COLUMNS, type Source } from './source.js';
import { SOURCES, type SourceName } from './sources.js';

/** Where the numbers of a metric come from, for what is asked of it. */
export interface Reading {
  source: SourceName;
  /** What rollups cannot tell: columns whose filter is put to single events, and columns these are told apart by. */
  only: readonly ColumnName[];
  more: readonly ColumnName[];
}

/**
 * The metric's own source, or the finer one where only that can tell apart what is asked. Where no rollup can, the finest
 * source looks at those events alone that have what is asked.
 *
 * @throws when that says nothing of the metric.
 */
export function readingOf(metric: MetricName, by: readonly ColumnName[], filtered: readonly ColumnName[]): Reading {
  let name: SourceName = METRICS[metric].source;
  for (;;) {
    const source: Source = SOURCES[name];
    const isUnknown = (column: ColumnName) => !source.by.includes(column);
    const [more, only] = [by.filter(isUnknown), filtered.filter(isUnknown)];
    if (more.length + only.length === 0) return { source: name, only, more };
    if (source.finer === undefined) {
      const { byEvents, filters } = dimensionsOf(name);
      const beyond =
        more.find((column) => !byEvents.includes(column)) ??
        only.find((column) => ![...byEvents, ...filters].includes(column));
      if (beyond !== undefined) throw new Error(`The metric ${metric} cannot be split or filtered by ${beyond}`);
      return { source: name, only, more };
    }
    name = source.finer as SourceName;
  }
}

/** Whether some of the question's numbers are computed from events because no rollup tells what is asked. */
export function readsEvents({ metrics, by = [], filter = {} }: Question): boolean {
  const columns = by.filter((name): name is ColumnName => !isTime(name));
  return metrics.some((metric) => {
    const { only, more } = readingOf(metric, columns, filteredColumns(filter));
    return only.length + more.length > 0;
  });
}

/** The columns a filter speaks of. */
export const filteredColumns = ({ nameContains, ...columns }: Question['filter'] & object): ColumnName[] => [
  ...(Object.keys(columns) as ColumnName[]).filter((column) => columns[column] !== undefined),
  ...(nameContains ? (['name'] as const) : []),
];

/** What the metrics of a source can be told apart by besides time. */
export interface Dimensions {
  /** As the rollups of its finest source tell it. */
  by: readonly ColumnName[];
  /** From events, besides. */
  byEvents: readonly ColumnName[];
  /** What it can be narrowed to and not split by, from events. */
  filters: readonly ColumnName[];
}

export function dimensionsOf(name: SourceName): Dimensions {
  let source: Source = SOURCES[name];
  while (source.finer !== undefined) source = SOURCES[source.finer as SourceName];
  const { by, splits } = source;
  if (splits === undefined) return { by, byEvents: [], filters: [] };
  const byEvents = splits.filter((column) => !by.includes(column));
  return { by, byEvents, filters: EVENT_COLUMNS.filter((column) => ![...by, ...byEvents].includes(column)) };
}
