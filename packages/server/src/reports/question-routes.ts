import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { askPage } from '@minilens/store/ask';
import { type listBuckets, listBucketsOnce } from '@minilens/store/buckets';
import type { Store } from '@minilens/store/connect';
import { countDeviceValues } from '@minilens/store/filter-values';
import { METRICS } from '@minilens/store/metrics';
import { dimensionsOf, readsEvents } from '@minilens/store/reading';
import { listReleases } from '@minilens/store/releases';
import { askRetention } from '@minilens/store/retention';
import {
  Answers,
  Catalogue,
  FilterValues,
  QuestionsBody,
  Releases,
  Retention,
  RetentionQuery,
} from '@minilens/wire/questions';
import { Refusal as RefusalBody } from '@minilens/wire/receipt';
import { rangeQuery } from '@minilens/wire/report-api';
import pLimit from 'p-limit';
import { Type } from 'typebox';
import { Refusal } from '../http/refusal.js';
import { cohortsOf, readCohort } from './cohorts.js';
import { listFilterValues, MAX_VALUES } from './filter-values.js';
import { createTurns, whenGone } from './in-turn.js';
import { readRange } from './range.js';
import { type ReadQuestion, readQuestion } from './read-question.js';
import { rememberAnswer } from './remember-answer.js';
import type { ReportDeps } from './routes.js';

export interface QuestionDeps extends ReportDeps {
  /** A connection of its own for what is counted from events, so that no other question waits for it. */
  counting: Store;
  now: () => number;
}

/** Questions of one request that are answered at once: its others wait, and not those of somebody else. */
const QUESTIONS_AT_ONCE = 4;

const MAX_RELEASES = 20;

/** How far back events are looked through for the devices of a range. Unit: days. */
const DEVICE_DAYS = 7;

const DAY_MS = 86_400_000;

const AppParams = Type.Object({ app: Type.String({ maxLength: 18 }) });
const refusals = { 400: RefusalBody, 401: RefusalBody, 403: RefusalBody, 422: RefusalBody, 503: RefusalBody };

