import { type Store, selectRows } from './connect.js';
import type { Stretch } from './retention.js';

/** The versions of WeChat that the sessions of a period ran in. */
export async function listClientVersions(store: Store, app: string, { from, to }: Stretch): Promise<string[]> {
  const rows = await selectRows<{ wechat: string }>(
    store,
    `SELECT DISTINCT wechat FROM ${store.everywhere(
      "SELECT DISTINCT wechat FROM events WHERE app = {app:String} AND session_hour >= toDateTime({from:Int64}, 'UTC') AND session_hour < toDateTime({to:Int64}, 'UTC') AND wechat != ''",
    )} ORDER BY wechat LIMIT 1000`,
    { app, from: from / 1000, to: to / 1000 },
  );
  return rows.map(({ wechat }) => wechat);
}
