import { LRUCache } from 'lru-cache';
import { type Bucket, listBuckets, listBucketsOnce, needsEvents } from './buckets.js';
import { execute, type Store, selectRows } from './connect.js';

/**
 * Answers about times that are over, kept as they were given: what takes long to add up is added up once. One counts as
 * long as the rollups it was made from are in force, so nothing ever has to take it back.
 */

/** Characters of answers that are remembered beside that. */
const MAX_REMEMBERED = 32 * 1024 ** 2;

/** Who asks for a day asks for those beside it: so far around it kept answers are read with it. Unit: s. */
const AROUND_S = 31 * 86_400;

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

const params = ({ app, question, start, end }: KeptQuestion) => ({
  ...{ app, question, start: start / 1000, end: end / 1000 },
});

/** Answers that are not asked for twice. */
export interface KeptAnswers {
  /** Remembered here, or kept, or found now. */
  kept<Answer>(asked: KeptQuestion, find: () => Promise<Answer>): Promise<Answer>;
  /**
   * Remembered here, or found now: of questions that nobody finds ahead.
   * @param list of questions that are asked together, the same.
   */
  remembered<Answer>(asked: KeptQuestion, find: () => Promise<Answer>, list?: typeof listBuckets): Promise<Answer>;
  /** Remembered here, or kept: of one question about periods within a month. Undefined where nothing that counts is known. */
  known<Answer>(asked: readonly KeptQuestion[]): Promise<(Answer | undefined)[]>;
  /** Of an app in which something was changed that no rollup tells, as where a user was erased. */
  forget(app: string): void;
}

/** Where an answer is remembered, and what it must be made of to count: undefined where none can. */
interface Place {
  name: string;
  madeOf: string | undefined;
}

/**
 * Remembers the answers to questions about times that are over, as long as the rollups they were made from are in force.
 * As text: an answer is its asker's, to change as he likes.
 *
 * Where others write too, nobody hears of what they erase, or what a replica has not got yet: there an answer is
 * forgotten once it was given.
 */
export function createKeptAnswers(store: Store): KeptAnswers {
  const ofThisProcess = createAnswerMemory();
  const memory = () => (store.remembers ? ofThisProcess : createAnswerMemory());

  async function placeOf({ app, question, start, end, madeFrom }: KeptQuestion, list = listBuckets): Promise<Place> {
    const madeOf = sumOfRollups(await list(store, app, madeFrom, end));
    return { name: nameOf(app, question, start / 1000, end / 1000), madeOf };
  }
  async function readAround(answers: AnswerMemory, { app, question, start }: KeptQuestion) {
    const remember = answers.fromNow();
    for (const kept of await readKept(store, { app, question, start: start / 1000 })) {
      const place = { name: nameOf(app, question, kept.start, kept.end), madeOf: kept.rollups };
      if (!answers.knowsNewer(place)) remember(place, kept.answer);
    }
  }
  async function recallOrFind<Answer>(answers: AnswerMemory, place: Place, find: () => Promise<Answer>) {
    const text = answers.recall(place);
    if (text !== undefined) return JSON.parse(text) as Answer;
    const remember = answers.fromNow();
    const answer = await find();
    // What is loaded while an answer is found brings other rollups, so that it does not count when it is asked for again.
    remember(place, JSON.stringify(answer));
    return answer;
  }
  return {
    async kept(asked, find) {
      const answers = memory();
      const place = await placeOf(asked);
      if (answers.lacks(place)) await readAround(answers, asked);
      return recallOrFind(answers, place, find);
    },
    async remembered(asked, find, list) {
      return recallOrFind(memory(), await placeOf(asked, list), find);
    },
    async known(asked) {
      const answers = memory();
      const list = listBucketsOnce();
      const [first] = asked;
      if (first === undefined) return [];
      const madeFrom = Math.min(...asked.map((each) => each.madeFrom));
      await list(store, first.app, madeFrom, Math.max(...asked.map(({ end }) => end)));
      const places = await Promise.all(asked.map((each) => placeOf(each, list)));
      const unread = places.findIndex(answers.lacks);
      if (unread >= 0) await readAround(answers, asked[unread] as KeptQuestion);
      return places.map((place) => {
        const text = answers.recall(place);
        return text === undefined ? undefined : JSON.parse(text);
      });
    },
    forget: ofThisProcess.forget,
  };
}

type AnswerMemory = ReturnType<typeof createAnswerMemory>;

