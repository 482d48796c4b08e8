import { execute, type Store, selectRows } from './connect.js';

/**
 * Answers about times that are over, kept as they were given: what takes long to add up is added up once. One counts as
 * long as the rollups it was made from are in force, so nothing ever has to take it back.
 */

/** What was asked. Moments are Unix ms, full hours. */
export interface KeptQuestion {
  app: string;
  /** Name of the question. What else it depends on belongs to the name. */
  question: string;
  start: number;
  end: number;
  /** First hour whose numbers can change the answer: 0 where it speaks of new users, whom any earlier hour may take away. */
  madeFrom: number;
}

/** The hours of an app before `end`, each with the id of its rollup in force and whether it waits for another. */
const hours = `SELECT hour, sum(loads) > max(rollup).2 AS dirty, max(rollup).1 AS rollup_id
  FROM buckets WHERE app = {app:String} AND hour >= toDateTime({madeFrom:Int64}, 'UTC') AND hour < toDateTime({end:Int64}, 'UTC')
  GROUP BY hour`;

const params = ({ app, question, start, end, madeFrom }: KeptQuestion) => ({
  ...{ app, question, start: start / 1000, end: end / 1000, madeFrom: madeFrom / 1000 },
});

/** The answer as it was kept; undefined where none was, or it no longer counts. */
export async function readKept<Answer>(store: Store, asked: KeptQuestion): Promise<Answer | undefined> {
  const [row] = await selectRows<{ answer: string; isCurrent: number }>(
    store,
    `SELECT max(answer) AS answer, sum(made_of) = sum(in_force) AND sum(dirty) = 0 AS isCurrent
    FROM ${store.everywhere(`SELECT answer, rollups AS made_of, toUInt128(0) AS in_force, 0 AS dirty FROM kept_answers FINAL
      WHERE app = {app:String} AND question = {question:String}
        AND start = toDateTime({start:Int64}, 'UTC') AND end = toDateTime({end:Int64}, 'UTC')
      UNION ALL
      SELECT '' AS answer, toUInt128(0) AS made_of, sum(toUInt128(rollup_id)) AS in_force, countIf(dirty) AS dirty
      FROM (${hours})`)}
    SETTINGS compile_expressions = 0, compile_aggregate_expressions = 0, max_threads = 1`,
    params(asked),
  );
  // An app without hours has nothing in force either.
  if (row === undefined || row.answer === '' || Number(row.isCurrent) !== 1) return undefined;
  return JSON.parse(row.answer) as Answer;
}

/** A question that is asked again and again, and how its answer is found. */
export interface StandingQuestion extends KeptQuestion {
  find(): Promise<unknown>;
}

/**
 * Finds and keeps the answers to those of an app's questions that have none which counts, in their order, and at most so
 * many. Nothing may be rolled up meanwhile. What is loaded meanwhile makes its hour dirty, and the answer does not count
 * until it is found again.
 *
 * @param app all questions are about it.
 * @returns how many were found.
 */
export async function keepAnswers(
  store: Store,
  app: string,
  questions: readonly StandingQuestion[],
  { atMost, stopping }: { atMost: number; stopping?: AbortSignal },
): Promise<number> {
  const end = Math.max(0, ...questions.map((question) => question.end));
  const inForce = await selectRows<{ hour: number; dirty: number; id: string }>(
    store,
    `SELECT toUnixTimestamp(hour) AS hour, max(dirty) AS dirty, toString(sum(toUInt128(rollup_id))) AS id
    FROM ${store.everywhere(hours)} GROUP BY hour ORDER BY hour`,
    { app, madeFrom: 0, end: end / 1000 },
  );
  if (inForce.length === 0) return 0;
  const kept = await selectRows<{ question: string; start: number; end: number; rollups: string }>(
    store,
    `SELECT question, toUnixTimestamp(start) AS start, toUnixTimestamp(end) AS end, toString(rollups) AS rollups
    FROM ${store.everywhere('SELECT question, start, end, rollups FROM kept_answers FINAL WHERE app = {app:String}')}`,
    { app },
  );
  const madeOf = new Map(kept.map((row) => [nameOf(row.question, Number(row.start), Number(row.end)), row.rollups]));
  const before = sumsBefore(inForce);
  let found = 0;
  for (const asked of questions) {
    if (found >= atMost || stopping?.aborted) break;
    const [first, last] = [before(asked.madeFrom), before(asked.end)];
    if (last.hours === first.hours || last.dirty > first.dirty) continue;
    const rollups = String(last.ids - first.ids);
    if (madeOf.get(nameOf(asked.question, asked.start / 1000, asked.end / 1000)) === rollups) continue;
    const answer = JSON.stringify(await asked.find());
    const [shard] = await store.shards();
    await execute(
      shard as Store,
      `INSERT INTO kept_answers (app, question, start, end, rollups, answer)
      SELECT {app:String}, {question:String}, toDateTime({start:Int64}, 'UTC'), toDateTime({end:Int64}, 'UTC'),
        toUInt128({rollups:String}), {answer:String}`,
      { ...params(asked), rollups, answer },
    );
    found += 1;
  }
  return found;
}

/** Of ascending hours: how many lie before a moment (Unix ms), how many of these are dirty, and the sum of their ids. */
function sumsBefore(rows: readonly { hour: number; dirty: number; id: string }[]) {
  const sums = [{ hours: 0, dirty: 0, ids: 0n }];
  for (const { dirty, id } of rows) {
    const last = sums.at(-1) as (typeof sums)[number];
    sums.push({ hours: last.hours + 1, dirty: last.dirty + Number(dirty), ids: last.ids + BigInt(id) });
  }
  return (moment: number) => {
    let [low, high] = [0, rows.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (Number(rows[middle]?.hour) * 1000 < moment) low = middle + 1;
      else high = middle;
    }
    return sums[low] as (typeof sums)[number];
  };
}

const nameOf = (question: string, start: number, end: number) => `${question} ${start} ${end}`;
