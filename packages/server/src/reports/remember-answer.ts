import { madeFromOf } from '@minilens/store/ask';
import type { listBuckets } from '@minilens/store/buckets';
import type { KeptAnswers } from '@minilens/store/kept-answers';
import type { Question } from '@minilens/store/question';

/**
 * What was answered to the same question before, where it is about hours that are all rolled up and none of them changed.
 * A screen asks for yesterday beside today again and again, and whoever comes back to one asks for all of it.
 *
 * @param kind what is answered, since several routes answer about the same question.
 * @param list of questions that are asked together, the same.
 */
export function rememberAnswer<Answer>(
  keptAnswers: Pick<KeptAnswers, 'remembered'>,
  kind: string,
  { app, from, to, ...what }: Question & { releases?: number },
  find: () => Promise<Answer>,
  list?: typeof listBuckets,
): Promise<Answer> {
  // A release is as old as its first session ever.
  const madeFrom = what.releases === undefined ? madeFromOf({ from, metrics: what.metrics }) : 0;
  const asked = { app, question: `${kind} ${JSON.stringify(what)}`, start: from, end: to, madeFrom };
  return keptAnswers.remembered(asked, find, list);
}
