import { listBuckets, planBuckets } from './buckets.js';
import { type Store, selectRows } from './connect.js';
import type { Metric } from './metric.js';
import { hourlyParams, hourlyRows } from './to-sql.js';

/** From ≤ t < to, full hours. Unix ms. */
export interface Stretch {
  from: number;
  to: number;
}

/** How many users of a period came, and how many of them came again; of those who were new in it, the same. */
export interface Retained {
  visit_uv: number;
  visit_uv_new: number;
}

/** What the numbers of a retention mean. They take two periods, so they are not asked as other metrics are. */
export const RETENTION_METRICS = {
  retained_uv: {
    source: 'visits',
    unit: 'count',
    empty: 0,
    sql: '',
    zh: '活跃用户留存',
    en: 'Users retained',
    meaning:
      'Distinct users with a session in the period who have one in a later period too. Of the period itself: `visit_uv`.',
    meaningZh: '在该时段内有会话，且在之后的某个时段也有会话的去重用户数。该时段自身见 `visit_uv`。',
  },
  retained_uv_new: {
    source: 'newcomers',
    unit: 'count',
    empty: 0,
    sql: '',
    zh: '新增用户留存',
    en: 'New users retained',
    meaning:
      'Users whose first session ever lies in the period who have a session in a later period too. Of the period itself: `visit_uv_new`.',
    meaningZh: '首次会话落在该时段内，且在之后的某个时段也有会话的用户数。该时段自身见 `visit_uv_new`。',
  },
} as const satisfies Record<string, Metric>;

/** Where the rows of newcomers stand; rows of visits have the number of their period, the first of all 1. */
const NEWCOMERS = 255;

/**
 * The users of the first period, and how many of them came again in each of the others, exactly. What two sets have in
 * common is what both have together less what either has alone; a user is on one shard, so shards are added up.
 *
 * @param periods do not overlap, the first is the earliest.
 */
export async function askRetention(store: Store, app: string, periods: readonly Stretch[]): Promise<Retained[]> {
  const from = Math.min(...periods.map((period) => period.from));
  const to = Math.max(...periods.map((period) => period.to));
  const plan = planBuckets(await listBuckets(store, app, 0, to), from);
  const places = periods.map((_, index) => index + 1);
  const distinct = (...places: number[]) => `uniqExactMergeIf(users, place IN (${places.join(', ')}))`;
  const shared = (a: number, b: number) => `${distinct(a)} + ${distinct(b)} - ${distinct(a, b)}`;
  const ofShard = `SELECT ${places
    .map((place) =>
      place === 1
        ? `${distinct(1)} AS uv_1, ${distinct(NEWCOMERS)} AS new_1`
        : `${shared(1, place)} AS uv_${place}, ${shared(NEWCOMERS, place)} AS new_${place}`,
    )
    .join(', ')}
FROM (
  SELECT users, arrayFirstIndex((start, end) -> toUnixTimestamp(hour) >= start AND toUnixTimestamp(hour) < end,
    {starts:Array(Int64)}, {ends:Array(Int64)}) AS place
  FROM (${hourlyRows('visits', plan)}) WHERE place > 0
  UNION ALL
  SELECT uniqExactState(user_id) AS users, ${NEWCOMERS} AS place
  FROM (${hourlyRows('newcomers', plan)}) WHERE toUnixTimestamp(hour) < {ends:Array(Int64)}[1]
)`;
  const [row] = await selectRows<Record<string, string | number>>(
    store,
    `SELECT ${places.map((place) => `sum(uv_${place}) AS uv_${place}, sum(new_${place}) AS new_${place}`).join(', ')}
FROM ${store.everywhere(ofShard)}
SETTINGS compile_expressions = 0, compile_aggregate_expressions = 0`,
    {
      ...hourlyParams({ app, from, to }, plan),
      starts: periods.map((period) => period.from / 1000),
      ends: periods.map((period) => period.to / 1000),
    },
  );
  return places.map((place) => ({
    visit_uv: Number(row?.[`uv_${place}`] ?? 0),
    visit_uv_new: Number(row?.[`new_${place}`] ?? 0),
  }));
}
