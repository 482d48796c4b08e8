import { ask } from '@minilens/store/ask';
import { askParts, metricsOf, type PartsRow } from '@minilens/store/ask-parts';
import type { Store } from '@minilens/store/connect';
import type { KeptAnswers, KeptQuestion, StandingQuestion } from '@minilens/store/kept-answers';
import type { MetricName } from '@minilens/store/metrics';
import { askRetention, type Retained } from '@minilens/store/retention';
import { inChina, type Period } from '@minilens/wechat/china-date';
import type { DailySummary } from '@minilens/wechat/daily-summary';
import type { InterfaceSummary } from '@minilens/wechat/interface-summary';
import { VISIT_PAGE_LIMIT, type VisitPage } from '@minilens/wechat/visit-page';
import type { VisitTrend } from '@minilens/wechat/visit-trend';
import { CHINA_ZONE } from './china-day.js';
import { type RetainUnit, retainPeriods } from './retain-periods.js';

/** Only measurements of such devices. */
export interface DeviceFilter {
  platform?: readonly string[];
  level?: readonly number[];
  network?: readonly string[];
}

/** Users of a platform or a model, and how many of them are new. */
export interface DeviceUsers {
  word: string;
  users: number;
  newUsers: number;
}

/** Sessions by the scene they were opened with, and by their length. */
export interface Distribution {
  scenes: { scene: number; sessions: number }[];
  /** Whole seconds, rounded down, and distinct pages; 101 and 11 stand for more. */
  lengths: { staySeconds: number; depth: number; sessions: number }[];
}

/** The questions behind the analysis APIs, each asked of the metric catalogue. Periods are full hours, moments Unix ms. */
export interface Analysis {
  /** Of the sessions that start in the period; zeros where there are none. */
  visitTrend(appid: string, period: Period): Promise<VisitTrend>;
  /** `visit_total` is `visit_uv_new` over all time up to the end of the day. */
  dailySummary(appid: string, day: Period): Promise<DailySummary>;
  /** @param periods the one asked for, and later ones, in the order of their keys. */
  retention(appid: string, unit: RetainUnit, periods: readonly Period[]): Promise<Retained[]>;
  distribution(appid: string, day: Period): Promise<Distribution>;
  /** The most viewed first, at most `VISIT_PAGE_LIMIT`. */
  visitPages(appid: string, day: Period): Promise<VisitPage[]>;
  portrait(appid: string, period: Period): Promise<{ platforms: DeviceUsers[]; models: DeviceUsers[] }>;
  /** A row for every day, also for those without data: null is not known. */
  performance<M extends MetricName>(
    appid: string,
    period: Period,
    metrics: readonly M[],
    filter: DeviceFilter,
  ): Promise<({ day: number } & { [K in M]: number | null })[]>;
  /** Of the days or hours with any, ascending. */
  deliveries(appid: string, period: Period, by: 'day' | 'hour'): Promise<({ at: number } & InterfaceSummary)[]>;
}

const TREND = [
  'session_cnt',
  'visit_pv',
  'visit_uv',
  'visit_uv_new',
  'stay_time_uv',
  'stay_time_session',
  'visit_depth',
] as const;

const PAGE = [
  'page_visit_pv',
  'page_visit_uv',
  'page_staytime_pv',
  'entrypage_pv',
  'exitpage_pv',
  'share_pv',
  'share_uv',
] as const;

const DELIVERIES = ['callback_count', 'fail_count', 'total_time_cost', 'max_time_cost'] as const;

const DEVICE_FILTERS = ['platform', 'level', 'network'] as const;

const DAY_MS = 86_400_000;

/** The days up to a moment whose answers are kept ahead of being asked. Unit: days. */
const KEPT_DAYS = 400;

/** The weeks and months, too. */
const KEPT_WEEKS = 26;
const KEPT_MONTHS = 13;

const PORTRAIT_DAYS = [1, 7, 30];

