import { listBuckets, planBuckets } from './buckets.js';
import { type Store, selectRows } from './connect.js';
import { hourlyParams, hourlyRows } from './to-sql.js';

/** The hour (Unix ms) of the first session that ran each version of an app, as far back as rollups are kept. */
export async function firstHours(store: Store, app: string, to: number): Promise<Map<string, number>> {
  const plan = planBuckets(await listBuckets(store, app, 0, to), 0);
  const rows = await selectRows<{ version: string; firstHour: number }>(
    store,
    `SELECT version, toUnixTimestamp(min(first_hour)) AS firstHour FROM ${store.everywhere(
      `SELECT version, min(hour) AS first_hour FROM (${hourlyRows('sessions', plan)}) GROUP BY version`,
    )} GROUP BY version ORDER BY firstHour LIMIT 10000`,
    hourlyParams({ app, from: 0, to }, plan),
  );
  return new Map(rows.map(({ version, firstHour }) => [version, firstHour * 1000]));
}
