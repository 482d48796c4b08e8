import type {
  AnswerRows,
  Answers,
  Catalogue,
  FilterValues,
  QuestionBody,
  QuestionsBody,
  Release,
} from '@minilens/wire/questions';
import type { Range } from '@minilens/wire/report-api';
import { interfaceRows } from './fake-interfaces.ts';
import { VISITS_OF_CATALOGUE, visitRows } from './fake-visits.ts';

const HOUR_MS = 3_600_000;
const STEP_MS: Record<string, number> = { hour: HOUR_MS, day: 24 * HOUR_MS, week: 168 * HOUR_MS, month: 720 * HOUR_MS };

/** What things are called in the fake app. */
const WORDS: Record<string, readonly (string | number)[]> = {
  name: ['requestPayment', 'scanCode', 'login', 'previewImage', 'chooseAddress'],
  outcome: ['success', 'fail', 'cancel'],
  version: ['2.14.0', '2.13.2', '2.13.1', ''],
  env: ['release', 'trial', 'develop'],
  platform: ['ios', 'android', 'ohos', 'devtools'],
  level: [1, 2, 3],
  network: ['wifi', '5g', '4g', 'none'],
  wechat: ['8.0.54', '8.0.53'],
  sdk: ['3.7.1', '3.6.6'],
  scene: [1001, 1011, 1037, 1089],
  channel: [1, 4, 22, 15, 10],
  method: ['GET', 'POST'],
  host: ['api.shop.example', 'cdn.shop.example', 'pay.shop.example'],
  path: ['/orders/:id', '/cart', '/products', '/pay/prepare'],
  issue: ['7f3a91c2', '1be04d77', 'c0ffee42'],
  error: ['TypeError', 'Error', 'unhandledRejection'],
  message: ["Cannot read property 'price' of undefined", 'order :id is gone', 'timeout'],
  frame: ['pages/order/confirm.js:confirm', 'utils/cart.js:sum', ''],
  agent: ['0.1.0'],
  reason: ['too_old', 'invalid_event'],
  page: ['pages/index/index', 'pages/product/detail', 'pages/order/confirm', 'pages/mine/mine'],
  model: ['iPhone 15', 'HUAWEI MATE 60', 'Redmi Note 12'],
  stay_s: [0, 3, 12, 40, 101],
  depth: [1, 2, 3, 5, 11],
};

/** Answers to any question, the same for the same question; typed by the same contract as the server. */
export function answerQuestions(
  body: QuestionsBody,
  rangeOf: (from: string, to: string) => Range,
  nowMs: number,
): Answers {
  return {
    answers: Object.fromEntries(
      Object.entries(body.questions).map(([name, question]) => {
        const range = rangeOf(question.from ?? body.from, question.to ?? body.to);
        const rows = rowsOf({ ...question, filters: { ...body.filters, ...question.filters } }, range, nowMs);
        const { offset = 0, limit = 1_000 } = question;
        const { releases } = question;
        return [
          name,
          {
            ...{ range, rows: rows.slice(offset, offset + limit), total: rows.length },
            ...(releases && { releases: fakeReleases(nowMs).slice(0, releases) }),
          },
        ];
      }),
    ),
  };
}

const fakeReleases = (nowMs: number): Release[] =>
  ['2.14.0', '2.13.2', '2.13.1'].map((version, index) => ({
    version,
    firstAt: nowMs - (2 + 12 * index) * 24 * HOUR_MS,
    sessions: 18_204 >> index,
    users: 9_120 >> index,
  }));

function rowsOf(question: QuestionBody, range: Range, nowMs: number): AnswerRows {
  const { metrics, by = [], sort } = question;
  const keys = by.reduce<AnswerRows>(
    (rows, dimension) =>
      rows.flatMap((row) => valuesOf(dimension, range).map((value) => ({ ...row, [dimension]: value }))),
    [{}],
  );
  const made = keys.map((key) => ({
    ...key,
    ...Object.fromEntries(
      metrics.map((metric) => [metric, isAhead(key, nowMs) ? 0 : figureOf(metric, JSON.stringify(key), range)]),
    ),
  })) as AnswerRows;
  const rows = visitRows(question, range, nowMs) ?? interfaceRows(question, range, nowMs) ?? made;
  if (sort === undefined) return rows;
  const sign = sort.order === 'asc' ? 1 : -1;
  return rows.sort((a, b) => sign * compare(a[sort.by], b[sort.by]));
}

const compare = (a: unknown, b: unknown) =>
  typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b));

const isAhead = (key: AnswerRows[number], nowMs: number) =>
  Object.entries(key).some(([name, value]) => name in STEP_MS && Number(value) > nowMs);

function valuesOf(dimension: string, range: Range): readonly (string | number)[] {
  const step = STEP_MS[dimension];
  if (step === undefined) return WORDS[dimension] ?? [''];
  return Array.from({ length: Math.ceil((range.to - range.from) / step) }, (_, index) => range.from + index * step);
}

/** From the name alone: rates below 100, moments lately, durations of some hundred ms. */
function figureOf(metric: string, key: string, range: Range): number {
  const seed = [...`${metric}${key}`].reduce((sum, sign) => (sum * 31 + sign.charCodeAt(0)) % 9_973, 7) / 9_973;
  if (/Rate|rate|Percent/.test(metric)) return Math.round((90 + 10 * seed) * 100) / 100;
  if (metric.endsWith('At')) return Math.round(range.to - seed * 5 * HOUR_MS);
  if (/Ms$|appLaunch|costtime|firstRender|evaluateScript|downloadPackage/.test(metric))
    return Math.round(80 + 900 * seed);
  if (/error|fail|abort/i.test(metric)) return Math.round(seed * 30);
  return Math.round(20 + 4_000 * seed);
}

export const fakeFilterValues = (range: Range): FilterValues => ({
  range,
  values: Object.fromEntries(
    ['version', 'env', 'platform', 'level', 'network', 'wechat', 'sdk', 'channel', 'page'].map((name) => [
      name,
      (WORDS[name] ?? []).map((value, index) => ({ value, sessions: 9_000 >> index })),
    ]),
  ),
});

/** Of others nothing: their names stand for themselves then. */
export const fakeCatalogue = (): Catalogue => ({ metrics: VISITS_OF_CATALOGUE });
