import { type Static, Type } from 'typebox';
import { Range, rangeQuery } from './report-api.js';

/**
 * The metric catalogue, asked over HTTP: whatever it counts, split and filtered as wanted. Names and meanings are those
 * of `GET /api/v1/metrics`.
 */

/** Time, and columns by which numbers are told apart. Which metric can be split by what, `GET /api/v1/metrics` says. */
export const DIMENSIONS = [
  'hour',
  'day',
  'week',
  'month',
  'name',
  'outcome',
  'version',
  'env',
  'platform',
  'level',
  'network',
  'wechat',
  'sdk',
  'scene',
  'channel',
  'method',
  'host',
  'path',
  'issue',
  'error',
  'message',
  'frame',
  'agent',
  'reason',
  'page',
  'model',
  'stay_s',
  'depth',
  'msg_type',
  'event',
] as const;
export type Dimension = (typeof DIMENSIONS)[number];

const values = Type.Array(Type.Union([Type.String({ maxLength: 256 }), Type.Integer()]), {
  minItems: 1,
  maxItems: 50,
  description: 'Any of these',
});

/**
 * What everything on a screen is narrowed to. A metric whose rollup tells these apart is read from it; others are
 * computed from events, which takes longer and reaches as far back as events are kept.
 */
export const Filters = Type.Partial(
  Type.Object(
    Object.fromEntries(DIMENSIONS.slice(4).map((name) => [name, values])) as Record<Dimension, typeof values>,
  ),
  { additionalProperties: false },
);
export type Filters = Static<typeof Filters>;

const dimension = Type.Enum([...DIMENSIONS]);
const name = Type.String({ pattern: '^[A-Za-z0-9_]{1,40}$' });

/** One question. What is left out is taken from the request around it. */
export const QuestionBody = Type.Object(
  {
    from: Type.Optional(rangeQuery.from),
    to: Type.Optional(rangeQuery.to),
    metrics: Type.Array(name, { minItems: 1, maxItems: 20 }),
    by: Type.Optional(Type.Array(dimension, { maxItems: 3 })),
    filters: Type.Optional(Filters),
    releases: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 5,
        description: 'Only so many of the releases, the newest, in place of a filter by version',
      }),
    ),
    nameContains: Type.Optional(Type.String({ maxLength: 64, description: 'Part of the name, either case' })),
    sort: Type.Optional(Type.Object({ by: name, order: Type.Enum(['asc', 'desc']) }, { additionalProperties: false })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, description: 'Without it 1,000' })),
    offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 100_000 })),
    fill: Type.Optional(Type.Boolean({ description: 'By time: also the hours or days in which nothing happened' })),
  },
  { additionalProperties: false },
);
export type QuestionBody = Static<typeof QuestionBody>;

/** POST /api/v1/apps/:app/questions: all that a screen wants to know, in one request. */
export const QuestionsBody = Type.Object(
  {
    ...rangeQuery,
    filters: Type.Optional(Filters),
    questions: Type.Record(Type.String({ pattern: '^[A-Za-z0-9_]{1,40}$' }), QuestionBody, {
      minProperties: 1,
      maxProperties: 24,
      additionalProperties: false,
    }),
  },
  { additionalProperties: false },
);
export type QuestionsBody = Static<typeof QuestionsBody>;

/** A row has a property for each dimension (times: Unix ms) and each metric (null: nothing to rate). */
export const AnswerRows = Type.Array(
  Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Null()])),
);
export type AnswerRows = Static<typeof AnswerRows>;

/** A version of the Mini Program with a session in the range. */
export const Release = Type.Object({
  version: Type.String(),
  firstAt: Type.Integer({ description: 'Hour of its first session ever. Unit: ms since the Unix epoch' }),
  sessions: Type.Integer({ minimum: 0, description: 'Within the range' }),
  users: Type.Integer({ minimum: 0, description: 'Within the range' }),
});
export type Release = Static<typeof Release>;

/**
 * GET /api/v1/apps/:app/releases: versions with a session in the range, the one that was seen last for the first time
 * first; at most 20. Builds outside a release have no version and are none.
 */
export const Releases = Type.Object({ range: Range, releases: Type.Array(Release) });
export type Releases = Static<typeof Releases>;

/** The answers under the names of their questions, each with the hours it covers. */
export const Answers = Type.Object({
  answers: Type.Record(
    Type.String(),
    Type.Object({
      range: Range,
      rows: AnswerRows,
      total: Type.Integer({ minimum: 0, description: 'Rows there would be without limit and offset' }),
      releases: Type.Optional(
        Type.Array(Release, {
          description: 'Those that it was asked about, the newest first; fewer where there are no more',
        }),
      ),
    }),
  ),
});
export type Answers = Static<typeof Answers>;

/** GET /api/v1/metrics: the catalogue. */
export const Catalogue = Type.Object({
  metrics: Type.Array(
    Type.Object({
      name: Type.String(),
      unit: Type.String({ description: 'count, seconds, pages, %, ms, bytes, MB or instant' }),
      zh: Type.String(),
      en: Type.String(),
      meaning: Type.String({ description: 'In English' }),
      meaningZh: Type.String({ description: 'The same in Chinese' }),
      by: Type.Array(Type.String(), { description: 'Dimensions besides time whose rollups are kept' }),
      byEvents: Type.Array(Type.String(), {
        description: 'Dimensions besides those by which it is computed from events',
      }),
      filters: Type.Array(Type.String(), {
        description: 'Dimensions it can only be narrowed to, and not split by; computed from events too',
      }),
    }),
  ),
});
export type Catalogue = Static<typeof Catalogue>;

/**
 * GET /api/v1/apps/:app/filters: the values that filters may take, the most frequent first; at most 100 each. Models and
 * versions of WeChat and its base library are those of the last seven days of the range.
 */
export const FilterValues = Type.Object({
  range: Range,
  values: Type.Record(
    Type.String({ description: 'Dimension' }),
    Type.Array(
      Type.Object({
        value: Type.Union([Type.String(), Type.Number()]),
        sessions: Type.Integer({ minimum: 0, description: 'Sessions with it; of a page, its views' }),
      }),
    ),
  ),
});
export type FilterValues = Static<typeof FilterValues>;

/**
 * GET /api/v1/apps/:app/retention: the days, weeks or months that the range touches, oldest first; where they are more
 * than 31, the last 31. A period that is not over yet is absent, as a cohort and as a column.
 */
export const RetentionQuery = Type.Object({ ...rangeQuery, unit: Type.Enum(['day', 'week', 'month']) });
export const Retention = Type.Object({
  unit: Type.Enum(['day', 'week', 'month']),
  cohorts: Type.Array(
    Type.Object({
      at: Type.Integer({ description: 'Start of the day, week or month. Unit: ms since the Unix epoch' }),
      retained_uv: Type.Array(Type.Integer(), {
        description: 'Of the period itself, then of the 1st, 2nd … to the 13th after it',
      }),
      retained_uv_new: Type.Array(Type.Integer()),
    }),
  ),
});
export type Retention = Static<typeof Retention>;
