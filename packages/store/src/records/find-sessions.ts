import type { SessionFailure, SessionRecord } from '@minilens/wire/records';
import { type Store, selectRows } from '../connect.js';
import { BOUNDED, countRows, countUnlessWhole, type Page } from './bounded.js';
import { moment, narrow, type RecordFilter, type Stretch } from './narrow.js';
import { newestFirst } from './newest-first.js';
import { IS_FAILURE, sessionRecords } from './session-record.js';

/** Which sessions: those that begin in the stretch and have an event that passes. */
export type SessionFilter = RecordFilter &
  Stretch & {
    /** Of users who said that they are this openid or unionid, whenever. */
    openid?: string | undefined;
    /** With at least one of these among the events that pass. */
    having?: readonly SessionFailure[] | undefined;
  };

/** Where a session lies in `events`. */
const PLACE = 'session_hour, user_id, session_id';

/** More installations of one person are nobody's. */
const MOST_USERS = 1_000;

/** Sessions, each whole, the newest first, and how many there are. */
export async function findSessions(
  store: Store,
  { from, to, openid, having, ...filter }: SessionFilter,
  { now, ...page }: Page & { now: number },
): Promise<{ total: number; items: SessionRecord[] }> {
  const { where, params } = narrow(filter);
  const wanted = [
    where,
    `session_at >= ${moment('since')} AND session_at < ${moment('to')}`,
    `session_hour >= toStartOfHour(${moment('since')}, 'UTC') AND session_hour < ${moment('to')}`,
    ...(openid === undefined ? [] : [`user_id IN (${USERS_BY_OPENID})`]),
    ...(having ? [`(${having.map((failure) => `(${IS_FAILURE[failure]})`).join(' OR ')})`] : []),
  ].join(' AND ');
  const values = {
    ...params,
    ...{ since: from, to, openid: openid ?? '' },
    ...{ ...page, last: page.offset + page.limit },
  };
  const find = (since: number) =>
    selectRows<SessionRecord>(
      store,
      `SELECT * FROM ${store.everywhere(
        sessionRecords(`(session_hour, events.user_id, session_id) IN (
      SELECT ${PLACE} FROM events WHERE ${wanted}
      GROUP BY ${PLACE} ORDER BY any(session_at) DESC, session_id LIMIT {last:UInt32}
    )`),
      )}
      ORDER BY startAt DESC, session LIMIT {limit:UInt32} OFFSET {offset:UInt32} ${BOUNDED}`,
      { ...values, since },
    );
  const count = () => countRows(store, `SELECT DISTINCT ${PLACE} FROM events WHERE ${wanted}`, values);
  const isFew = filter.user !== undefined || openid !== undefined;
  const items = isFew ? await find(from) : await newestFirst({ from, to, now }, page.limit, find);
  return { total: await countUnlessWhole(items, page, count), items };
}

const USERS_BY_OPENID = `SELECT DISTINCT user_id FROM events
      WHERE app = {app:String} AND kind = 'user' AND (openid = {openid:String} OR unionid = {openid:String})
      LIMIT ${MOST_USERS}`;
