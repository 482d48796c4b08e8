import type { AnswerRows, Catalogue, QuestionBody, Retention } from '@minilens/wire/questions';
import type { Paths } from '@minilens/wire/records';
import type { Range } from '@minilens/wire/report-api';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

const named = (name: string, en: string, zh: string, unit = 'count'): Catalogue['metrics'][number] => ({
  ...{ name, unit, zh, en, meaning: `What ${name} means, in a sentence.`, meaningZh: `${name} 的含义。` },
  ...{ by: [], byEvents: [], filters: [] },
});

/** What the catalogue says of visits. */
export const VISITS_OF_CATALOGUE: Catalogue['metrics'] = [
  named('session_cnt', 'Opens', '打开次数'),
  named('visit_pv', 'Page views', '访问次数'),
  named('visit_uv', 'Users', '访问人数'),
  named('visit_uv_new', 'New users', '新用户数'),
  named('stay_time_uv', 'Stay per user', '人均停留时长', 'seconds'),
  named('stay_time_session', 'Stay per open', '次均停留时长', 'seconds'),
  named('visit_depth', 'Depth', '平均访问深度', 'pages'),
  named('page_visit_pv', 'Views of a page', '页面访问次数'),
  named('page_visit_uv', 'Users of a page', '页面访问人数'),
  named('page_staytime_pv', 'Stay per view of a page', '页面次均停留时长', 'seconds'),
  named('entrypage_pv', 'Entries', '进入页次数'),
  named('exitpage_pv', 'Exits', '退出页次数'),
  named('share_pv', 'Shares', '转发次数'),
  named('share_uv', 'Users who shared', '转发人数'),
  named('access_session_cnt', 'Opens by length', '打开次数（按停留与深度）'),
];

/** How much of all sessions a time, scene, page, stay or depth has. */
const SHARES: Record<string, Record<string, number>> = {
  scene: { 1001: 0.34, 1089: 0.2, 1011: 0.17, 1047: 0.06, 1037: 0.09, 1038: 0.02, 1007: 0.08, 1058: 0.03, 1000: 0.01 },
  channel: { 1: 0.34, 29: 0.2, 4: 0.23, 22: 0.09, 3: 0.08, 23: 0.02, 18: 0.03, 10: 0.01 },
  page: {
    'pages/index/index': 0.46,
    'pages/product/detail': 0.31,
    'pages/cart/cart': 0.12,
    'pages/order/confirm': 0.06,
    'pages/mine/mine': 0.04,
    'packages/activity/pages/anniversary-2026/invite/landing': 0.01,
  },
  stay_s: Object.fromEntries(Array.from({ length: 102 }, (_, s) => [s, s === 101 ? 0.19 : 0.025 * Math.exp(-s / 32)])),
  depth: { 0: 0.01, 1: 0.36, 2: 0.24, 3: 0.14, 4: 0.09, 5: 0.06, 6: 0.04, 8: 0.03, 11: 0.03 },
};

/** Of an hour in which everybody comes. */
const OF_HOUR: Record<string, number> = {
  session_cnt: 410,
  visit_pv: 1_730,
  visit_uv: 260,
  visit_uv_new: 38,
  page_visit_pv: 1_730,
  page_visit_uv: 230,
  entrypage_pv: 410,
  exitpage_pv: 410,
  share_pv: 12,
  share_uv: 9,
  access_session_cnt: 410,
};
const MEANS: Record<string, number> = {
  stay_time_uv: 121.4,
  stay_time_session: 78.2,
  visit_depth: 2.9,
  page_staytime_pv: 18.6,
};
const STEP_HOURS: Record<string, number> = { hour: 1, day: 24, week: 168, month: 720 };

/** Rows of visits; undefined where the question is about something else. */
export function visitRows({ metrics, by = [], filters }: QuestionBody, range: Range, nowMs: number) {
  if (!metrics.every((metric) => metric in OF_HOUR || metric in MEANS)) return undefined;
  const [dimension] = by;
  const step = STEP_HOURS[dimension ?? ''];
  const narrowed = ['channel', 'page'].reduce(
    (share, name) =>
      share *
      (filters?.[name as 'page']?.reduce<number>((sum, value) => sum + (SHARES[name]?.[String(value)] ?? 0), 0) ?? 1),
    1,
  );
  const figures = (from: number, hours: number, share: number) =>
    Object.fromEntries(
      metrics.map((metric) => {
        const wave = 0.8 + 0.25 * Math.sin((from / HOUR_MS) * (step === 1 ? 0.26 : 0.9) + metric.length);
        const mean = MEANS[metric];
        if (mean !== undefined) return [metric, share * narrowed === 0 ? 0 : Math.round(mean * wave * 1e4) / 1e4];
        return [metric, Math.round((OF_HOUR[metric] ?? 0) * hours * wave * share * narrowed)];
      }),
    );
  const isOver = (at: number) => at <= nowMs;
  if (step !== undefined && dimension !== undefined) {
    const rows: AnswerRows = [];
    for (let at = range.from; at < range.to; at += step * HOUR_MS)
      rows.push({ [dimension]: at, ...figures(at, isOver(at) ? Math.min(step, (nowMs - at) / HOUR_MS + 0.1) : 0, 1) });
    return rows;
  }
  const hours = (Math.min(range.to, nowMs) - range.from) / HOUR_MS;
  if (dimension === undefined) return [figures(range.from, hours, 1)];
  return Object.entries(SHARES[dimension] ?? {}).map(([value, share]) => ({
    [dimension]: dimension === 'page' ? value : Number(value),
    ...figures(range.from, hours, share),
  }));
}

export function retentionOf(range: Range, unit: Retention['unit'], nowMs: number): Retention {
  const lengthMs = (STEP_HOURS[unit] ?? 24) * HOUR_MS;
  const over = Math.floor((Math.min(nowMs, range.to) - range.from) / lengthMs);
  const cohorts = Array.from({ length: Math.max(0, Math.min(31, over)) }, (_, index) => {
    const at = range.from + index * lengthMs;
    const users = 2_600 + Math.round(700 * Math.sin(index));
    const reached = Math.min(14, Math.floor((nowMs - at) / lengthMs));
    const again = (start: number, size: number) =>
      Array.from({ length: reached }, (_, later) =>
        later === 0 ? size : Math.round((size * (start + 0.05 * Math.sin(index + later))) / later ** 0.6),
      );
    return { at, retained_uv: again(0.42, users), retained_uv_new: again(0.21, Math.round(users / 7)) };
  });
  return { unit, cohorts };
}

export const pathsOf = (range: Range, page: string): Paths => {
  const others = Object.keys(SHARES.page ?? {}).filter((other) => other !== page);
  const views = Math.round((range.to - range.from) / DAY_MS) * 900;
  const spread = (none: number) =>
    ['', ...others].map((other, index) => ({
      page: other,
      views: Math.round(views * (index === 0 ? none : (1 - none) * 0.5 ** index)),
    }));
  return { range, views, before: spread(0.4), after: spread(0.25) };
};
