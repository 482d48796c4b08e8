import { type Metric, share, total } from '../metric.js';
import { ALL_EVENTS, andColumns, type Source } from '../source.js';
import { LAUNCH_FACTS, perSession } from './per-session.js';

const visitColumns = ['session_cnt', 'visit_pv', 'stay_ms', 'pages_seen', 'users'] as const;
const addUpVisits = `count() AS session_cnt, sum(views) AS visit_pv, sum(stay) AS stay_ms, sum(pages) AS pages_seen,
  uniqExactState(user_id) AS users`;
const visitParts = {
  sessions: 'sum(session_cnt)',
  views: 'sum(visit_pv)',
  stay: 'sum(stay_ms)',
  pages: 'sum(pages_seen)',
  users: 'uniqExactMerge(users)',
};

/**
 * Users and the hour of their first session ever, for hours that pass. First sessions outlive their events, so this also
 * tells who was new in hours whose events are gone.
 *
 * @param among narrows it to users this SELECT gives, where only theirs can pass: naming all of an app's costs time.
 */
export const newcomersOf = (hours: (hourExpression: string) => string, among?: string) => `
SELECT app, hour, user_id FROM (
  SELECT app, user_id, toStartOfHour(min(first_session_at), 'UTC') AS hour
  FROM user_firsts
  WHERE app = {app:String}${among === undefined ? '' : ` AND user_id IN (${among})`}
  GROUP BY app, user_id
) WHERE ${hours('hour')}`;

export const VISIT_SOURCES = {
  /** One row an hour: the sessions that start in it, whole. */
  visits: {
    table: 'visit_hours',
    by: [],
    columns: visitColumns,
    parts: visitParts,
    fromEvents: (hours) => `
SELECT app, session_hour AS hour, ${addUpVisits}
FROM (${perSession(hours)}
)
GROUP BY app, hour`,
    finer: 'sessions',
  },

  /** One row an hour and kind of session, by what the session's last event says of the device and the version. */
  sessions: {
    table: 'session_hours',
    by: ['version', 'env', 'platform', 'level', 'network', 'scene'],
    columns: [
      ...visitColumns,
      'launches',
      'launches_ready',
      'memory_sessions',
      'memory_growth',
      'memory_warned',
      'without_error',
    ],
    parts: {
      ...visitParts,
      launches: 'sum(launches)',
      launches_ready: 'sum(launches_ready)',
      memory_sessions: 'sum(memory_sessions)',
      memory_growth: 'sum(memory_growth)',
      memory_warned: 'sum(memory_warned)',
      without_error: 'sum(without_error)',
    },
    splits: ['wechat', 'sdk', 'model'],
    fromEvents: (hours, { events, more } = ALL_EVENTS) => `
SELECT app, session_hour AS hour, device.1 AS version, device.2 AS env, device.3 AS platform, device.4 AS level,
  device.5 AS network, session_scene AS scene${andColumns(more)}, ${addUpVisits},
  countIf(is_launch) AS launches, countIf(is_launch AND is_ready) AS launches_ready,
  countIf(has_memory) AS memory_sessions, sum(growth) AS memory_growth,
  countIf(is_warned) AS memory_warned, countIf(NOT has_error) AS without_error
FROM (${perSession(
      hours,
      `${more.map((column) => ` argMax(events.${column}, n) AS ${column},`).join('')}
    argMax((version, env, platform, level, network), n) AS device, any(session_scene) AS session_scene,
    ${LAUNCH_FACTS}, countIf(kind = 'error') > 0 AS has_error,`,
      events,
    )}
)
GROUP BY app, hour, version, env, platform, level, network, scene${andColumns(more)}`,
  },

  /** One row a user, in the hour of their first session ever. Also of other buckets' making: see `markStaleNewcomers`. */
  newcomers: {
    table: 'newcomer_hours',
    by: [],
    columns: ['user_id'],
    parts: { newcomers: 'uniqExact(user_id)' },
    splits: [],
    fromEvents: (hours, { events } = ALL_EVENTS) => {
      const seen = (columns: string) =>
        `SELECT ${columns} FROM ${events} WHERE app = {app:String} AND ${hours('session_hour')}`;
      const newcomers = newcomersOf(hours, seen('user_id'));
      if (events === ALL_EVENTS.events) return newcomers;
      // Whoever is seen in a later hour only was not new as one of these.
      return `SELECT * FROM (${newcomers}) WHERE (hour, user_id) IN (${seen('session_hour, user_id')})`;
    },
  },
} as const satisfies Record<string, Source>;

const visits = { source: 'visits', empty: 0 } as const;

export const VISIT_METRICS = {
  session_cnt: {
    ...visits,
    unit: 'count',
    ...total('sessions'),
    zh: '打开次数',
    en: 'Opens',
    meaning: 'Sessions that start in the period.',
    meaningZh: '在该时段内开始的会话数。',
  },
  visit_pv: {
    ...visits,
    unit: 'count',
    ...total('views'),
    zh: '访问次数',
    en: 'Page views',
    meaning: 'Page views of those sessions.',
    meaningZh: '这些会话中的页面访问次数。',
  },
  visit_uv: {
    ...visits,
    unit: 'count',
    ...total('users'),
    zh: '访问人数',
    en: 'Users',
    meaning: 'Distinct users with a session in the period; each counts once.',
    meaningZh: '该时段内有会话的去重用户数，每人只计一次。',
  },
  visit_uv_new: {
    source: 'newcomers',
    empty: 0,
    unit: 'count',
    ...total('newcomers'),
    zh: '新用户数',
    en: 'New users',
    meaning: 'Users whose first session ever lies in the period.',
    meaningZh: '首次会话落在该时段内的用户数。',
  },
  stay_time_uv: {
    ...visits,
    unit: 'seconds',
    ...share('stay', 'users', { unit: 1000 }),
    zh: '人均停留时长',
    en: 'Stay per user',
    meaning: 'Sum of stay divided by users.',
    meaningZh: '总停留时长 ÷ 访问人数。',
  },
  stay_time_session: {
    ...visits,
    unit: 'seconds',
    ...share('stay', 'sessions', { unit: 1000 }),
    zh: '次均停留时长',
    en: 'Stay per open',
    meaning: 'Sum of stay divided by sessions.',
    meaningZh: '总停留时长 ÷ 打开次数。',
  },
  visit_depth: {
    ...visits,
    unit: 'pages',
    ...share('pages', 'sessions'),
    zh: '平均访问深度',
    en: 'Depth',
    meaning: 'Mean over sessions of the number of distinct page paths seen.',
    meaningZh: '每次会话看过的不同页面路径数的平均值。',
  },
} as const satisfies Record<string, Metric>;
