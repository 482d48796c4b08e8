import { isDeepStrictEqual } from 'node:util';
import { LRUCache } from 'lru-cache';
import { type AnswerRow, answerBy, planFor } from './ask.js';
import type { Store } from './connect.js';
import type { MetricName } from './metrics.js';
import { askPeriod } from './periods.js';
import type { BucketPlan, DimensionName, Question } from './question.js';

/** Hours that are remembered, of all plans together. */
const MAX_HOURS = 100_000;

export type AskAgain = <M extends MetricName, D extends DimensionName = never>(
  question: Question<M, D>,
) => Promise<AnswerRow<M, D>[]>;

/**
 * Asks as `ask` does, for programs that ask about the same times again and again, most of which are over. A question is put
 * to the rollups that it was put to the last time, and beside that it is looked up which are in force. Where these are
 * others, what was answered is thrown away and the question is put to them.
 *
 * @param store over two connections at least, or the one waits for the other.
 */
export function createAskAgain(store: Store): AskAgain {
  const plans = new LRUCache<string, BucketPlan>({
    maxSize: MAX_HOURS,
    sizeCalculation: ({ rollupIds, dirtyHours }) => 1 + rollupIds.length + dirtyHours.length,
  });
  return async (question) => {
    const ofPeriod = await askPeriod(store, question);
    if (ofPeriod !== undefined) return [ofPeriod as never];
    const { app, from, to, metrics } = question;
    const key = JSON.stringify([app, from, to, metrics]);
    const known = plans.get(key);
    if (known !== undefined) {
      const [rows, plan] = await Promise.all([answerBy(store, question, known), planFor(store, question)]);
      if (isDeepStrictEqual(plan, known)) return rows;
      // What changes while it is asked about would be asked for twice each time.
      plans.delete(key);
      return answerBy(store, question, plan);
    }
    const plan = await planFor(store, question);
    plans.set(key, plan);
    return answerBy(store, question, plan);
  };
}
