import type { Filters, QuestionBody, QuestionsBody } from '@minilens/wire/questions';
import type { Grain } from '../../trend/trend';

interface Days {
  from: string;
  to: string;
}

interface Narrowed {
  asked: Days;
  before: Days;
  /** The range in whole weeks or months where the trend is by them. */
  trended: Days;
  grain: Grain;
  filters: Filters | undefined;
}

/** What there is to know of visits in all. */
export const VISIT_METRICS = [
  'session_cnt',
  'visit_pv',
  'visit_uv',
  'visit_uv_new',
  'stay_time_session',
  'stay_time_uv',
  'visit_depth',
] as const;

export const trendQuestions = (screen: Narrowed): QuestionsBody => figuresAndTrend(VISIT_METRICS, screen);

/** What there is to know of a page. */
export const PAGE_METRICS = [
  'page_visit_pv',
  'page_visit_uv',
  'page_staytime_pv',
  'entrypage_pv',
  'exitpage_pv',
  'share_pv',
  'share_uv',
] as const;
export type PageMetric = (typeof PAGE_METRICS)[number];

/** One page: whatever pages the screen is narrowed to, it is about this one. */
export const pageQuestions = (page: string, { filters, ...screen }: Narrowed): QuestionsBody =>
  figuresAndTrend(PAGE_METRICS, { ...screen, filters: { ...filters, page: [page] } });

function figuresAndTrend(metrics: readonly string[], { asked, before, trended, grain, filters }: Narrowed) {
  return {
    ...asked,
    ...(filters && { filters }),
    questions: {
      figures: { metrics: [...metrics] },
      figuresBefore: { ...before, metrics: [...metrics] },
      trend: { ...trended, metrics: [...metrics], by: [grain], fill: true },
    },
  } satisfies QuestionsBody;
}

/** The most rows of an answer. */
export const MAX_ROWS = 1_000;

export const pagesQuestions = ({ asked, filters }: Pick<Narrowed, 'asked' | 'filters'>): QuestionsBody => ({
  ...asked,
  ...(filters && { filters }),
  questions: {
    pages: {
      metrics: [...PAGE_METRICS],
      by: ['page'],
      sort: { by: 'page_visit_pv', order: 'desc' },
      limit: MAX_ROWS,
    },
  },
});

export const sourcesQuestions = ({ asked, filters }: Pick<Narrowed, 'asked' | 'filters'>): QuestionsBody => ({
  ...asked,
  ...(filters && { filters }),
  questions: {
    scenes: {
      metrics: ['session_cnt'],
      by: ['scene'],
      sort: { by: 'session_cnt', order: 'desc' },
      limit: MAX_ROWS,
    },
  },
});

/** The trend of each of these channels, under its number. A channel can be narrowed to, and not split by. */
export const channelQuestions = (
  channels: readonly number[],
  { trended, grain, filters }: Pick<Narrowed, 'trended' | 'grain' | 'filters'>,
): QuestionsBody => ({
  ...trended,
  questions: Object.fromEntries(
    channels.map((channel): [string, QuestionBody] => [
      String(channel),
      { metrics: ['session_cnt'], by: [grain], filters: { ...filters, channel: [channel] }, fill: true },
    ]),
  ),
});

export const lengthsQuestions = ({ asked, filters }: Pick<Narrowed, 'asked' | 'filters'>): QuestionsBody => ({
  ...asked,
  ...(filters && { filters }),
  questions: {
    stays: { metrics: ['access_session_cnt'], by: ['stay_s'] },
    depths: { metrics: ['access_session_cnt'], by: ['depth'] },
  },
});
