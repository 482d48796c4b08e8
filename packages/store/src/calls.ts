import type { Outcome } from '@minilens/wire/event';
import type { CallRecord } from '@minilens/wire/report-api';
import { ask } from './ask.js';
import { type Store, selectRows } from './connect.js';

/** Which calls of one interface; moments are Unix ms, from ≤ call < to. */
export interface CallFilter {
  app: string;
  name: string;
  from: number;
  to: number;
  user?: string | undefined;
  ip?: string | undefined;
  outcome?: Outcome | undefined;
}

const conditions = (filter: CallFilter) =>
  [
    'app = {app:String}',
    "kind = 'call'",
    'name = {name:String}',
    "at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')",
    "session_hour < toDateTime(intDiv({to:Int64}, 1000) + 3600, 'UTC')",
    filter.user !== undefined && 'user_id = {user:String}',
    filter.ip !== undefined && 'ip = toIPv6OrNull({ip:String})',
    filter.outcome !== undefined && 'outcome = {outcome:String}',
  ]
    .filter(Boolean)
    .join(' AND ');

const params = (filter: CallFilter) => ({ user: '', ip: '', outcome: '', ...filter });

/** Single calls, newest first, and how many there are in all. */
export async function findCalls(
  store: Store,
  filter: CallFilter,
  { limit, offset }: { limit: number; offset: number },
): Promise<{ total: number; items: CallRecord[] }> {
  const where = conditions(filter);
  const count = async () => {
    const [counted] = await selectRows<{ total: number }>(
      store,
      `SELECT sum(calls) AS total FROM ${store.everywhere(`SELECT count() AS calls FROM events WHERE ${where}`)}`,
      params(filter),
    );
    return Number(counted?.total ?? 0);
  };
  const find = async () => {
    const items = await selectRows<CallRecord>(
      store,
      `SELECT toInt64(toUnixTimestamp64Milli(at)) AS at, user_id AS user, session_id AS session, n, outcome,
        duration_ms AS durationMs, err_msg AS errMsg, err_code AS errCode, page,
        if(ip = toIPv6('::'), '', replaceRegexpOne(IPv6NumToString(ip), '^::ffff:', '')) AS ip,
        platform, system, model, wechat, sdk, network, version
      FROM ${store.everywhere(`SELECT * FROM events WHERE ${where} ORDER BY at DESC, session_id, n DESC LIMIT {last:UInt32}`)}
      ORDER BY at DESC, session, n DESC LIMIT {limit:UInt32} OFFSET {offset:UInt32}`,
      { ...params(filter), limit, offset, last: offset + limit },
    );
    return items.map((item) => ({ ...item, at: Number(item.at) }));
  };
  if (filter.user === undefined && filter.ip === undefined) {
    const [total, items] = await Promise.all([count(), find()]);
    return { total, items };
  }
  // Few are of one user or address. They lie anywhere, so looking for them twice would take twice as long.
  const items = await find();
  const isLastPage = items.length < limit && (items.length > 0 || offset === 0);
  return { total: isLastPage ? offset + items.length : await count(), items };
}

export interface CallMessage {
  errMsg: string;
  outcome: Outcome;
  calls: number;
  users: number;
  firstAt: number;
  lastAt: number;
}

/** What the platform said of one interface's calls that did not succeed, most frequent first. From and to are full hours. */
export async function groupCallMessages(
  store: Store,
  { app, name, from, to }: Pick<CallFilter, 'app' | 'name' | 'from' | 'to'>,
  limit: number,
): Promise<CallMessage[]> {
  const rows = await ask(store, {
    app,
    from,
    to,
    timezone: 'UTC',
    metrics: ['callMessages', 'messageUsers', 'messageFirstAt', 'messageLastAt'],
    by: ['message', 'outcome'],
    filter: { name },
    sort: { by: 'callMessages', order: 'desc' },
    limit,
  });
  return rows.map(({ message, outcome, callMessages, messageUsers, messageFirstAt, messageLastAt }) => ({
    errMsg: message,
    outcome: outcome as Outcome,
    calls: callMessages,
    users: messageUsers,
    firstAt: messageFirstAt ?? 0,
    lastAt: messageLastAt ?? 0,
  }));
}

/** The newest event of an app, Unix ms, or null before the first. */
export async function lastEventAt(store: Store, app: string): Promise<number | null> {
  const newest = async (where: string) => {
    const [row] = await selectRows<{ lastAt: string | number }>(
      store,
      `SELECT toUnixTimestamp64Milli(max(last_at)) AS lastAt
      FROM ${store.everywhere(`SELECT max(at) AS last_at FROM events WHERE app = {app:String} AND ${where}`)}`,
      { app },
    );
    return Number(row?.lastAt ?? 0);
  };
  const inLastBucket = await newest('at >= (SELECT max(hour) FROM buckets WHERE app = {app:String}) - INTERVAL 1 HOUR');
  // The events of the last bucket may have been erased since.
  const at = inLastBucket > 0 ? inLastBucket : await newest('1');
  return at > 0 ? at : null;
}
