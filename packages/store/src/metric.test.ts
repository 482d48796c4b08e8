import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { connectStore, selectRows } from './connect.js';
import type { Metric } from './metric.js';
import { METRICS } from './metrics.js';

const directory = mkdtempSync(join(tmpdir(), 'minilens-metric-'));
const store = connectStore({ path: directory });
afterAll(async () => {
  await store.close();
  rmSync(directory, { recursive: true });
});

const NAMES = ['sessions', 'views', 'stay', 'pages', 'users', 'newcomers'];
/** Halves of the last decimal among them, nothing to divide by, and more than a year of a large app. */
const CASES = [
  [0n, 0n, 0n, 0n, 0n, 0n],
  [3n, 7n, 1n, 20_000n, 20n, 1n],
  [80_000n, 1n, 59n, 1n, 20n, 0n],
  [7n, 22n, 123_456_789n, 19n, 6n, 2n],
  [40_000n, 9n, 99_999_999n, 2n, 13n, 4n],
  [9_000_000_001n, 77_000_000_003n, 900_000_000_000_007n, 31_000_000_001n, 8_000_000_009n, 5n],
];

test('a metric made without the engine is what the engine makes of the same parts', async () => {
  const metrics = Object.entries<Metric>(METRICS).filter(([, { ofParts }]) => ofParts !== undefined);
  expect(metrics.map(([name]) => name)).toEqual(
    expect.arrayContaining(['session_cnt', 'visit_uv_new', 'stay_time_uv', 'visit_depth']),
  );
  for (const values of CASES) {
    const parts = Object.fromEntries(NAMES.map((name, i) => [name, values[i] as bigint]));
    const columns = NAMES.map((name) => `toUInt64(${parts[name]}) AS ${name}`).join(', ');
    const [row] = await selectRows<Record<string, number | string>>(
      store,
      `SELECT ${metrics.map(([name, { sql }]) => `${sql} AS ${name}`).join(', ')} FROM (SELECT ${columns})`,
    );
    for (const [name, { ofParts }] of metrics) expect(ofParts?.(parts), name).toBe(Number(row?.[name]));
  }
});
