import type { SessionDetail, SessionRecord } from '@minilens/wire/records';
import { IS_VISIT } from '../catalogue/per-session.js';
import { type Store, selectRows } from '../connect.js';
import { BOUNDED } from './bounded.js';
import { AS_RECORD, EVENT_COLUMNS, type RecordRow, toRecord } from './event-record.js';
import { moment } from './narrow.js';
import { sessionRecords } from './session-record.js';

/** Events of a session that are shown at most. */
const MOST_EVENTS = 2_000;

/** One session with its events in their order; undefined where none of an app has this id. */
export async function readSession(store: Store, app: string, session: string): Promise<SessionDetail | undefined> {
  const [record] = await selectRows<SessionRecord>(
    store,
    `SELECT * FROM ${store.everywhere(sessionRecords('events.session_id = {session:String}'))}
    ORDER BY startAt DESC LIMIT 1 ${BOUNDED}`,
    { app, session },
  );
  if (record === undefined) return undefined;
  const place = `app = {app:String} AND session_hour = toStartOfHour(${moment('startAt')}, 'UTC') AND session_id = {session:String}`;
  const params = { app, session, startAt: record.startAt, user: record.user, shown: MOST_EVENTS };
  const finding = selectRows<RecordRow>(
    store,
    `SELECT ${AS_RECORD} FROM ${store.everywhere(
      `SELECT ${EVENT_COLUMNS} FROM events WHERE ${place} AND user_id = {user:String} AND ${IS_VISIT} ORDER BY n LIMIT {shown:UInt32}`,
    )} ORDER BY n LIMIT {shown:UInt32} ${BOUNDED}`,
    params,
  );
  // What was dropped on arrival did arrive.
  const missing = selectRows<{ missing: number }>(
    store,
    `SELECT greatest(0, toInt64(max(last_n)) - sum(settled)) AS missing FROM ${store.everywhere(`
      SELECT max(high) AS last_n, sum(settled_events) AS settled FROM (
        SELECT max(n) AS high, toInt64(count()) AS settled_events FROM events WHERE ${place}
        UNION ALL
        SELECT max(drops.last_n) AS high, toInt64(sum(numbered)) AS settled_events FROM drops WHERE ${place}
      )`)} ${BOUNDED}`,
    params,
  );
  const [rows, [lost]] = await Promise.all([finding, missing]);
  return {
    session: record,
    missing: lost?.missing ?? 0,
    events: rows.map(toRecord),
    more: record.events > rows.length,
  };
}
