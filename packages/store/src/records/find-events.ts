import type { EventRecord } from '@minilens/wire/records';
import { type Store, selectRows } from '../connect.js';
import { BOUNDED, countRows, countUnlessWhole, type Page } from './bounded.js';
import { AS_RECORD, EVENT_COLUMNS, type RecordRow, toRecord } from './event-record.js';
import { findIssueErrors } from './find-issue-errors.js';
import { moment, narrow, type RecordFilter, type Stretch } from './narrow.js';
import { newestFirst } from './newest-first.js';

/** Which events: of an app, in a stretch of time by the moment they happened. */
export type EventFilter = RecordFilter &
  Stretch & {
    /** Errors of this issue. */
    issue?: string | undefined;
  };

/** Single events, the newest or the slowest first, and how many there are. Only what has a duration can be slow. */
export async function findEvents(
  store: Store,
  { from, to, issue, ...filter }: EventFilter,
  { sort, now, ...page }: Page & { sort: 'at' | 'durationMs'; now: number },
): Promise<{ total: number; items: EventRecord[] }> {
  if (issue !== undefined)
    // An error takes no time.
    return sort === 'at'
      ? findIssueErrors(store, issue, { ...filter, from, to }, { ...page, now })
      : { total: 0, items: [] };
  const { where, params } = narrow(filter);
  const wanted = [
    where,
    `at >= ${moment('since')} AND at < ${moment('to')} AND session_hour < ${moment('to')}`,
    ...(sort === 'durationMs' ? ['duration_ms >= {slowest:UInt32}'] : []),
  ].join(' AND ');
  const select = (columns: string) => `SELECT ${columns} FROM events WHERE ${wanted}`;
  const values = {
    ...params,
    ...{ since: from, to, slowest: 0 },
    ...{ ...page, last: page.offset + page.limit },
  };
  const column = sort === 'at' ? 'at' : 'duration_ms';
  const firstOf = (columns: string) =>
    store.everywhere(`${select(columns)} ORDER BY ${column} DESC, session_id, n DESC LIMIT {last:UInt32}`);

  const find = (narrower: { since?: number; slowest?: number }) =>
    selectRows<RecordRow>(
      store,
      `SELECT ${AS_RECORD} FROM ${firstOf(EVENT_COLUMNS)}
      ORDER BY ${sort} DESC, session, n DESC LIMIT {limit:UInt32} OFFSET {offset:UInt32} ${BOUNDED}`,
      { ...values, ...narrower },
    );
  const slowest = async () => {
    const [row] = await selectRows<{ durationMs: number | null }>(
      store,
      `SELECT min(duration_ms) AS durationMs FROM (
        SELECT duration_ms FROM ${firstOf('duration_ms, session_id, n')} ORDER BY duration_ms DESC LIMIT {last:UInt32}
      ) ${BOUNDED}`,
      values,
    );
    return row?.durationMs ?? 0;
  };
  const count = () => countRows(store, select('1 AS one'), values);

  // Of one session or user there is an index.
  const isFew = filter.session !== undefined || filter.user !== undefined;
  const rows =
    sort === 'durationMs'
      ? // Everything else of an event is read only of those that are slow enough.
        await find({ slowest: await slowest() })
      : isFew
        ? await find({})
        : await newestFirst({ from, to, now }, page.limit, (since) => find({ since }));
  return { total: await countUnlessWhole(rows, page, count), items: rows.map(toRecord) };
}
