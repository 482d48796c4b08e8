import { type Metric, ratio } from '../metric.js';
import { ALL_EVENTS, andColumns, EVENT_COLUMNS, type Look, OWN_HOUR, type Source } from '../source.js';
import { ISSUE } from './error-issue.js';

const issues = (hours: string, { eventsThat, more }: Look) => `
  SELECT app, at, session_hour, user_id, session_id, version${andColumns(more)}, events.count AS repeats,
    ${ISSUE}
  FROM ${eventsThat("kind = 'error'")}
  WHERE app = {app:String} AND ${hours}`;

const by = ['issue', 'error', 'message', 'frame', 'version'] as const;

export const ERROR_SOURCES = {
  /** One row an hour, issue and version: the errors of that hour, repetitions included, and how many single ones tell of them. */
  jsErrors: {
    table: 'error_hours',
    by,
    columns: ['errors', 'first_at', 'last_at', 'records'],
    parts: {
      errors: 'sum(errors)',
      first: 'min(first_at)',
      last: 'max(last_at)',
      versions: 'uniqExactState(version)',
    },
    splits: EVENT_COLUMNS,
    fromEvents: (hours, look = ALL_EVENTS) => `
SELECT app, ${OWN_HOUR} AS hour, ${by.join(', ')}${andColumns(look.more)}, sum(repeats) AS errors, min(at) AS first_at, max(at) AS last_at,
  count() AS records
FROM (${issues(hours(OWN_HOUR), look)}
)
GROUP BY app, hour, ${by.join(', ')}${andColumns(look.more)}`,
  },

  /** One row an hour, issue and version: who met the issue, in the sessions that start in that hour. */
  jsErrorUsers: {
    table: 'error_user_hours',
    by,
    columns: ['users', 'sessions'],
    parts: { users: 'uniqExactMerge(users)', sessions: 'uniqExactMerge(sessions)' },
    splits: EVENT_COLUMNS,
    fromEvents: (hours, look = ALL_EVENTS) => `
SELECT app, session_hour AS hour, ${by.join(', ')}${andColumns(look.more)}, uniqExactState(user_id) AS users, uniqExactState(session_id) AS sessions
FROM (${issues(hours('session_hour'), look)}
)
GROUP BY app, hour, ${by.join(', ')}${andColumns(look.more)}`,
  },
} as const satisfies Record<string, Source>;

const errors = { source: 'jsErrors', empty: 0, unit: 'count' } as const;
const instant = (part: 'min(first)' | 'max(last)') =>
  `if(sum(errors) = 0, NULL, toUnixTimestamp64Milli(${part}))` as const;
const users = { source: 'jsErrorUsers', empty: 0, unit: 'count' } as const;
const sessions = { source: 'sessions', empty: 0, unit: 'count' } as const;

export const ERROR_METRICS = {
  jsErrors: {
    ...errors,
    sql: 'sum(errors)',
    zh: 'JS 错误次数',
    en: 'JavaScript errors',
    meaning: 'JavaScript errors, repetitions included.',
    meaningZh: 'JS 错误的次数，重复的也计入。',
  },
  firstSeenAt: {
    ...errors,
    unit: 'instant',
    empty: null,
    sql: instant('min(first)'),
    zh: '首次出现',
    en: 'First seen',
    meaning: 'The first of those errors within the period.',
    meaningZh: '该时段内第一次这样的错误。',
  },
  lastSeenAt: {
    ...errors,
    unit: 'instant',
    empty: null,
    sql: instant('max(last)'),
    zh: '最近出现',
    en: 'Last seen',
    meaning: 'The last of those errors within the period.',
    meaningZh: '该时段内最近一次这样的错误。',
  },
  errorVersions: {
    ...errors,
    sql: 'uniqExactMerge(versions)',
    zh: '涉及版本数',
    en: 'Versions',
    meaning: 'Distinct versions of the Mini Program with those errors. Split by `version`, the question names them.',
    meaningZh: '出现这些错误的小程序版本数，去重。按 `version` 拆分时逐一列出。',
  },
  errorUsers: {
    ...users,
    sql: 'sum(users)',
    zh: '错误影响用户数',
    en: 'Users with an error',
    meaning: 'Distinct users with a session, starting in the period, that met such an error.',
    meaningZh: '在该时段内开始的会话中，遇到这类错误的去重用户数。',
  },
  errorSessions: {
    ...users,
    sql: 'sum(sessions)',
    zh: '错误打开次数',
    en: 'Opens with an error',
    meaning: 'Sessions, starting in the period, that met such an error.',
    meaningZh: '在该时段内开始、遇到这类错误的会话数。',
  },
  crashFreeSessions: {
    ...sessions,
    sql: 'sum(without_error)',
    zh: '无错误打开次数',
    en: 'Opens without an error',
    meaning: 'Sessions, starting in the period, without any error.',
    meaningZh: '在该时段内开始、没有任何错误的会话数。',
  },
  crashFreeRate: {
    ...sessions,
    unit: '%',
    empty: null,
    sql: ratio('sum(without_error) * 100', 'sum(sessions)', null),
    zh: '无错误率',
    en: 'Crash-free rate',
    meaning: 'Sessions without an error ÷ sessions.',
    meaningZh: '没有错误的会话数 ÷ 会话数。',
  },
} as const satisfies Record<string, Metric>;
