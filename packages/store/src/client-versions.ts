import { type Store, selectRows } from './connect.js';

/** The versions of WeChat that sessions since then (Unix ms) ran in. */
export async function listClientVersions(store: Store, app: string, since: number): Promise<string[]> {
  const rows = await selectRows<{ wechat: string }>(
    store,
    `SELECT DISTINCT wechat FROM ${store.everywhere(
      "SELECT DISTINCT wechat FROM events WHERE app = {app:String} AND session_hour >= toDateTime({since:Int64}, 'UTC') AND wechat != ''",
    )} ORDER BY wechat LIMIT 1000`,
    { app, since: Math.floor(since / 1000) },
  );
  return rows.map(({ wechat }) => wechat);
}
