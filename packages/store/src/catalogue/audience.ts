import { type Metric, ratio } from '../metric.js';
import { ALL_EVENTS, type Source } from '../source.js';
import { IS_VISIT, perSession, stayOfView } from './per-session.js';
import { newcomersOf } from './visits.js';

/** What stands for a longer stay and for a deeper visit. Units: s, pages. */
const LONGER_S = 101;
const DEEPER = 11;

export const AUDIENCE_SOURCES = {
  /** One row an hour and page: its views in the sessions that start in that hour, and its being shared in them. */
  pages: {
    table: 'page_hours',
    by: ['page'],
    columns: ['views', 'stay_ms', 'entries', 'exits', 'shares', 'users', 'sharers'],
    parts: {
      views: 'sum(views)',
      stay: 'sum(stay_ms)',
      entries: 'sum(entries)',
      exits: 'sum(exits)',
      shares: 'sum(shares)',
      users: 'uniqExactMerge(users)',
      sharers: 'uniqExactMerge(sharers)',
    },
    splits: [],
    fromEvents: (hours, { events } = ALL_EVENTS) => `
SELECT app, session_hour AS hour, page, sum(on_page.1) AS views, sum(on_page.2) AS stay_ms,
  countIf(on_page.1 > 0 AND page = first_page) AS entries, countIf(on_page.1 > 0 AND page = last_page) AS exits,
  sum(on_page.3) AS shares,
  uniqExactStateIf(user_id, on_page.1 > 0) AS users, uniqExactStateIf(user_id, on_page.3 > 0) AS sharers
FROM (
  SELECT app, session_hour, user_id, visits[1].2 AS first_page, visits[-1].2 AS last_page,
    arrayJoin(arrayDistinct(arrayConcat(visits.2, shared))) AS page,
    (
      countEqual(visits.2, page),
      arraySum(visit -> if(visit.2 = page, ${stayOfView('visit.1', 'visit.3')}, 0), visits),
      countEqual(shared, page)
    ) AS on_page
  FROM (${perSession(
    hours,
    `
    arraySort(groupArrayIf((n, toString(page), at), kind = 'page_show')) AS visits,
    groupArrayIf(toString(page), kind = 'share') AS shared,`,
    events,
  )}
  )
)
GROUP BY app, hour, page`,
  },

  /** One row an hour, stay in whole seconds and number of distinct pages: the sessions that start in that hour. */
  sessionLengths: {
    table: 'session_length_hours',
    by: ['stay_s', 'depth'],
    columns: ['session_cnt'],
    parts: { sessions: 'sum(session_cnt)' },
    splits: [],
    fromEvents: (hours, { events } = ALL_EVENTS) => `
SELECT app, session_hour AS hour, toUInt8(least(intDiv(stay, 1000), ${LONGER_S})) AS stay_s,
  toUInt8(least(pages, ${DEEPER})) AS depth, count() AS session_cnt
FROM (${perSession(hours, '', events)}
)
GROUP BY app, hour, stay_s, depth`,
  },

  /** One row an hour, platform and model: the users of the sessions that start in it. */
  models: {
    table: 'model_hours',
    by: ['platform', 'model'],
    columns: ['users'],
    parts: { users: 'uniqExactMerge(users)' },
    splits: [],
    fromEvents: (hours, { events } = ALL_EVENTS) => `
SELECT app, session_hour AS hour, device.1 AS platform, device.2 AS model, uniqExactState(user_id) AS users
FROM (${perSession(hours, ' argMax((platform, model), n) AS device,', events)}
)
GROUP BY app, hour, platform, model`,
  },

  /** One row a user, in the hour of their first session ever. Of several sessions in it the device of the last event counts. */
  newcomerModels: {
    table: 'newcomer_model_hours',
    by: ['platform', 'model'],
    columns: ['user_id'],
    parts: { newcomers: 'uniqExact(user_id)' },
    splits: [],
    fromEvents: (hours, { events } = ALL_EVENTS) => `
SELECT app, session_hour AS hour, device.1 AS platform, device.2 AS model, user_id
FROM (
  SELECT app, session_hour, user_id, argMax((platform, model), (at, session_id, n)) AS device
  FROM ${events}
  WHERE app = {app:String} AND ${IS_VISIT} AND ${hours('session_hour')}
    AND (session_hour, user_id) IN (SELECT hour, user_id FROM (${newcomersOf(
      hours,
      `SELECT user_id FROM ${events} WHERE app = {app:String} AND ${hours('session_hour')}`,
    )}))
  GROUP BY app, session_hour, user_id
)`,
  },
} as const satisfies Record<string, Source>;

