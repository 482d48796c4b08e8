import type { Outcome } from '@minilens/wire/event';
import type { CallRecord } from '@minilens/wire/records';
import { type Store, selectRows } from '../connect.js';
import { BOUNDED, countRows, countUnlessWhole, type Page } from './bounded.js';
import { moment, type Stretch } from './narrow.js';
import { newestFirst } from './newest-first.js';

/** Which calls of one interface: in a stretch of time by the moment they happened. */
export type CallFilter = Stretch & {
  app: string;
  name: string;
  user?: string | undefined;
  /** IPv4 or IPv6 address the call was reported from. */
  ip?: string | undefined;
  outcome?: Outcome | undefined;
};

/** Single calls of one interface, the newest first, and how many there are. */
export async function findCalls(
  store: Store,
  { from, to, ...filter }: CallFilter,
  { now, ...page }: Page & { now: number },
): Promise<{ total: number; items: CallRecord[] }> {
  const wanted = [
    `app = {app:String} AND kind = 'call' AND name = {name:String}`,
    `at >= ${moment('since')} AND at < ${moment('to')} AND session_hour < ${moment('to')}`,
    ...(filter.user === undefined ? [] : ['user_id = {user:String}']),
    ...(filter.ip === undefined ? [] : ['ip = toIPv6OrNull({ip:String})']),
    ...(filter.outcome === undefined ? [] : ['outcome = {outcome:String}']),
  ].join(' AND ');
  const values = {
    ...{ user: '', ip: '', outcome: '' },
    ...filter,
    ...{ since: from, to },
    ...{ ...page, last: page.offset + page.limit },
  };
  const find = (since: number) =>
    selectRows<CallRecord>(
      store,
      `SELECT toUnixTimestamp64Milli(at) AS at, user_id AS user, session_id AS session, n, outcome,
        duration_ms AS durationMs, err_msg AS errMsg, err_code AS errCode, page,
        if(ip = toIPv6('::'), '', replaceRegexpOne(IPv6NumToString(ip), '^::ffff:', '')) AS ip,
        platform, system, model, wechat, sdk, network, version
      FROM ${store.everywhere(
        `SELECT * FROM events WHERE ${wanted} ORDER BY at DESC, session_id, n DESC LIMIT {last:UInt32}`,
      )}
      ORDER BY at DESC, session, n DESC LIMIT {limit:UInt32} OFFSET {offset:UInt32} ${BOUNDED}`,
      { ...values, since },
    );
  const count = () => countRows(store, `SELECT 1 AS one FROM events WHERE ${wanted}`, values);
  // Few are of one user or address, and they lie anywhere.
  const isFew = filter.user !== undefined || filter.ip !== undefined;
  const items = isFew ? await find(from) : await newestFirst({ from, to, now }, page.limit, find);
  return { total: await countUnlessWhole(items, page, count), items };
}