/** The metric catalogue: what there is, and whatever is asked of it. */
export const questionRoutes: FastifyPluginAsyncTypebox<QuestionDeps> = async (
  app,
  { store, counting, keptAnswers, identify, now },
) => {
  const countInTurn = createTurns(
    'No rollup tells this, and counting it takes more events than one question may read. Ask for a shorter range, or without what GET /api/v1/metrics names as byEvents and filters.',
  );
  const catalogue = describeCatalogue();

  app.get(
    '/api/v1/metrics',
    { schema: { summary: 'The metric catalogue', tags: ['questions'], response: { 200: Catalogue, ...refusals } } },
    async (request) => {
      await identify.caller(request);
      return catalogue;
    },
  );

  app.post(
    '/api/v1/apps/:app/questions',
    {
      schema: {
        summary: 'Questions to the metric catalogue',
        tags: ['questions'],
        params: AppParams,
        body: QuestionsBody,
        response: { 200: Answers, ...refusals },
      },
    },
    async (request, reply) => {
      const asker = await identify.forApp(request, request.params.app, 'readReports');
      const { questions, ...around } = request.body;
      const gone = whenGone(reply);
      const read = Object.entries(questions).map(([name, body]) => {
        try {
          return { name, question: readQuestion(body, around, asker) };
        } catch (error) {
          throw inQuestion(name, error);
        }
      });
      const list = listBucketsOnce();
      const releasesOf = listReleasesOnce(store, list);
      const find = (question: ReadQuestion) =>
        readsEvents(question)
          ? countInTurn(() => answerQuestion(counting, question, releasesOf), gone)
          : answerQuestion(store, question, releasesOf, list);
      const answer = (question: ReadQuestion) =>
        rememberAnswer(keptAnswers, 'question', question, () => find(question), list);
      const limit = pLimit(QUESTIONS_AT_ONCE);
      const answers = await Promise.all(
        read.map(({ name, question }) =>
          limit(async () => {
            const answered = await answer(question).catch((error) => {
              throw inQuestion(name, error);
            });
            return [name, answered] as const;
          }),
        ),
        // Where one is refused, the others are not asked any more.
      ).finally(() => limit.clearQueue());
      return { answers: Object.fromEntries(answers) };
    },
  );

  app.get(
    '/api/v1/apps/:app/filters',
    {
      schema: {
        summary: 'Values that filters may take',
        tags: ['questions'],
        params: AppParams,
        querystring: Type.Object(rangeQuery),
        response: { 200: FilterValues, ...refusals },
      },
    },
    async (request, reply) => {
      const { appid, timezone } = await identify.forApp(request, request.params.app, 'readReports');
      const range = readRange(request.query, timezone);
      const lastDays = { app: appid, from: Math.max(range.from, range.to - DEVICE_DAYS * DAY_MS), to: range.to };
      const [ofRollups, ofDevices] = await Promise.all([
        listFilterValues(store, { app: appid, ...range }),
        countInTurn(() => countDeviceValues(counting, lastDays, MAX_VALUES), whenGone(reply)),
      ]);
      return { range, values: { ...ofRollups, ...ofDevices } };
    },
  );

  app.get(
    '/api/v1/apps/:app/releases',
    {
      schema: {
        summary: 'Versions of the Mini Program, the newest first',
        tags: ['questions'],
        params: AppParams,
        querystring: Type.Object(rangeQuery),
        response: { 200: Releases, ...refusals },
      },
    },
    async (request) => {
      const { appid, timezone } = await identify.forApp(request, request.params.app, 'readReports');
      const range = readRange(request.query, timezone);
      return { range, releases: await listReleases(store, { app: appid, ...range }, MAX_RELEASES) };
    },
  );

  app.get(
    '/api/v1/apps/:app/retention',
    {
      schema: {
        summary: 'Who came again: users of a day, week or month in those after it',
        tags: ['questions'],
        params: AppParams,
        querystring: RetentionQuery,
        response: { 200: Retention, ...refusals },
      },
    },
    async (request, reply) => {
      const { appid, timezone } = await identify.forApp(request, request.params.app, 'readReports');
      const { unit, ...asked } = request.query;
      const gone = whenGone(reply);
      const cohorts = [];
      for (const cohort of cohortsOf(readRange(asked, timezone), unit, now())) {
        const retained = await readCohort(keptAnswers, { app: appid, unit, cohort }, () =>
          countInTurn(() => askRetention(counting, appid, cohort), gone),
        );
        cohorts.push({
          at: cohort[0].from,
          retained_uv: retained.map(({ visit_uv }) => visit_uv),
          retained_uv_new: retained.map(({ visit_uv_new }) => visit_uv_new),
        });
      }
      return { unit, cohorts };
    },
  );
};

/** Everything about every metric that a screen or a program may want to know. */
function describeCatalogue(): Catalogue {
  return {
    metrics: Object.entries(METRICS).map(([name, { source, unit, zh, en, meaning, meaningZh }]) => {
      const { by, byEvents, filters } = dimensionsOf(source);
      return {
        ...{ name, unit, zh, en, meaning, meaningZh },
        by: [...by],
        byEvents: [...byEvents],
        filters: [...filters],
      };
    }),
  };
}

/** The newest releases of a question's range, looked up once for all questions of a request that want as many of the same range. */
function listReleasesOnce(store: Store, list: typeof listBuckets) {
  const listed = new Map<string, ReturnType<typeof listReleases>>();
  return ({ app, from, to }: ReadQuestion, howMany: number) => {
    const key = `${from} ${to} ${howMany}`;
    const releases = listed.get(key) ?? listReleases(store, { app, from, to }, howMany, list);
    listed.set(key, releases);
    return releases;
  };
}

/** The rows of a question, the hours they are of, and how many there would be without limit. */
async function answerQuestion(
  store: Store,
  { releases: howMany, ...question }: ReadQuestion,
  releasesOf: ReturnType<typeof listReleasesOnce>,
  list?: typeof listBuckets,
): Promise<Answers['answers'][string]> {
  const { from, to, timezone } = question;
  const range = { from, to, timezone };
  if (howMany === undefined) return { range, ...(await askPage(store, question, list)) };
  const releases = await releasesOf(question, howMany);
  const filter = { ...question.filter, version: releases.map(({ version }) => version) };
  return { range, ...(await askPage(store, { ...question, filter }, list)), releases };
}

/** What a question failed with, with its name where it was refused. */
const inQuestion = (name: string, error: unknown) =>
  error instanceof Refusal
    ? new Refusal(error.code, `Question ${name}: ${error.message}`, { cause: error.cause })
    : error;
