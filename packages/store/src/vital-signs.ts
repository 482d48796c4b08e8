import { type Store, selectRows } from './connect.js';

/** The last hour (Unix ms) to which each app gave events, of those that gave any since that moment. */
export async function lastHourByApp(store: Store, since: number): Promise<Map<string, number>> {
  const rows = await selectRows<{ app: string; hour: number | string }>(
    store,
    `SELECT app, max(last_hour) AS hour FROM ${store.everywhere(`SELECT app, toUnixTimestamp(max(hour)) AS last_hour FROM buckets
      WHERE hour >= toDateTime({since:Int64}, 'UTC') GROUP BY app`)} GROUP BY app`,
    { since: Math.floor(since / 1000) },
  );
  return new Map(rows.map(({ app, hour }) => [app, Number(hour) * 1000]));
}

/** By how much the clocks of devices that began a session since then (Unix ms) were corrected. Unit: ms; undefined without a device. */
export async function medianSkewMs(store: Store, apps: readonly string[], since: number): Promise<number | undefined> {
  const [row] = await selectRows<{ devices: string | number; skew: string | number }>(
    store,
    `SELECT count() AS devices, toInt64(ifNotFinite(quantileExact(skew), 0)) AS skew
    FROM ${store.everywhere(`SELECT user_id, anyLast(skew_ms) AS skew FROM events
      WHERE app IN {apps:Array(String)} AND session_hour >= toDateTime({since:Int64}, 'UTC')
      GROUP BY user_id`)}`,
    { apps, since: Math.floor(since / 1000) },
  );
  return Number(row?.devices ?? 0) === 0 ? undefined : Number(row?.skew);
}
