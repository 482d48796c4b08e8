import { ask } from './ask.js';
import { listBuckets, planBuckets } from './buckets.js';
import { type Store, selectRows } from './connect.js';
import { hourlyParams, hourlyRows } from './to-sql.js';

export interface Release {
  version: string;
  /** Start of the hour of its first session ever, Unix ms. */
  firstAt: number;
  /** Sessions and users of the range. */
  sessions: number;
  users: number;
}

/**
 * Versions with a session in the range (Unix ms, full hours), by their first session ever, newest first.
 *
 * @param list as of `ask`.
 */
export async function listReleases(
  store: Store,
  { app, from, to }: { app: string; from: number; to: number },
  limit: number,
  list = listBuckets,
): Promise<Release[]> {
  const always = { app, from: 0, to };
  const plan = planBuckets(await list(store, app, 0, to), 0);
  const firsts = await selectRows<{ version: string; first: number | string }>(
    store,
    `SELECT version, toUnixTimestamp(min(first_hour)) AS first, max(last_hour) AS last
FROM ${store.everywhere(`SELECT version, min(hour) AS first_hour, max(hour) AS last_hour
FROM (${hourlyRows('sessions', plan)}) WHERE version != '' GROUP BY version`)}
GROUP BY version HAVING last >= toDateTime({start:Int64}, 'UTC')
ORDER BY first DESC, version DESC LIMIT {limit:UInt32}`,
    { ...hourlyParams(always, plan), start: from / 1000, limit },
  );
  if (firsts.length === 0) return [];
  const counted = await ask(
    store,
    {
      ...{ app, from, to, timezone: 'UTC', metrics: ['session_cnt', 'visit_uv'], by: ['version'] },
      filter: { version: firsts.map(({ version }) => version) },
    },
    list,
  );
  const numbers = new Map(counted.map((row) => [row.version, row]));
  return firsts.map(({ version, first }) => ({
    ...{ version, firstAt: Number(first) * 1000 },
    ...{ sessions: numbers.get(version)?.session_cnt ?? 0, users: numbers.get(version)?.visit_uv ?? 0 },
  }));
}