export function createAnalysis(store: Store, { kept, known }: KeptAnswers): Analysis {
  const find = createFinders(store);
  return {
    visitTrend: (app, period) => kept(QUESTIONS.visitTrend(app, period), () => find.visitTrend(app, period)),
    dailySummary: (app, day) => kept(QUESTIONS.dailySummary(app, day), () => find.dailySummary(app, day)),
    retention: (app, unit, periods) =>
      kept(QUESTIONS.retention(app, unit, periods), () => find.retention(app, unit, periods)),
    distribution: (app, day) => kept(QUESTIONS.distribution(app, day), () => find.distribution(app, day)),
    visitPages: (app, day) => kept(QUESTIONS.visitPages(app, day), () => find.visitPages(app, day)),
    portrait: (app, period) => kept(QUESTIONS.portrait(app, period), () => find.portrait(app, period)),
    performance: async (app, period, metrics, filter) => {
      const days = daysOf(period);
      const kindsOf = await known<PartsRow[]>(days.map((day) => QUESTIONS.devices(app, day)));
      const unknown = days.filter((_, index) => kindsOf[index] === undefined);
      const [first, last] = [unknown[0], unknown.at(-1)];
      const asked =
        first && last ? await find.performance(app, { from: first.from, to: last.to }, metrics, filter) : [];
      const fits = (kind: PartsRow) => DEVICE_FILTERS.every((name) => isAnyOf(filter[name], kind[name]));
      return days.map(({ from }, index) => {
        const kinds = kindsOf[index];
        if (kinds !== undefined) return { day: from, ...metricsOf(metrics, kinds.filter(fits)) };
        // A question that fills gaps has a row for every day.
        return asked.find(({ day }) => day === from) as (typeof asked)[number];
      });
    },
    deliveries: (app, period, by) =>
      kept(QUESTIONS.deliveries(app, period, by), () => find.deliveries(app, period, by)),
  };
}

/** What is asked again and again of times that are over, the newest first: to be kept, so that who asks does not wait. */
export function standingQuestions(store: Store, appid: string, nowMs: number): StandingQuestion[] {
  const find = createFinders(store);
  const today = inChina(nowMs).startOf('day').toMillis();
  const days = Array.from({ length: KEPT_DAYS }, (_, ago) => ({
    from: today - (ago + 1) * DAY_MS,
    to: today - ago * DAY_MS,
  }));
  const thisWeek = inChina(nowMs).startOf('week');
  const thisMonth = inChina(nowMs).startOf('month');
  const starts: [RetainUnit, number][] = [
    ...days.map(({ from }): [RetainUnit, number] => ['daily', from]),
    ...Array.from({ length: KEPT_WEEKS }, (_, ago): [RetainUnit, number] => [
      'weekly',
      thisWeek.minus({ weeks: ago + 1 }).toMillis(),
    ]),
    ...Array.from({ length: KEPT_MONTHS }, (_, ago): [RetainUnit, number] => [
      'monthly',
      thisMonth.minus({ months: ago + 1 }).toMillis(),
    ]),
  ];
  const questions: StandingQuestion[] = [
    ...PORTRAIT_DAYS.map((howMany) => {
      const period = { from: today - howMany * DAY_MS, to: today };
      return { ...QUESTIONS.portrait(appid, period), find: () => find.portrait(appid, period) };
    }),
    ...days.flatMap((day) => [
      { ...QUESTIONS.dailySummary(appid, day), find: () => find.dailySummary(appid, day) },
      { ...QUESTIONS.distribution(appid, day), find: () => find.distribution(appid, day) },
      { ...QUESTIONS.visitPages(appid, day), find: () => find.visitPages(appid, day) },
      { ...QUESTIONS.devices(appid, day), find: () => find.devices(appid, day) },
      ...(['day', 'hour'] as const).map((by) => ({
        ...QUESTIONS.deliveries(appid, day, by),
        find: () => find.deliveries(appid, day, by),
      })),
    ]),
    ...starts.flatMap(([unit, from]) => {
      const periods = retainPeriods(unit, from, nowMs);
      const [first] = periods;
      if (first === undefined) return [];
      return [
        { ...QUESTIONS.visitTrend(appid, first), find: () => find.visitTrend(appid, first) },
        { ...QUESTIONS.retention(appid, unit, periods), find: () => find.retention(appid, unit, periods) },
      ];
    }),
  ];
  return questions.sort((a, b) => b.end - a.end);
}

/** What answers are kept under, and the first hour that matters to them. */
const QUESTIONS = {
  visitTrend: (app: string, { from, to }: Period): KeptQuestion => ({
    ...{ app, question: 'visit trend', start: from, end: to, madeFrom: 0 },
  }),
  dailySummary: (app: string, { from, to }: Period): KeptQuestion => ({
    ...{ app, question: 'daily summary', start: from, end: to, madeFrom: 0 },
  }),
  distribution: (app: string, { from, to }: Period): KeptQuestion => ({
    ...{ app, question: 'visit distribution', start: from, end: to, madeFrom: from },
  }),
  visitPages: (app: string, { from, to }: Period): KeptQuestion => ({
    ...{ app, question: 'visit pages', start: from, end: to, madeFrom: from },
  }),
  portrait: (app: string, { from, to }: Period): KeptQuestion => ({
    ...{ app, question: 'portrait', start: from, end: to, madeFrom: 0 },
  }),
  retention: (app: string, unit: RetainUnit, periods: readonly Period[]): KeptQuestion => ({
    ...{ app, question: `${unit} retention`, madeFrom: 0 },
    start: Math.min(...periods.map(({ from }) => from)),
    end: Math.max(...periods.map(({ to }) => to)),
  }),
  devices: (app: string, { from, to }: Period): KeptQuestion => ({
    ...{ app, question: 'performance by device', start: from, end: to, madeFrom: from },
  }),
  deliveries: (app: string, { from, to }: Period, by: string): KeptQuestion => ({
    ...{ app, question: `deliveries by ${by}`, start: from, end: to, madeFrom: from },
  }),
};