const pages = { source: 'pages', empty: 0, unit: 'count' } as const;

export const AUDIENCE_METRICS = {
  page_visit_pv: {
    ...pages,
    sql: 'sum(views)',
    zh: '页面访问次数',
    en: 'Views of a page',
    meaning: 'Views of the page in sessions that start in the period.',
    meaningZh: '在该时段内开始的会话中，该页面被访问的次数。',
  },
  page_visit_uv: {
    ...pages,
    sql: 'sum(users)',
    zh: '页面访问人数',
    en: 'Users of a page',
    meaning: 'Distinct users who viewed the page in those sessions.',
    meaningZh: '在这些会话中访问过该页面的去重用户数。',
  },
  page_staytime_pv: {
    ...pages,
    unit: 'seconds',
    sql: ratio('sum(stay)', 'sum(views) * 1000', 0),
    zh: '页面次均停留时长',
    en: 'Stay per view of a page',
    meaning: 'Sum of stay on the page divided by its views.',
    meaningZh: '在该页面的总停留时长 ÷ 页面访问次数。',
  },
  entrypage_pv: {
    ...pages,
    sql: 'sum(entries)',
    zh: '进入页次数',
    en: 'Entries',
    meaning: 'Sessions whose first page view is of the page.',
    meaningZh: '第一个访问的页面是该页面的会话数。',
  },
  exitpage_pv: {
    ...pages,
    sql: 'sum(exits)',
    zh: '退出页次数',
    en: 'Exits',
    meaning: 'Sessions whose last page view is of the page.',
    meaningZh: '最后一个访问的页面是该页面的会话数。',
  },
  share_pv: {
    ...pages,
    sql: 'sum(shares)',
    zh: '转发次数',
    en: 'Shares',
    meaning:
      'Times a page was offered as a card, in sessions that start in the period. Whether it was sent the platform does not say.',
    meaningZh: '在该时段内开始的会话中，页面被转发为卡片的次数。平台不告知是否真正发出。',
  },
  share_uv: {
    ...pages,
    sql: 'sum(sharers)',
    zh: '转发人数',
    en: 'Users who shared',
    meaning: 'Distinct users who did so.',
    meaningZh: '转发过该页面的去重用户数。',
  },
  access_session_cnt: {
    source: 'sessionLengths',
    empty: 0,
    unit: 'count',
    sql: 'sum(sessions)',
    zh: '打开次数（按停留与深度）',
    en: 'Opens by length',
    meaning: `Sessions that start in the period, told apart by stay in whole seconds, rounded down (${LONGER_S}: longer), and by distinct pages seen (${DEEPER}: more).`,
    meaningZh: `在该时段内开始的会话数，按停留秒数（向下取整，${LONGER_S} 表示更长）和看过的不同页面数（${DEEPER} 表示更多）区分。`,
  },
  portrait_uv: {
    source: 'models',
    empty: 0,
    unit: 'count',
    sql: 'sum(users)',
    zh: '访问人数（按机型）',
    en: 'Users by device',
    meaning: 'Distinct users with a session in the period, told apart by what it last ran on.',
    meaningZh: '该时段内有会话的去重用户数，按其最近一次使用的设备区分。',
  },
  portrait_uv_new: {
    source: 'newcomerModels',
    empty: 0,
    unit: 'count',
    sql: 'sum(newcomers)',
    zh: '新用户数（按机型）',
    en: 'New users by device',
    meaning:
      'Users whose first session ever lies in the period, told apart by what they last used in the hour of that session. None of hours whose events were dropped before this was counted.',
    meaningZh:
      '首次会话落在该时段内的用户数，按其在该会话所在小时内最后使用的设备区分。开始统计之前就已清除事件的小时没有数据。',
  },
} as const satisfies Record<string, Metric>;
