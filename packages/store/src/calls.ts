import type { Outcome } from '@minilens/wire/event';
import { ask } from './ask.js';
import { type Store, selectRows } from './connect.js';

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
  { app, name, from, to }: { app: string; name: string; from: number; to: number },
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
