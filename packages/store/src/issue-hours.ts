import { isClosed, listBuckets, planBuckets } from './buckets.js';
import { ISSUE, unfolded } from './catalogue/error-issue.js';
import { type Store, selectRows } from './connect.js';
import { hourlyParams, hourlyRows } from './to-sql.js';

/** What makes errors one issue. */
export interface IssueWords {
  error: string;
  message: string;
  frame: string;
}

/** An hour (Unix ms) in which an issue was met and whose events are there. */
export interface IssueHour {
  hour: number;
  /** Single errors, each of which may stand for several; 0 where the rollup is older than this number. */
  records: number;
}

/** An issue, and where its single errors are. */
export interface IssueHours extends IssueWords {
  /** The latest first. */
  hours: IssueHour[];
}

const HOUR_MS = 3_600_000;

/**
 * The hours of an issue as rollups tell them, so that nothing is looked for elsewhere: errors lie among all other events.
 * Undefined where there is none.
 *
 * @param about moments in Unix ms, from ≤ t < to; of these versions, or any.
 * @param issue its hash, or what it is made of.
 * @param bounds settings that say what the statement may take: of hours that wait for their rollup it reads the events.
 */
export async function findIssueHours(
  store: Store,
  { app, from, to, versions }: { app: string; from: number; to: number; versions?: readonly string[] | undefined },
  issue: { issue: string } | IssueWords,
  bounds: readonly string[] = [],
): Promise<IssueHours | undefined> {
  const first = Math.floor(from / HOUR_MS) * HOUR_MS;
  const buckets = (await listBuckets(store, app, first, to)).filter((bucket) => !isClosed(bucket));
  const plan = planBuckets(buckets, first);
  const conditions = [
    ...Object.keys(issue).map((column) => `${column} = {${column}:String}`),
    ...(versions === undefined ? [] : ['version IN {versions:Array(String)}']),
  ];
  const rows = await selectRows<Record<keyof (IssueWords & IssueHour), string | number>>(
    store,
    `SELECT error, message, frame, toUnixTimestamp(hour) AS hour, sum(records) AS records
    FROM ${store.everywhere(`SELECT error, message, frame, hour, sum(records) AS records
      FROM (${hourlyRows('jsErrors', plan)}) AS hourly WHERE ${conditions.join(' AND ')}
      GROUP BY error, message, frame, hour`)}
    GROUP BY error, message, frame, hour ORDER BY hour DESC
    SETTINGS ${['compile_expressions = 0', 'compile_aggregate_expressions = 0', ...bounds].join(', ')}`,
    { ...hourlyParams({ app, from: first, to }, plan), ...issue, versions },
  );
  const [newest] = rows;
  if (newest === undefined) return undefined;
  return {
    ...{ error: String(newest.error), message: String(newest.message), frame: String(newest.frame) },
    hours: rows.map(({ hour, records }) => ({ hour: Number(hour) * 1000, records: Number(records) })),
  };
}

/** How many single errors these hours hold; undefined where not every rollup says. */
export const recordsOf = (hours: readonly IssueHour[]): number | undefined =>
  hours.every(({ records }) => records > 0) ? hours.reduce((sum, { records }) => sum + records, 0) : undefined;

/** How many times more is looked through where what else is asked left too few. */
const GROWTH = 8;

/** Which of what lies in some hours: `last` is the number of the last one. */
interface PageOfHours {
  limit: number;
  offset: number;
  last: number;
}

/**
 * A page of an issue's errors, read from only those of its hours that it is made of.
 *
 * @param hours in the order in which the page comes.
 * @param isTold whether all errors of these hours are asked for, and how many they are is known: then whole hours before
 * the page are passed over.
 * @param read a page of what lies in some of them.
 */
export async function readByHours<T>(
  hours: readonly IssueHour[],
  { limit, offset, isTold }: { limit: number; offset: number; isTold: boolean },
  read: (some: readonly IssueHour[], page: PageOfHours) => Promise<T[]>,
): Promise<T[]> {
  const start = isTold ? skipTo(hours, offset) : { hours, offset };
  const last = start.offset + limit;
  for (let wanted = last; start.hours.length > 0; wanted *= GROWTH) {
    const some = hoursWith(start.hours, wanted);
    const rows = await read(some, { limit, offset: start.offset, last });
    if (rows.length >= limit || some.length === start.hours.length) return rows;
  }
  return [];
}

/** The hours without those that end before a place, and that place within the others. */
function skipTo(hours: readonly IssueHour[], offset: number) {
  let before = 0;
  const first = hours.findIndex(({ records }) => {
    if (before + records > offset) return true;
    before += records;
    return false;
  });
  return first < 0 ? { hours: [], offset: 0 } : { hours: hours.slice(first), offset: offset - before };
}

/** The first of them, in which so many errors are. */
function hoursWith(hours: readonly IssueHour[], wanted: number): readonly IssueHour[] {
  let found = 0;
  const enough = hours.findIndex(({ records }) => {
    found += records;
    return found >= wanted;
  });
  return enough < 0 ? hours : hours.slice(0, enough + 1);
}

/**
 * An issue's single errors as a SELECT, with the parameters of `issueParams`. All else is asked before an error's issue,
 * and by the engine too (`PREWHERE`): telling the issue takes ten times as long as reading the error, and left to itself
 * the engine tells it of events that were not asked for.
 *
 * @param where what else is asked of the events, beside their app.
 */
export const errorsOfIssue = (columns: string, where: string): string => `SELECT ${columns} FROM (
  SELECT *, ${ISSUE} FROM events
  PREWHERE app = {app:String} AND kind = 'error'
    AND at >= toDateTime({firstHour:Int64}, 'UTC') AND at < toDateTime({afterHours:Int64}, 'UTC')
    AND session_hour < toDateTime({afterHours:Int64}, 'UTC')
    AND name = {error:String} AND err_msg LIKE {unfolded:String}
    AND toUnixTimestamp(toStartOfHour(at, 'UTC')) IN {hours:Array(UInt32)}${where && ` AND ${where}`}
) WHERE message = {message:String} AND frame = {frame:String}`;

/** @param hours one at least. */
export function issueParams({ error, message, frame }: IssueWords, hours: readonly IssueHour[]) {
  const moments = hours.map(({ hour }) => hour / 1000);
  return {
    ...{ error, message, frame, unfolded: unfolded(message), hours: moments },
    ...{ firstHour: Math.min(...moments), afterHours: Math.max(...moments) + HOUR_MS / 1000 },
  };
}
