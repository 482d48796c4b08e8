import { listBuckets, planBuckets } from './buckets.js';
import { type Store, selectRows } from './connect.js';
import { isTime, type NumberColumn, type TimeName } from './dimensions.js';
import { METRICS, type MetricName } from './metrics.js';
import { askPeriod } from './periods.js';
import type { BucketPlan, DimensionName, Question } from './question.js';
import type { SourceName } from './sources.js';
import { type Statement, toSql } from './to-sql.js';

/** Times are Unix ms, names are text, metrics are numbers or `null` where there was nothing to rate. */
export type AnswerRow<M extends MetricName, D extends DimensionName> = {
  [K in D]: K extends TimeName | NumberColumn ? number : string;
} & { [K in M]: (typeof METRICS)[K]['empty'] extends 0 ? number : number | null };

/**
 * Answers a question from rollups where they are current and from events where they are not.
 *
 * @param list of questions that are asked together, the same.
 */
export async function ask<M extends MetricName, D extends DimensionName = never>(
  store: Store,
  question: Question<M, D>,
  list = listBuckets,
): Promise<AnswerRow<M, D>[]> {
  const ofPeriod = await askPeriod(store, question);
  if (ofPeriod !== undefined) return [ofPeriod as AnswerRow<M, D>];
  return answerBy(store, question, await planFor(store, question, list));
}

/** Which rollups a question reads, and of which hours it reads events. */
export async function planFor<M extends MetricName, D extends DimensionName>(
  store: Store,
  { app, from, to, metrics }: Question<M, D>,
  list = listBuckets,
): Promise<BucketPlan> {
  return planBuckets(await list(store, app, madeFromOf({ from, metrics }), to), from);
}

/** First hour whose numbers can change the answer, Unix ms: whoever is new may have been there in any earlier one. */
export const madeFromOf = ({ from, metrics }: { from: number; metrics: readonly MetricName[] }): number =>
  metrics.some((name) => OF_NEWCOMERS.has(METRICS[name].source)) ? 0 : from;

const OF_NEWCOMERS: ReadonlySet<SourceName> = new Set(['newcomers', 'newcomerModels']);

/** Answers a question from these rollups and hours. */
export async function answerBy<M extends MetricName, D extends DimensionName>(
  store: Store,
  question: Question<M, D>,
  plan: BucketPlan,
): Promise<AnswerRow<M, D>[]> {
  const { query, query_params } = statementFor(store, question as unknown as Question, plan);
  const rows = await selectRows<Record<string, unknown>>(store, query, query_params);
  return rows.map((row) => toAnswer(row) as AnswerRow<M, D>);
}

/** The same for one page of the answer, and how many rows there are in all. */
export async function askPage<M extends MetricName, D extends DimensionName = never>(
  store: Store,
  question: Question<M, D> & { limit: number },
  list = listBuckets,
): Promise<{ rows: AnswerRow<M, D>[]; total: number }> {
  const { offset = 0, limit, by = [], fill } = question;
  // Rows that fill gaps are made last, and a question without dimensions has one row.
  if (by.length === 0 || fill) {
    const rows = await ask(store, question, list);
    const isLast = rows.length < limit && (rows.length > 0 || offset === 0);
    return { rows, total: isLast ? offset + rows.length : await askCount(store, question, list) };
  }
  const plan = await planFor(store, question, list);
  const { query, query_params } = statementFor(store, question as unknown as Question, plan, { withTotal: true });
  const found = await selectRows<Record<string, unknown> & { total: number | string }>(store, query, query_params);
  const rows = found.map(({ total: _, ...row }) => toAnswer(row) as AnswerRow<M, D>);
  const [first] = found;
  if (first !== undefined) return { rows, total: Number(first.total) };
  return { rows, total: offset === 0 ? 0 : await askCount(store, question, list) };
}

/** How many rows a question without limit would have given. */
async function askCount<M extends MetricName, D extends DimensionName>(
  store: Store,
  question: Question<M, D>,
  list: typeof listBuckets,
): Promise<number> {
  const { sort: _, limit: __, offset: ___, ...whole } = question as unknown as Question;
  // A row is there for whatever any source has, so one metric of each tells.
  const metrics = new Map(whole.metrics.map((name) => [METRICS[name].source, name]));
  const { query, query_params } = statementFor(
    store,
    { ...whole, metrics: [...metrics.values()] },
    await planFor(store, whole, list),
  );
  const [row] = await selectRows<{ rows: number | string }>(
    store,
    `SELECT count() AS rows FROM (${query})`,
    query_params,
  );
  return Number(row?.rows ?? 0);
}

const statementFor = (
  store: Store,
  question: Question,
  plan: BucketPlan,
  options?: { withTotal: boolean },
): Statement => toSql(question, plan, (select) => store.everywhere(select), options);

function toAnswer(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([key, value]) => {
      if (isTime(key)) return [key, Number(value) * 1000];
      return [key, key in METRICS && value !== null ? Number(value) : value];
    }),
  );
}
