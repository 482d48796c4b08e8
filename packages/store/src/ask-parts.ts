import { listBuckets, planBuckets } from './buckets.js';
import { type Store, selectRows } from './connect.js';
import type { NumberColumn } from './dimensions.js';
import type { Metric } from './metric.js';
import { METRICS, type MetricName } from './metrics.js';
import type { ColumnName } from './source.js';
import { SOURCES, type SourceName } from './sources.js';
import { hourlyParams, hourlyRows } from './to-sql.js';

/** Sources whose parts are sums, so that whoever has them adds them up as he likes. */
const ADDED = ['devicePerformance', 'launches'] as const satisfies SourceName[];
type AddedSource = (typeof ADDED)[number];

/** What a source tells apart, and the sums of its parts there: as text, since a number would lose their last digits. */
export type PartsRow<S extends AddedSource = AddedSource> = {
  [K in (typeof SOURCES)[S]['by'][number] & ColumnName]: K extends NumberColumn ? number : string;
} & { parts: Record<string, string> };

/** The parts of a source in a period (full hours, Unix ms): what its metrics are made of. */
export async function askParts<S extends AddedSource>(
  store: Store,
  source: S,
  { app, from, to }: { app: string; from: number; to: number },
): Promise<PartsRow<S>[]> {
  const { by, parts } = SOURCES[source];
  const keys = by.join(', ');
  const plan = planBuckets(await listBuckets(store, app, from, to), from);
  const ofShard = `SELECT ${keys}, ${Object.entries(parts)
    .map(([name, sql]) => `${sql} AS part_${name}`)
    .join(', ')}
    FROM (${hourlyRows(source, plan)}) GROUP BY ${keys}`;
  const rows = await selectRows<Record<string, string | number>>(
    store,
    `SELECT ${keys}, ${Object.keys(parts)
      .map((name) => `toString(sum(part_${name})) AS ${name}`)
      .join(', ')}
    FROM ${store.everywhere(ofShard)} GROUP BY ${keys} ORDER BY ${keys}
    SETTINGS compile_expressions = 0, compile_aggregate_expressions = 0, max_threads = 1`,
    hourlyParams({ app, from, to }, plan),
  );
  return rows.map((row) => ({
    ...Object.fromEntries(by.map((name) => [name, row[name]])),
    parts: Object.fromEntries(Object.keys(parts).map((name) => [name, String(row[name])])),
  })) as PartsRow<S>[];
}

/** Metrics of all these rows together; null where there was nothing to rate. @throws where one is not made of parts. */
export function metricsOf<M extends MetricName>(
  metrics: readonly M[],
  rows: readonly Pick<PartsRow, 'parts'>[],
): Record<M, number | null> {
  const sums = Object.fromEntries(
    ADDED.flatMap((source) => Object.keys(SOURCES[source].parts)).map((name) => [name, 0n]),
  );
  for (const { parts } of rows)
    for (const [name, value] of Object.entries(parts)) sums[name] = (sums[name] ?? 0n) + BigInt(value);
  return Object.fromEntries(
    metrics.map((name) => {
      const { ofParts }: Metric = METRICS[name];
      if (ofParts === undefined) throw new Error(`${name} is not made of parts that can be added up`);
      return [name, ofParts(sums)];
    }),
  ) as Record<M, number | null>;
}
