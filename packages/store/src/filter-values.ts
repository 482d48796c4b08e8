import { IS_VISIT } from './catalogue/per-session.js';
import { type Store, selectRows } from './connect.js';
import { FROM_EVENTS_BOUNDS } from './to-sql.js';

/** What only events tell of the device a session began on. */
const COLUMNS = ['wechat', 'sdk', 'model'] as const;
type DeviceColumn = (typeof COLUMNS)[number];

export interface ValueOfSessions<Value = string> {
  value: Value;
  sessions: number;
}

/** How many sessions began with each value in the range (Unix ms, full hours), the most frequent first. */
export async function countDeviceValues(
  store: Store,
  { app, from, to }: { app: string; from: number; to: number },
  limit: number,
): Promise<Record<DeviceColumn, ValueOfSessions[]>> {
  const pairs = COLUMNS.map((column) => `('${column}', toString(${column}))`).join(', ');
  const rows = await selectRows<{ dimension: DeviceColumn; value: string; sessions: number | string }>(
    store,
    `SELECT dimension, value, sum(began) AS sessions
FROM ${store.everywhere(`SELECT pair.1 AS dimension, pair.2 AS value, count() AS began FROM events ARRAY JOIN [${pairs}] AS pair
WHERE app = {app:String} AND ${IS_VISIT} AND n = 1
  AND session_hour >= toDateTime({from:Int64}, 'UTC') AND session_hour < toDateTime({to:Int64}, 'UTC')
GROUP BY dimension, value`)}
GROUP BY dimension, value ORDER BY dimension, sessions DESC, value LIMIT {limit:UInt32} BY dimension
SETTINGS ${FROM_EVENTS_BOUNDS}`,
    { app, from: from / 1000, to: to / 1000, limit },
  );
  const valuesOf = (column: DeviceColumn) =>
    rows
      .filter(({ dimension }) => dimension === column)
      .map(({ value, sessions }) => ({ value, sessions: Number(sessions) }));
  return { wechat: valuesOf('wechat'), sdk: valuesOf('sdk'), model: valuesOf('model') };
}
