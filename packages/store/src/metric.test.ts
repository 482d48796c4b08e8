import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { connectStore, selectRows } from './connect.js';
import type { Metric } from './metric.js';
import { METRICS } from './metrics.js';
import { SOURCES } from './sources.js';

const directory = mkdtempSync(join(tmpdir(), 'minilens-metric-'));
const store = connectStore({ path: directory });
afterAll(async () => {
  await store.close();
  rmSync(directory, { recursive: true });
});

/** Those of one source that are added up without the engine, and what the others of its parts are meanwhile. */
const SOURCES_OF_PARTS = [
  { source: 'visits', names: ['sessions', 'views', 'stay', 'pages', 'users', 'newcomers'] },
  { source: 'newcomers', names: ['sessions', 'views', 'stay', 'pages', 'users', 'newcomers'] },
  {
    source: 'devicePerformance',
    names: ['appLaunch_sum', 'appLaunch_cnt', 'memory_sum', 'memory_cnt', 'route_sum', 'route_cnt', 'warnings'],
  },
  {
    source: 'launches',
    names: ['launches_ready', 'launches', 'memory_growth', 'memory_sessions', 'sessions', 'memory_warned'],
  },
];
/** Halves of the last decimal among them, nothing to divide by, less than nothing, and more than a year of a large app. */
const CASES = [
  [0n, 0n, 0n, 0n, 0n, 0n],
  [3n, 7n, 1n, 20_000n, 20n, 1n],
  [80_000n, 1n, 59n, 1n, 20n, 0n],
  [7n, 22n, 123_456_789n, 19n, 6n, 2n],
  [40_000n, 9n, 99_999_999n, 2n, 13n, 4n],
  [4n, 9n, 419_430_400_000_000_003n, 7n, 13n, 4n],
  [9_000_000_001n, 77_000_000_003n, 900_000_000_000_007n, 31_000_000_001n, 8_000_000_009n, 5n],
];
const SIGNED = [-1n, -157_286_400n, -52_428_801n, -1_048_576n * 3n];

test('a metric made without the engine is what the engine makes of the same parts', async () => {
  const all = Object.entries<Metric>(METRICS).filter(([, { ofParts }]) => ofParts !== undefined);
  expect(all.map(([name]) => name)).toEqual(
    expect.arrayContaining(['session_cnt', 'visit_uv_new', 'stay_time_uv', 'visit_depth', 'openrate', 'memorydiff']),
  );
  for (const { source, names } of SOURCES_OF_PARTS) {
    const metrics = all.filter(([, metric]) => metric.source === source);
    const cases = [
      ...CASES,
      ...SIGNED.map((value) => names.map((name) => (name === 'memory_growth' ? value : 3n))),
    ].map((values) => ({
      ...Object.fromEntries(partsOf(source).map((name) => [name, 5n])),
      ...Object.fromEntries(names.map((name, i) => [name, values[i % values.length] as bigint])),
    }));
    for (const parts of cases as Record<string, bigint>[]) {
      const columns = Object.entries(parts).map(([name, value]) => `toInt64(${value}) AS ${name}`);
      const [row] = await selectRows<Record<string, number | string | null>>(
        store,
        `SELECT ${metrics.map(([name, { sql }]) => `${sql} AS m_${name}`).join(', ')} FROM (SELECT ${columns.join(', ')})`,
      );
      for (const [name, { ofParts }] of metrics) {
        const made = row?.[`m_${name}`];
        expect(ofParts?.(parts), name).toBe(made === null ? null : Number(made));
      }
    }
  }
});

const partsOf = (source: string) =>
  source in SOURCES ? Object.keys(SOURCES[source as keyof typeof SOURCES].parts) : [];
