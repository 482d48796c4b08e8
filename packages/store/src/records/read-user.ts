import type { UserDetail } from '@minilens/wire/records';
import { IS_VISIT } from '../catalogue/per-session.js';
import { type Store, selectRows } from '../connect.js';
import { BOUNDED } from './bounded.js';

/** Ids of each kind that a user is shown with at most. */
const MOST_IDS = 100;

/**
 * What is known of a user; undefined where an app knows none of this id. When a user was first seen outlives their
 * events.
 */
export async function readUser(store: Store, app: string, user: string): Promise<UserDetail | undefined> {
  const ids = (column: string) => `arraySort(groupUniqArrayIf(${MOST_IDS})(${column}, ${column} != ''))`;
  const [known] = await selectRows<Omit<UserDetail, 'user' | 'firstSessionAt'>>(
    store,
    `SELECT * FROM ${store.everywhere(`
      SELECT ${ids('openid')} AS openids, ${ids('unionid')} AS unionids, uniqExact(session_id) AS sessions,
        if(sessions = 0, NULL, toUnixTimestamp64Milli(max(session_at))) AS lastSessionAt
      FROM events WHERE app = {app:String} AND user_id = {user:String} AND ${IS_VISIT}`)}
    ORDER BY sessions DESC LIMIT 1 ${BOUNDED}`,
    { app, user },
  );
  const [first] = await selectRows<{ firstSessionAt: number }>(
    store,
    `SELECT toUnixTimestamp64Milli(min(first_at)) AS firstSessionAt FROM ${store.everywhere(
      'SELECT min(first_session_at) AS first_at FROM user_firsts WHERE app = {app:String} AND user_id = {user:String} HAVING count() > 0',
    )} HAVING count() > 0 ${BOUNDED}`,
    { app, user },
  );
  if (known === undefined || (known.sessions === 0 && first === undefined)) return undefined;
  return { user, ...known, firstSessionAt: first?.firstSessionAt ?? null };
}
