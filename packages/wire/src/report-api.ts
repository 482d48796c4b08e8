import { type Static, type TSchema, Type } from 'typebox';
import { choice } from './choice.js';
import { APP_ID_PATTERN } from './envelope.js';
import { OUTCOMES } from './event.js';
import { LIMITS } from './limits.js';

/**
 * The report API, `/api/v1/*`: what the dashboard asks and what anyone may ask. Metric names and meanings are those of
 * the metric catalogue. Rates are percent with at most four decimals, `null` where nothing was there to rate.
 * Moments are Unix milliseconds.
 */

const count = Type.Integer({ minimum: 0 });
const instantMs = Type.Integer({ description: 'Unit: ms since the Unix epoch' });
const orNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const percent = orNull(Type.Number({ minimum: 0, maximum: 100, description: 'Unit: %' }));
const milliseconds = orNull(Type.Integer({ minimum: 0, description: 'Unit: ms' }));

// --- Apps -------------------------------------------------------------------------------------------------------

export const AppSummary = Type.Object({ appid: Type.String(), name: Type.String() });
export type AppSummary = Static<typeof AppSummary>;

/** POST /api/v1/apps */
export const NewAppBody = Type.Object({
  appid: Type.String({ pattern: APP_ID_PATTERN, description: 'AppID from the WeChat console' }),
  name: Type.Optional(Type.String({ maxLength: 64 })),
});
export type NewAppBody = Static<typeof NewAppBody>;

/** The answer to POST /api/v1/apps. `secret` is shown this once and stored only as a hash. */
export const NewApp = Type.Object({
  appid: Type.String(),
  name: Type.String(),
  secret: Type.String(),
  key: Type.String({ description: 'The agent key; it may be read again' }),
});
export type NewApp = Static<typeof NewApp>;

/** GET /api/v1/apps/:app: what an install guide needs. */
export const AppDetail = Type.Object({
  appid: Type.String(),
  name: Type.String(),
  key: Type.String(),
  timezone: Type.String(),
  endpoint: Type.String({ description: 'What the agent is given as `endpoint`' }),
  lastEventAt: orNull(instantMs),
});
export type AppDetail = Static<typeof AppDetail>;

/** Days that data of an app is kept, at most to the end of the calendar month after them. Ten years are the most. */
const days = (what: string) => Type.Integer({ minimum: 8, maximum: 3_650, description: `${what}. Unit: days` });

/** GET /api/v1/apps/:app/keeping */
export const Keeping = Type.Object({
  eventsDays: days('How long events are kept'),
  rollupsDays: days('How long hourly rollups are kept; never shorter than events'),
  eventsFrom: orNull(instantMs),
});
export type Keeping = Static<typeof Keeping>;

/** PUT /api/v1/apps/:app/keeping. What is absent stays. */
export const KeepingBody = Type.Object(
  {
    eventsDays: Type.Optional(days('How long events are kept')),
    rollupsDays: Type.Optional(days('How long hourly rollups are kept; never shorter than events')),
  },
  { additionalProperties: false },
);
export type KeepingBody = Static<typeof KeepingBody>;

/** POST /api/v1/apps/:app/erase: one user by id, or everybody who said this openid. */
export const EraseBody = Type.Object(
  {
    user: Type.Optional(Type.String({ minLength: 1, maxLength: LIMITS.id })),
    openid: Type.Optional(Type.String({ minLength: 1, maxLength: LIMITS.property })),
  },
  { additionalProperties: false },
);
export type EraseBody = Static<typeof EraseBody>;
export const Erased = Type.Object({
  users: Type.Integer({ minimum: 0, description: 'User ids found and erased' }),
  events: Type.Integer({ minimum: 0, description: 'Events removed from the store' }),
  sessions: Type.Integer({ minimum: 0, description: 'Sessions they were of' }),
  batches: Type.Integer({ minimum: 0, description: 'Batches removed that waited for the store' }),
  hours: Type.Integer({ minimum: 0, description: 'Hours whose numbers were computed again' }),
});
export type Erased = Static<typeof Erased>;

// --- Ranges -----------------------------------------------------------------------------------------------------

/**
 * Every report takes a range: `from` and `to`, each a date `2026-11-01` in the app's zone (`to` included) or a moment
 * `2026-11-01T10:00:00+08:00`. It is widened to full hours; the answer says which hours it covers.
 */
export const rangeQuery = {
  from: Type.String({ maxLength: 40, description: 'First day, or first moment' }),
  to: Type.String({ maxLength: 40, description: 'Last day, or the moment before which the range ends' }),
};
export const Range = Type.Object(
  { from: instantMs, to: instantMs, timezone: Type.String() },
  { description: 'The hours answered: from ≤ t < to' },
);
export type Range = Static<typeof Range>;

