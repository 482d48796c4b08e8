import { ALL_EVENTS } from '../source.js';

/** What users do. Who passes messages on has sessions too, to number its deliveries, and visits nothing. */
export const IS_VISIT = "kind != 'push_delivery'";

/** Stay of the page view that began as event `n` at `at`: as its leave says, else until the session's last event. Unit: ms. */
export const stayOfView = (n: string, at: string) =>
  `if(mapContains(stays, ${n}), toUInt64(stays[${n}]),
      toUInt64(greatest(0, toUnixTimestamp64Milli(last_at) - toUnixTimestamp64Milli(${at}))))`;

/** Rows of single sessions, whole; `more` is what else to say of each, `events` those that are looked at. */
export const perSession = (hours: (hourExpression: string) => string, more = '', events = ALL_EVENTS.events) => `
  SELECT app, session_hour, session_id, any(user_id) AS user_id,${more}
    countIf(kind = 'page_show') AS views,
    uniqExactIf(page, kind = 'page_show') AS pages,
    max(at) AS last_at,
    groupArrayIf((n, at), kind = 'page_show') AS shows,
    maxMapIf(map(view, stay_ms), kind = 'page_hide') AS stays,
    arraySum(show -> ${stayOfView('show.1', 'show.2')}, shows) AS stay
  FROM ${events}
  WHERE app = {app:String} AND ${IS_VISIT} AND ${hours('session_hour')}
  GROUP BY app, session_hour, session_id`;

const memorySample = "kind = 'performance' AND events.name = 'memory' AND isNotNull(value)";

/** More of a session: its launch, and what was measured of its memory. */
export const LAUNCH_FACTS = `countIf(kind = 'launch') > 0 AS is_launch, countIf(kind = 'page_ready') > 0 AS is_ready,
    countIf(${memorySample}) > 0 AS has_memory,
    toInt64(round(ifNull(argMaxIf(value, n, ${memorySample}), 0))) - toInt64(round(ifNull(argMinIf(value, n, ${memorySample}), 0))) AS growth,
    countIf(kind = 'performance' AND events.name = 'memoryWarning') > 0 AS is_warned`;