const isAnyOf = <T>(wanted: readonly T[] | undefined, value: T) => wanted === undefined || wanted.includes(value);

/** The days of a period of whole days. */
const daysOf = ({ from, to }: Period): Period[] =>
  Array.from({ length: Math.round((to - from) / DAY_MS) }, (_, n) => ({
    from: from + n * DAY_MS,
    to: from + (n + 1) * DAY_MS,
  }));

/** Each question, asked anew. */
function createFinders(store: Store): Analysis & {
  /** What devices measured on a day, by kind of device. */
  devices(appid: string, day: Period): Promise<PartsRow[]>;
} {
  const about = (appid: string, { from, to }: Period) => ({ app: appid, from, to, timezone: CHINA_ZONE });
  /** A question without dimensions has one row. */
  async function askOne<M extends MetricName>(appid: string, period: Period, metrics: readonly M[]) {
    const [row] = await ask(store, { ...about(appid, period), metrics });
    if (row === undefined) throw new Error(`A question about ${appid} had no answer`);
    return row;
  }
  async function usersBy(appid: string, period: Period, by: 'platform' | 'model'): Promise<DeviceUsers[]> {
    const metrics = ['portrait_uv', 'portrait_uv_new'] as const;
    const rows = await ask(store, { ...about(appid, period), metrics, by: [by] });
    return rows.map((row) => ({ word: row[by], users: row.portrait_uv, newUsers: row.portrait_uv_new }));
  }
  return {
    visitTrend: (appid, period) => askOne(appid, period, TREND),
    dailySummary: async (appid, day) => {
      const { visit_uv_new } = await askOne(appid, { from: 0, to: day.to }, ['visit_uv_new']);
      const shares = await askOne(appid, day, ['share_pv', 'share_uv']);
      return { visit_total: visit_uv_new, ...shares };
    },
    retention: (appid, _unit, periods) => askRetention(store, appid, periods),
    distribution: async (appid, day) => {
      const metrics = ['access_session_cnt'] as const;
      const scenes = await ask(store, { ...about(appid, day), metrics: ['session_cnt'], by: ['scene'] });
      const lengths = await ask(store, { ...about(appid, day), metrics, by: ['stay_s', 'depth'] });
      return {
        scenes: scenes.map(({ scene, session_cnt }) => ({ scene: Number(scene), sessions: session_cnt })),
        lengths: lengths.map(({ stay_s, depth, access_session_cnt }) => ({
          ...{ staySeconds: Number(stay_s), depth: Number(depth), sessions: access_session_cnt },
        })),
      };
    },
    visitPages: async (appid, day) => {
      const rows = await ask(store, {
        ...{ ...about(appid, day), metrics: PAGE, by: ['page'] as const, limit: VISIT_PAGE_LIMIT },
        sort: { by: 'page_visit_pv', order: 'desc' },
      });
      return rows.map(({ page, share_pv, share_uv, ...numbers }) => ({
        ...{ page_path: page, ...numbers, page_share_pv: share_pv, page_share_uv: share_uv },
      }));
    },
    portrait: async (appid, period) => ({
      platforms: await usersBy(appid, period, 'platform'),
      models: await usersBy(appid, period, 'model'),
    }),
    performance: async (appid, period, metrics, filter) => {
      // biome-ignore lint/suspicious/noExplicitAny: the row of a question whose metrics are named by the caller
      const rows: any[] = await ask(store, { ...about(appid, period), metrics, by: ['day'], filter, fill: true });
      return rows;
    },
    devices: async (appid, day) => {
      const about = { app: appid, ...day };
      return [...(await askParts(store, 'devicePerformance', about)), ...(await askParts(store, 'launches', about))];
    },
    deliveries: async (appid, period, by) => {
      const rows = await ask(store, { ...about(appid, period), metrics: DELIVERIES, by: [by] });
      return rows.map(({ [by]: at, ...numbers }) => ({ at: Number(at), ...numbers }) as never);
    },
  };
}
