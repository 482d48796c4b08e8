import { listBuckets, planBuckets } from './buckets.js';
import { ISSUE, unfolded } from './catalogue/error-issue.js';
import { type Store, selectRows } from './connect.js';
import { hourlyParams, hourlyRows } from './to-sql.js';

/** Which JavaScript errors; moments are Unix ms, full hours, from ≤ error < to. */
export interface ErrorFilter {
  app: string;
  from: number;
  to: number;
  version?: string | undefined;
  /** Only of these users. */
  users?: readonly string[] | undefined;
}

const conditions = ({ version, users }: ErrorFilter) =>
  [
    'app = {app:String}',
    "kind = 'error'",
    "at >= toDateTime({from:Int64}, 'UTC') AND at < toDateTime({to:Int64}, 'UTC')",
    "session_hour < toDateTime({to:Int64}, 'UTC')",
    version !== undefined && 'events.version = {version:String}',
    users !== undefined && 'user_id IN {users:Array(String)}',
  ]
    .filter(Boolean)
    .join(' AND ');

const params = ({ app, from, to, version = '', users = [] }: ErrorFilter) => ({
  ...{ app, from: from / 1000, to: to / 1000, version },
  users: ['', ...users],
});

/** One issue as it is told of some users: for questions that rollups cannot answer. */
export interface IssueOfUsers {
  error: string;
  message: string;
  frame: string;
  jsErrors: number;
  errorUsers: number;
}

/** Issues that are looked through. */
const ISSUES_AT_MOST = 10_000;

/** Issues by their errors, the most first, and what all errors, and all users with one, come to. */
export interface IssueCounts {
  issues: IssueOfUsers[];
  jsErrors: number;
  errorUsers: number;
}

/** The issues of everybody's errors, from rollups. In one statement with their sums, which takes less than one for each. */
export async function countAllIssues(
  store: Store,
  { app, from, to, version }: Pick<ErrorFilter, 'app' | 'from' | 'to' | 'version'>,
): Promise<IssueCounts> {
  const plan = planBuckets(await listBuckets(store, app, from, to), from);
  const perIssueAndAll = (source: 'jsErrors' | 'jsErrorUsers', counts: string) =>
    `SELECT grouping(error) AS is_all, error, message, frame, ${counts}
    FROM (${hourlyRows(source, plan)}) AS hourly
    ${version === undefined ? '' : 'WHERE version = {version:String}'}
    GROUP BY GROUPING SETS ((error, message, frame), ())`;
  const rows = await selectRows<Record<keyof IssueOfUsers | 'isAll', string | number>>(
    store,
    `SELECT is_all AS isAll, error, message, frame, sum(errors) AS jsErrors, sum(users) AS errorUsers
    FROM ${store.everywhere(`${perIssueAndAll('jsErrors', 'sum(errors) AS errors, toUInt64(0) AS users')}
      UNION ALL
      ${perIssueAndAll('jsErrorUsers', 'toUInt64(0) AS errors, uniqExactMerge(users) AS users')}`)}
    GROUP BY is_all, error, message, frame
    ORDER BY is_all DESC, jsErrors DESC, error, message, frame LIMIT ${ISSUES_AT_MOST + 1}
    SETTINGS compile_expressions = 0, compile_aggregate_expressions = 0`,
    { ...hourlyParams({ app, from, to }, plan), version },
  );
  const [all, ...issues] = rows.map(toIssue);
  return { issues, jsErrors: all?.jsErrors ?? 0, errorUsers: all?.errorUsers ?? 0 };
}

/** The issues of some users' errors, counted from the errors themselves. */
export async function countIssues(store: Store, filter: ErrorFilter): Promise<IssueOfUsers[]> {
  const rows = await selectRows<Record<keyof IssueOfUsers, string | number>>(
    store,
    `SELECT error, message, frame, sum(errors) AS jsErrors, sum(users) AS errorUsers
    FROM ${store.everywhere(`SELECT error, message, frame, sum(repeats) AS errors, uniqExact(user_id) AS users
      FROM (SELECT user_id, events.count AS repeats, ${ISSUE} FROM events WHERE ${conditions(filter)})
      GROUP BY error, message, frame`)}
    GROUP BY error, message, frame ORDER BY error, message, frame LIMIT ${ISSUES_AT_MOST}`,
    params(filter),
  );
  return rows.map(toIssue);
}

const toIssue = (row: Record<keyof IssueOfUsers, string | number>): IssueOfUsers => ({
  ...{ error: String(row.error), message: String(row.message), frame: String(row.frame) },
  ...{ jsErrors: Number(row.jsErrors), errorUsers: Number(row.errorUsers) },
});

