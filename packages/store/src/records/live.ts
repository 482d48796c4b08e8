import type { EventRecord, Live } from '@minilens/wire/records';
import { IS_VISIT } from '../catalogue/per-session.js';
import { type Store, selectRows } from '../connect.js';
import { BOUNDED } from './bounded.js';
import { AS_RECORD, EVENT_COLUMNS, type RecordRow, toRecord } from './event-record.js';
import { moment, narrow, type RecordFilter } from './narrow.js';
import { newestFirst } from './newest-first.js';

const MINUTE_MS = 60_000;
const MINUTES = 60;

/** A session that said nothing for longer is not taken for one that is here. Unit: ms. */
const HERE_MS = 5 * MINUTE_MS;

/** What happens now, as far as it has arrived: nothing that arrived more than an hour ago is read. */
export async function live(
  store: Store,
  { kind, ...filter }: RecordFilter,
  { now, after, limit }: { now: number; after: number; limit: number },
): Promise<Live> {
  const thisMinute = Math.floor(now / MINUTE_MS) * MINUTE_MS;
  const from = thisMinute - (MINUTES - 1) * MINUTE_MS;
  const { where: passes, params } = narrow(filter);
  const lately = `app = {app:String} AND ${IS_VISIT} AND received_at >= ${moment('from')}`;
  const values = { ...params, from, here: now - HERE_MS };

  // Whether a session is in the background is told by events that may not pass.
  const [online] = await selectRows<Live['online']>(
    store,
    `SELECT sum(here) AS sessions, sum(here_users) AS users FROM ${store.everywhere(`
      SELECT count() AS here, uniqExact(who) AS here_users FROM (
        SELECT any(user_id) AS who, argMaxIf(kind, n, kind IN ('app_show', 'app_hide')) AS ground
        FROM events WHERE ${lately} GROUP BY session_id
        HAVING maxIf(at, ${passes}) >= ${moment('here')} AND ground != 'app_hide'
      )`)} ${BOUNDED}`,
    values,
  );
  const minutes = await selectRows<Live['minutes'][number]>(
    store,
    `SELECT at, sum(happened) AS events, sum(opens) AS sessions, sum(repeats) AS errors, sum(failed) AS failedCalls
    FROM ${store.everywhere(`
      SELECT toUnixTimestamp(toStartOfMinute(events.at)) * 1000 AS at, count() AS happened, uniqExact(session_id) AS opens,
        sumIf(events.count, kind = 'error') AS repeats, countIf(kind = 'call' AND outcome = 'fail') AS failed
      FROM events WHERE ${lately} AND ${passes} AND events.at >= ${moment('from')} GROUP BY at`)}
    GROUP BY at ${BOUNDED}`,
    values,
  );
  const told = new Map(minutes.map((minute) => [minute.at, minute]));
  return {
    now,
    online: online ?? { sessions: 0, users: 0 },
    minutes: Array.from({ length: MINUTES }, (_, index) => {
      const at = from + index * MINUTE_MS;
      return told.get(at) ?? { at, events: 0, sessions: 0, errors: 0, failedCalls: 0 };
    }),
    items: await arrived(store, { kind, ...filter }, { from: Math.max(from, after + 1), to: now, limit }),
  };
}

/** Events that arrived from that moment on, the newest first. */
async function arrived(
  store: Store,
  filter: RecordFilter,
  { from, to, limit }: { from: number; to: number; limit: number },
): Promise<EventRecord[]> {
  const { where, params } = narrow(filter);
  const rows = await newestFirst({ from, to: Math.max(from, to), now: to }, limit, (since) =>
    selectRows<RecordRow>(
      store,
      `SELECT ${AS_RECORD} FROM ${store.everywhere(`
        SELECT ${EVENT_COLUMNS} FROM events WHERE ${where} AND received_at >= ${moment('since')}
        ORDER BY received_at DESC, at DESC, session_id, n DESC LIMIT {limit:UInt32}`)}
      ORDER BY receivedAt DESC, at DESC, session, n DESC LIMIT {limit:UInt32} ${BOUNDED}`,
      { ...params, since, limit },
    ),
  );
  return rows.map(toRecord);
}
