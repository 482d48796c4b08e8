import { listBuckets, planBuckets } from './buckets.js';
import { ISSUE } from './catalogue/error-issue.js';
import { type Store, selectRows } from './connect.js';
import { errorsOfIssue, type IssueHour, type IssueHours, issueParams, readByHours, recordsOf } from './issue-hours.js';
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
export interface ErrorRecordFilter {
  app: string;
  version?: string | undefined;
  /** Only of these users. */
  users?: readonly string[] | undefined;
  sdk?: string | undefined;
  wechat?: string | undefined;
  /** Of these platforms, or of all but these. */
  platforms?: { are: boolean; names: readonly string[] } | undefined;
}

/** A page of the single errors of one issue by time, and how many there are. */
export async function findErrors(
  store: Store,
  issue: IssueHours,
  filter: ErrorRecordFilter,
  { newestFirst, ...page }: { limit: number; offset: number; newestFirst: boolean },
): Promise<{ total: number; items: ErrorRecord[] }> {
  // Rollups tell of a version, or of any.
  const { app: _, version: __, ...more } = filter;
  const told = Object.values(more).every((value) => value === undefined) ? recordsOf(issue.hours) : undefined;
  const order = newestFirst ? 'DESC' : 'ASC';
  const hours = newestFirst ? issue.hours : [...issue.hours].reverse();
  const rows = await readByHours(hours, { ...page, isTold: told !== undefined }, (some, within) =>
    selectRows<ErrorRecord>(
      store,
      `SELECT toInt64(toUnixTimestamp64Milli(at)) AS at, toUInt32(count) AS count, err_msg AS errMsg, stack, source, page,
        version, sdk, wechat, platform, model
      FROM ${store.everywhere(`${errorsOfIssue('*', narrower(filter))} ORDER BY at ${order}, session_id, n LIMIT {last:UInt32}`)}
      ORDER BY at ${order}, session_id, n LIMIT {limit:UInt32} OFFSET {offset:UInt32}`,
      { ...recordParams(issue, filter, some), ...within },
    ),
  );
  const isWhole = page.offset === 0 && rows.length < page.limit;
  return {
    total: told ?? (isWhole ? rows.length : await countErrors(store, issue, filter)),
    items: rows.map((row) => ({ ...row, at: Number(row.at), count: Number(row.count) })),
  };
}

async function countErrors(store: Store, issue: IssueHours, filter: ErrorRecordFilter): Promise<number> {
  const [row] = await selectRows<{ total: string | number }>(
    store,
    `SELECT sum(errors) AS total FROM ${store.everywhere(errorsOfIssue('count() AS errors', narrower(filter)))}`,
    recordParams(issue, filter, issue.hours),
  );
  return Number(row?.total ?? 0);
}

function narrower({ version, users, sdk, wechat, platforms }: ErrorRecordFilter): string {
  return [
    version !== undefined && 'version = {version:String}',
    users !== undefined && 'user_id IN {users:Array(String)}',
    sdk !== undefined && 'sdk = {sdk:String}',
    wechat !== undefined && 'wechat = {wechat:String}',
    platforms !== undefined && `platform ${platforms.are ? 'IN' : 'NOT IN'} {platforms:Array(String)}`,
  ]
    .filter(Boolean)
    .join(' AND ');
}

const recordParams = (issue: IssueHours, filter: ErrorRecordFilter, hours: readonly IssueHour[]) => ({
  ...issueParams(issue, hours),
  ...{ app: filter.app, version: filter.version, sdk: filter.sdk, wechat: filter.wechat },
  ...{ users: ['', ...(filter.users ?? [])], platforms: [...(filter.platforms?.names ?? [])] },
});