/** Texts of answers by their place. */
function createAnswerMemory() {
  const answers = new LRUCache<string, { madeOf: string; text: string }>({
    maxSize: MAX_REMEMBERED,
    sizeCalculation: ({ text }, name) => name.length + text.length,
  });
  let timesForgotten = 0;
  const recall = ({ name, madeOf }: Place) => {
    const known = answers.get(name);
    return madeOf !== undefined && known?.madeOf === madeOf ? known.text : undefined;
  };
  return {
    recall,
    /** Whether it could be there and is not. */
    lacks: (place: Place) => place.madeOf !== undefined && recall(place) === undefined,
    /** Remembers what is found from now on, unless it is to be forgotten before. */
    fromNow() {
      const before = timesForgotten;
      return ({ name, madeOf }: Place, text: string) => {
        if (madeOf !== undefined && timesForgotten === before) answers.set(name, { madeOf, text });
      };
    },
    /** Whether what is known was made of newer rollups: their ids only grow. */
    knowsNewer({ name, madeOf }: { name: string; madeOf: string }) {
      const known = answers.get(name);
      return known !== undefined && BigInt(known.madeOf) > BigInt(madeOf);
    },
    forget(app: string) {
      timesForgotten += 1;
      for (const name of answers.keys()) if (name.startsWith(`${app} `)) answers.delete(name);
    },
  };
}

/** What an answer is made of; undefined where nothing is there, or not all of it is read from rollups. */
function sumOfRollups(buckets: readonly Bucket[]): string | undefined {
  if (buckets.length === 0 || buckets.some(needsEvents)) return undefined;
  return String(sumOf(buckets.flatMap(({ rollupIds }) => rollupIds)));
}

interface KeptAnswer {
  /** Unix seconds. */
  start: number;
  end: number;
  /** Sum of the ids of the rollups it is made of. */
  rollups: string;
  answer: string;
}

/** The answers that were kept to a question about a period (Unix seconds), and about those around it. */
async function readKept(
  store: Store,
  { app, question, start }: { app: string; question: string; start: number },
): Promise<KeptAnswer[]> {
  const rows = await selectRows<Record<keyof KeptAnswer, string | number>>(
    store,
    `SELECT toUnixTimestamp(start) AS start, toUnixTimestamp(end) AS end, toString(rollups) AS rollups, answer
    FROM ${store.everywhere(`SELECT start, end, rollups, answer FROM kept_answers FINAL
      WHERE app = {app:String} AND question = {question:String}
        AND start >= toDateTime({earliest:Int64}, 'UTC') AND start <= toDateTime({latest:Int64}, 'UTC')`)}
    SETTINGS max_threads = 1`,
    { app, question, earliest: Math.max(0, start - AROUND_S), latest: start + AROUND_S },
  );
  return rows.map((row) => ({
    ...{ start: Number(row.start), end: Number(row.end), rollups: String(row.rollups), answer: String(row.answer) },
  }));
}

/** A question that is asked again and again, and how its answer is found. */
export interface StandingQuestion extends KeptQuestion {
  find(): Promise<unknown>;
}

/**
 * Finds and keeps the answers to those of an app's questions that have none which counts, in their order, and at most so
 * many. Nothing may be rolled up meanwhile. Where what is loaded meanwhile makes questions read events, the answer does not
 * count until it is found again.
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
  const buckets = await listBuckets(store, app, 0, end);
  if (buckets.length === 0) return 0;
  const kept = await selectRows<{ question: string; start: number; end: number; rollups: string }>(
    store,
    `SELECT question, toUnixTimestamp(start) AS start, toUnixTimestamp(end) AS end, toString(rollups) AS rollups
    FROM ${store.everywhere('SELECT question, start, end, rollups FROM kept_answers FINAL WHERE app = {app:String}')}`,
    { app },
  );
  const madeOf = new Map(
    kept.map((row) => [nameOf(app, row.question, Number(row.start), Number(row.end)), row.rollups]),
  );
  const before = sumsBefore(buckets);
  let found = 0;
  for (const asked of questions) {
    if (found >= atMost || stopping?.aborted) break;
    const [first, last] = [before(asked.madeFrom), before(asked.end)];
    if (last.hours === first.hours || last.ofEvents > first.ofEvents) continue;
    const rollups = String(last.ids - first.ids);
    if (madeOf.get(nameOf(app, asked.question, asked.start / 1000, asked.end / 1000)) === rollups) continue;
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

/** Of ascending buckets: how many lie before a moment (Unix ms), how many of these need their events, and the sum of their rollups. */
function sumsBefore(buckets: readonly Bucket[]) {
  const sums = [{ hours: 0, ofEvents: 0, ids: 0n }];
  for (const bucket of buckets) {
    const last = sums.at(-1) as (typeof sums)[number];
    const ofEvents = last.ofEvents + (needsEvents(bucket) ? 1 : 0);
    sums.push({ hours: last.hours + 1, ofEvents, ids: last.ids + sumOf(bucket.rollupIds) });
  }
  return (moment: number) => {
    let [low, high] = [0, buckets.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (Number(buckets[middle]?.hour) * 1000 < moment) low = middle + 1;
      else high = middle;
    }
    return sums[low] as (typeof sums)[number];
  };
}

/** Beyond what a number can hold: over the hours of years it passes 64 bits. */
const sumOf = (rollupIds: readonly number[]) => rollupIds.reduce((sum, id) => sum + BigInt(id), 0n);

/** @param start Unix seconds, as `end`. */
const nameOf = (app: string, question: string, start: number, end: number) => `${app} ${question} ${start} ${end}`;