/** How many records there are: looked for one by one, they are not counted to the end. */
export const countedRecords = Type.Integer({
  minimum: 0,
  maximum: 100_000,
  description: 'Records there are: 100,000 also stands for more, which no page reaches',
});

const paging = (maximum: number, standard: number) => ({
  limit: Type.Integer({ minimum: 1, maximum, default: standard }),
  offset: Type.Integer({ minimum: 0, maximum: 100_000, default: 0 }),
});

// --- Interfaces -------------------------------------------------------------------------------------------------

export const INTERFACE_METRICS = [
  'calls',
  'success',
  'errors',
  'cancel',
  'unknown',
  'successRate',
  'successRateWithoutCancels',
  'affectedUsers',
  'failedUsers',
  'durationP50Ms',
  'durationP75Ms',
  'durationP95Ms',
  'durationP99Ms',
] as const;
export type InterfaceMetric = (typeof INTERFACE_METRICS)[number];

const interfaceMetrics = {
  calls: count,
  success: count,
  errors: count,
  cancel: count,
  unknown: count,
  successRate: percent,
  successRateWithoutCancels: percent,
  affectedUsers: count,
  failedUsers: count,
  durationP50Ms: milliseconds,
  durationP75Ms: milliseconds,
  durationP95Ms: milliseconds,
  durationP99Ms: milliseconds,
};

/** One interface over a range. */
export const InterfaceRow = Type.Object({ name: Type.String(), ...interfaceMetrics });
export type InterfaceRow = Static<typeof InterfaceRow>;

/** GET /api/v1/apps/:app/interfaces */
export const InterfaceListQuery = Type.Object({
  ...rangeQuery,
  search: Type.Optional(Type.String({ maxLength: 64, description: 'Part of the name, either case' })),
  sort: choice(['name', ...INTERFACE_METRICS], { default: 'calls' }),
  order: choice(['asc', 'desc'], { default: 'desc' }),
  ...paging(200, 50),
});
export const InterfaceList = Type.Object({ range: Range, total: count, items: Type.Array(InterfaceRow) });
export type InterfaceList = Static<typeof InterfaceList>;

export const TrendPoint = Type.Object({
  at: Type.Integer({ description: 'Start of the hour or day. Unit: ms since the Unix epoch' }),
  calls: count,
  success: count,
  errors: count,
  cancel: count,
  unknown: count,
  successRate: percent,
});
export type TrendPoint = Static<typeof TrendPoint>;

/** GET /api/v1/apps/:app/interfaces/:name. The trend has a point for every hour or day, also for those without calls. */
export const InterfaceDetail = Type.Object({
  range: Range,
  summary: InterfaceRow,
  grain: choice(['hour', 'day']),
  trend: Type.Array(TrendPoint),
  versions: Type.Array(Type.Object({ version: Type.String(), ...interfaceMetrics }), {
    description:
      'The same by version of the Mini Program, most calls first; at most 50. An empty version is a build outside a release',
  }),
  messages: Type.Array(
    Type.Object({
      errMsg: Type.String(),
      outcome: choice(OUTCOMES),
      calls: count,
      users: count,
      firstAt: instantMs,
      lastAt: instantMs,
    }),
    { description: 'What the platform said of calls that did not succeed, most frequent first; at most 20' },
  ),
});
export type InterfaceDetail = Static<typeof InterfaceDetail>;

// --- Loss -------------------------------------------------------------------------------------------------------

const dayAt = Type.Integer({ description: 'Start of the day. Unit: ms since the Unix epoch' });
const agentVersion = Type.String({ description: 'Version of the agent' });

/** GET /api/v1/apps/:app/loss: how much never arrived, and what arrived and was dropped; at most 10,000 rows of each. */
export const LossReport = Type.Object({
  range: Range,
  loss: Type.Array(
    Type.Object({ at: dayAt, agent: agentVersion, numbered: count, missing: count, lossRate: percent }),
    { description: 'By the day in which the session starts. What comes late is missing no more' },
  ),
  drops: Type.Array(Type.Object({ at: dayAt, agent: agentVersion, reason: Type.String(), dropped: count }), {
    description: 'By the day of arrival, with the reasons of the receipt; repeats are no drops',
  }),
});
export type LossReport = Static<typeof LossReport>;

// --- Export -----------------------------------------------------------------------------------------------------

/** `envelopes` are what `POST /v1/import` takes; the others are flat rows, one an event. */
export const EXPORT_FORMATS = ['parquet', 'ndjson', 'envelopes'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** GET /api/v1/apps/:app/export: events of the sessions that begin in the range. */
export const ExportQuery = Type.Object({ ...rangeQuery, format: choice(EXPORT_FORMATS) });
export type ExportQuery = Static<typeof ExportQuery>;