/** One JavaScript error as it was reported. */
export interface ErrorRecord {
  at: number;
  count: number;
  errMsg: string;
  stack: string;
  source: string;
  page: string;
  version: string;
  sdk: string;
  wechat: string;
  platform: string;
  model: string;
}

/** Which single errors: of one issue, and of what device. */
export interface ErrorRecordFilter extends ErrorFilter {
  error: string;
  message: string;
  frame: string;
  /** The hours (Unix ms, ascending) in which there are any, and how many errors, repetitions included. */
  hours: readonly { hour: number; jsErrors: number }[];
  sdk?: string | undefined;
  wechat?: string | undefined;
  /** Of these platforms, or of all but these. */
  platforms?: { are: boolean; names: readonly string[] } | undefined;
}

const HOUR_MS = 3_600_000;

/**
 * How many errors an event stands for, as a guess: one that repeats is reported once in a while. So many times more hours
 * are looked through where it was too low.
 */
const REPETITIONS = 8;

/** Single errors of one issue by time. Only hours are read that the page reaches. */
export async function findErrors(
  store: Store,
  filter: ErrorRecordFilter,
  { limit, offset, newestFirst }: { limit: number; offset: number; newestFirst: boolean },
): Promise<ErrorRecord[]> {
  const order = newestFirst ? 'DESC' : 'ASC';
  const hours = newestFirst ? [...filter.hours].reverse() : filter.hours;
  const last = offset + limit;
  for (let looked = hoursWith(hours, last * REPETITIONS); ; looked *= REPETITIONS) {
    const rows = await selectRows<ErrorRecord>(
      store,
      `SELECT toInt64(toUnixTimestamp64Milli(at)) AS at, toUInt32(count) AS count, err_msg AS errMsg, stack, source, page,
        version, sdk, wechat, platform, model
      FROM ${store.everywhere(`${singleErrors(filter)} ORDER BY at ${order}, session_id, n LIMIT {last:UInt32}`)}
      ORDER BY at ${order}, session_id, n LIMIT {limit:UInt32} OFFSET {offset:UInt32}`,
      { ...singleParams(filter, hours.slice(0, looked)), limit, offset, last },
    );
    if (rows.length === limit || looked >= hours.length)
      return rows.map((row) => ({ ...row, at: Number(row.at), count: Number(row.count) }));
  }
}

/** How many single errors of one issue there are. */
export async function countErrors(store: Store, filter: ErrorRecordFilter): Promise<number> {
  const [row] = await selectRows<{ total: string | number }>(
    store,
    `SELECT sum(errors) AS total FROM ${store.everywhere(`SELECT count() AS errors FROM (${singleErrors(filter)})`)}`,
    singleParams(filter, filter.hours),
  );
  return Number(row?.total ?? 0);
}

/** Of how many of these hours, from the first on, the errors are at least so many. */
function hoursWith(hours: ErrorRecordFilter['hours'], errors: number): number {
  let found = 0;
  const enough = hours.findIndex(({ jsErrors }) => {
    found += jsErrors;
    return found >= errors;
  });
  return enough < 0 ? hours.length : enough + 1;
}

/**
 * All else is asked before an error's issue, and by the engine too (`PREWHERE`): telling the issue takes ten times as
 * long as reading the error, and left to itself the engine tells it of events that were not asked for.
 */
function singleErrors(filter: ErrorRecordFilter): string {
  const { sdk, wechat, platforms } = filter;
  const cheap = [
    conditions(filter),
    'name = {error:String} AND err_msg LIKE {unfolded:String}',
    "toUnixTimestamp(toStartOfHour(at, 'UTC')) IN {hours:Array(UInt32)}",
    sdk !== undefined && 'sdk = {sdk:String}',
    wechat !== undefined && 'wechat = {wechat:String}',
    platforms !== undefined && `platform ${platforms.are ? 'IN' : 'NOT IN'} {platforms:Array(String)}`,
  ]
    .filter(Boolean)
    .join(' AND ');
  return `SELECT * FROM (SELECT *, ${ISSUE} FROM events PREWHERE ${cheap})
    WHERE message = {message:String} AND frame = {frame:String}`;
}

function singleParams(filter: ErrorRecordFilter, hours: ErrorRecordFilter['hours']) {
  const { error, message, frame, sdk = '', wechat = '', platforms } = filter;
  const moments = hours.map(({ hour }) => hour);
  return {
    ...params({ ...filter, from: Math.min(...moments), to: Math.max(...moments) + HOUR_MS }),
    ...{ error, message, frame, unfolded: unfolded(message), sdk, wechat },
    hours: moments.map((moment) => moment / 1000),
    platforms: [...(platforms?.names ?? [])],
  };
}
