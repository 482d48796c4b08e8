import type { EventRecord } from '@minilens/wire/records';
import { type Store, selectRows } from '../connect.js';
import { errorsOfIssue, findIssueHours, type IssueHour, issueParams, readByHours, recordsOf } from '../issue-hours.js';
import { FROM_EVENTS_BOUNDS } from '../to-sql.js';
import { BOUNDED, countRows, countUnlessWhole, MOST_RECORDS, type Page } from './bounded.js';
import { AS_RECORD, EVENT_COLUMNS, type RecordRow, toRecord } from './event-record.js';
import { moment, narrow, type RecordFilter, type Stretch } from './narrow.js';

const HOUR_MS = 3_600_000;

/** Single errors of an issue, the newest first, and how many there are. */
export async function findIssueErrors(
  store: Store,
  issue: string,
  { from, to, ...filter }: RecordFilter & Stretch,
  { now, ...page }: Page & { now: number },
): Promise<{ total: number; items: EventRecord[] }> {
  const { app, version: versions, ...more } = filter;
  const found = await findIssueHours(store, { app, from, to, versions }, { issue }, [FROM_EVENTS_BOUNDS]);
  if (found === undefined) return { total: 0, items: [] };
  const { where, params } = narrow(filter);
  const select = (columns: string) =>
    errorsOfIssue(columns, `at >= ${moment('from')} AND at < ${moment('to')} AND ${where}`);
  const about = (hours: readonly IssueHour[]) => ({ ...params, ...issueParams(found, hours), from, to });

  // Rollups tell of whole hours, and of nothing but versions.
  const isAll =
    from % HOUR_MS === 0 &&
    (to % HOUR_MS === 0 || to > now) &&
    Object.values(more).every((words) => words === undefined);
  const told = isAll ? recordsOf(found.hours) : undefined;
  const rows = await readByHours(found.hours, { ...page, isTold: told !== undefined }, (hours, within) =>
    selectRows<RecordRow>(
      store,
      `SELECT ${AS_RECORD}
      FROM ${store.everywhere(`${select(EVENT_COLUMNS)} ORDER BY at DESC, session_id, n DESC LIMIT {last:UInt32}`)}
      ORDER BY at DESC, session, n DESC LIMIT {limit:UInt32} OFFSET {offset:UInt32} ${BOUNDED}`,
      { ...about(hours), ...within },
    ),
  );
  const count = async () =>
    told === undefined ? countRows(store, select('1 AS one'), about(found.hours)) : Math.min(told, MOST_RECORDS);
  return { total: await countUnlessWhole(rows, page, count), items: rows.map(toRecord) };
}
