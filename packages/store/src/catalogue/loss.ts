import { type Metric, ratio } from '../metric.js';
import type { Source } from '../source.js';

export const LOSS_SOURCES = {
  /**
   * One row an hour and version of the agent: what the sessions that start in it numbered, and what of that was stored
   * or dropped. What is neither is missing, until it comes late.
   */
  loss: {
    table: 'loss_hours',
    by: ['agent'],
    columns: ['numbered', 'missing'],
    parts: { numbered: 'sum(numbered)', missing: 'sum(missing)' },
    fromEvents: (hours) => `
SELECT app, session_hour AS hour, agent, sum(high) AS numbered, sum(toUInt64(greatest(0, toInt64(high) - settled))) AS missing
FROM (
  SELECT app, session_hour, session_id, max(session_agent) AS agent, toUInt64(max(last_n)) AS high, sum(events) AS settled
  FROM (
    SELECT app, session_hour, session_id, max(events.agent) AS session_agent, max(n) AS last_n, toInt64(count()) AS events
    FROM events
    WHERE app = {app:String} AND ${hours('session_hour')}
    GROUP BY app, session_hour, session_id
    UNION ALL
    SELECT app, session_hour, session_id, drops.agent, last_n, toInt64(numbered)
    FROM drops
    WHERE app = {app:String} AND ${hours('session_hour')}
  )
  GROUP BY app, session_hour, session_id
)
GROUP BY app, hour, agent`,
  },

  /** One row an hour, version of the agent and reason: what was dropped on arrival in that hour. */
  drops: {
    table: 'drop_hours',
    by: ['agent', 'reason'],
    columns: ['dropped'],
    parts: { dropped: 'sum(dropped)' },
    fromEvents: (hours) => `
SELECT app, received_hour AS hour, agent, reason, sum(events) AS dropped
FROM drops
WHERE app = {app:String} AND ${hours('received_hour')}
GROUP BY app, hour, agent, reason`,
  },
} as const satisfies Record<string, Source>;

const loss = { source: 'loss', empty: 0, unit: 'count' } as const;

export const LOSS_METRICS = {
  numbered: {
    ...loss,
    sql: 'sum(numbered)',
    zh: '应收事件数',
    en: 'Numbered events',
    meaning: 'Events that sessions, starting in the period, numbered: the highest number each was heard to use.',
    meaningZh: '在该时段内开始的会话所编号的事件数，即每次会话已知的最大编号之和。',
  },
  missing: {
    ...loss,
    sql: 'sum(missing)',
    zh: '丢失事件数',
    en: 'Missing events',
    meaning: 'Of those, the events that were neither stored nor dropped. One that comes late is missing no more.',
    meaningZh: '其中既未存储也未丢弃的事件数。迟到的事件到达后不再计为丢失。',
  },
  lossRate: {
    ...loss,
    unit: '%',
    empty: null,
    sql: ratio('sum(missing) * 100', 'sum(numbered)', null),
    zh: '丢失率',
    en: 'Loss rate',
    meaning: 'Missing events ÷ numbered events.',
    meaningZh: '丢失事件数 ÷ 应收事件数。',
  },
  dropped: {
    source: 'drops',
    empty: 0,
    unit: 'count',
    sql: 'sum(dropped)',
    zh: '丢弃事件数',
    en: 'Dropped events',
    meaning: 'Events that arrived in the period and were not stored, by reason; repeats are no drops.',
    meaningZh: '在该时段内到达但未存储的事件数，按原因区分；重复上报不算丢弃。',
  },
} as const satisfies Record<string, Metric>;
