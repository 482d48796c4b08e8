import { type Static, type TSchema, Type } from 'typebox';
import { choice } from './choice.js';
import { EVENT_KINDS, OUTCOMES } from './event.js';
import { LIMITS } from './limits.js';
import { countedRecords, Range, rangeQuery } from './report-api.js';

/** Single events, calls, sessions and users, under `/api/v1/apps/:app`. A moment is Unix milliseconds. */

const count = Type.Integer({ minimum: 0 });
const instantMs = Type.Integer({ description: 'Unit: ms since the Unix epoch' });
const orNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const id = Type.String({ maxLength: 32 });
const paging = {
  limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
  offset: Type.Integer({ minimum: 0, maximum: 100_000, default: 0 }),
};
/** What an event, a call or a session ran on; empty where the device did not tell. */
const ranOn = {
  platform: Type.String(),
  system: Type.String(),
  model: Type.String(),
  wechat: Type.String(),
  sdk: Type.String(),
  network: Type.String(),
  version: Type.String(),
};
const word = Type.Optional(Type.String({ maxLength: 128 }));

/**
 * What records are narrowed to, as words in the address; several values separated by commas, an empty one for what says
 * nothing. An event passes that has one of the values of each; a session, that has such an event. `scene` and `channel`
 * are those the session was opened with.
 */
export const recordFilters = {
  version: word,
  env: word,
  platform: word,
  level: word,
  network: word,
  wechat: word,
  sdk: word,
  scene: word,
  channel: word,
  page: word,
};

/** Any event, with what its kind tells. What a kind does not tell is absent. */
export const EventRecord = Type.Object({
  at: instantMs,
  receivedAt: instantMs,
  user: id,
  session: id,
  n: count,
  kind: Type.Enum(Object.keys(EVENT_KINDS)),
  page: Type.Optional(Type.String()),
  name: Type.Optional(Type.String({ description: 'Interface, performance entry, error type or own event' })),
  outcome: Type.Optional(Type.String()),
  durationMs: Type.Optional(count),
  stayMs: Type.Optional(count),
  errMsg: Type.Optional(Type.String()),
  errCode: Type.Optional(Type.Integer()),
  method: Type.Optional(Type.String()),
  host: Type.Optional(Type.String()),
  path: Type.Optional(Type.String()),
  status: Type.Optional(count),
  sentBytes: Type.Optional(count),
  receivedBytes: Type.Optional(count),
  dnsMs: Type.Optional(count),
  connectMs: Type.Optional(count),
  tlsMs: Type.Optional(count),
  firstByteMs: Type.Optional(count),
  value: Type.Optional(Type.Number()),
  count: Type.Optional(count),
  stack: Type.Optional(Type.String()),
  steps: Type.Optional(Type.Array(Type.String())),
  props: Type.Optional(Type.String()),
  args: Type.Optional(Type.String()),
  scene: Type.Optional(count),
  ...ranOn,
  env: Type.String(),
});
export type EventRecord = Static<typeof EventRecord>;

/** GET …/events: single events, the newest first, or the slowest of those that have a duration. */
export const EventQuery = Type.Object({
  ...rangeQuery,
  ...recordFilters,
  kind: word,
  name: Type.Optional(Type.String({ maxLength: 64 })),
  outcome: word,
  method: word,
  host: word,
  path: Type.Optional(Type.String({ maxLength: 256 })),
  issue: Type.Optional(Type.String({ maxLength: 64 })),
  user: Type.Optional(id),
  session: Type.Optional(id),
  sort: Type.Enum(['at', 'durationMs'], { default: 'at' }),
  ...paging,
});
export const EventList = Type.Object({ range: Range, total: countedRecords, items: Type.Array(EventRecord) });
export type EventList = Static<typeof EventList>;

/** GET …/interfaces/:name/records: single calls of one interface, the newest first. */
export const CallRecordQuery = Type.Object({
  ...rangeQuery,
  user: Type.Optional(Type.String({ maxLength: 32, description: 'User id, whole' })),
  ip: Type.Optional(Type.String({ maxLength: 45, description: 'IPv4 or IPv6 address, whole' })),
  outcome: Type.Optional(choice(OUTCOMES)),
  ...paging,
});
export const CallRecord = Type.Object({
  at: instantMs,
  user: Type.String(),
  session: Type.String(),
  n: Type.Integer(),
  outcome: choice(OUTCOMES),
  durationMs: orNull(Type.Integer({ minimum: 0, description: 'Unit: ms' })),
  errMsg: Type.String(),
  errCode: orNull(Type.Integer()),
  page: Type.String(),
  ip: Type.String(),
  ...ranOn,
});
export type CallRecord = Static<typeof CallRecord>;
export const CallRecordList = Type.Object({ range: Range, total: countedRecords, items: Type.Array(CallRecord) });
export type CallRecordList = Static<typeof CallRecordList>;

/**
 * GET …/live: what arrived after `after` (0 or absent: the newest) within the last hour, newest first, and who is here
 * now. `kind` narrows the items alone.
 */
export const LiveQuery = Type.Object({
  ...recordFilters,
  kind: word,
  after: Type.Integer({
    minimum: 0,
    maximum: LIMITS.momentMs,
    default: 0,
    description: 'receivedAt of the newest event that is known. Unit: ms',
  }),
  limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
});
export const Live = Type.Object({
  now: instantMs,
  online: Type.Object({
    sessions: Type.Integer({
      minimum: 0,
      description: 'With an event in the last 5 minutes and not in the background',
    }),
    users: count,
  }),
  minutes: Type.Array(
    Type.Object({ at: instantMs, events: count, sessions: count, errors: count, failedCalls: count }),
    {
      description: 'The last 60 minutes, also those without events',
    },
  ),
  items: Type.Array(EventRecord),
});
export type Live = Static<typeof Live>;

/** What may go wrong in a session, under the names of its counts. */
export const SESSION_FAILURES = ['failedCalls', 'failedRequests', 'errors'] as const;
export type SessionFailure = (typeof SESSION_FAILURES)[number];

/** GET …/sessions: newest first. By user, or by openid or unionid. */
export const SessionQuery = Type.Object({
  ...rangeQuery,
  ...recordFilters,
  having: Type.Optional(
    Type.String({
      maxLength: 128,
      description: `At least one of these, separated by commas: ${SESSION_FAILURES.join(', ')}`,
    }),
  ),
  user: Type.Optional(id),
  openid: Type.Optional(Type.String({ maxLength: 64 })),
  ...paging,
});
export const SessionRecord = Type.Object({
  session: id,
  user: id,
  openid: Type.String({ description: 'As this session said last; else empty' }),
  startAt: instantMs,
  lastAt: instantMs,
  events: count,
  pages: Type.Integer({ minimum: 0, description: 'Distinct page paths seen' }),
  calls: count,
  failedCalls: count,
  requests: count,
  failedRequests: count,
  errors: count,
  stayMs: count,
  scene: count,
  entry: Type.String(),
  ...ranOn,
  env: Type.String(),
});
export type SessionRecord = Static<typeof SessionRecord>;
export const SessionList = Type.Object({ range: Range, total: countedRecords, items: Type.Array(SessionRecord) });
export type SessionList = Static<typeof SessionList>;

/** GET …/sessions/:session: one, with its events in their order; at most 2,000. 404 NOT_FOUND when there is none. */
export const SessionDetail = Type.Object({
  session: SessionRecord,
  missing: Type.Integer({ minimum: 0, description: 'Numbers of the session that never arrived' }),
  events: Type.Array(EventRecord),
  more: Type.Boolean({ description: 'There are more events than these' }),
});
export type SessionDetail = Static<typeof SessionDetail>;

/** GET …/users/:user */
export const UserDetail = Type.Object({
  user: id,
  openids: Type.Array(Type.String()),
  unionids: Type.Array(Type.String()),
  firstSessionAt: orNull(instantMs),
  lastSessionAt: orNull(instantMs),
  sessions: Type.Integer({ minimum: 0, description: 'Whose events are kept' }),
});
export type UserDetail = Static<typeof UserDetail>;

/** GET …/pages/around?page=…: the pages seen right before and right after one, in sessions of the range. */
export const PathsQuery = Type.Object({ ...rangeQuery, ...recordFilters, page: Type.String({ maxLength: 256 }) });
export const Paths = Type.Object({
  range: Range,
  views: count,
  before: Type.Array(
    Type.Object({ page: Type.String({ description: 'Empty: the session began here' }), views: count }),
  ),
  after: Type.Array(Type.Object({ page: Type.String({ description: 'Empty: the session ended here' }), views: count })),
});
export type Paths = Static<typeof Paths>;

// --- Issues --------------------------------------------------------------------------------------------------------

export const ISSUE_STATES = ['open', 'resolved', 'ignored'] as const;

/**
 * PUT …/issues/:issue, the answer an IssueState. `resolved` in a version opens again when a later version has it,
 * `resolved` without one when any has it. Later is a version whose first session was later.
 */
export const IssueStateBody = Type.Object(
  { state: Type.Enum([...ISSUE_STATES]), version: Type.Optional(Type.String({ maxLength: 64 })) },
  { additionalProperties: false },
);
export type IssueStateBody = Static<typeof IssueStateBody>;

export const IssueState = Type.Object({
  issue: Type.String(),
  state: Type.Enum([...ISSUE_STATES]),
  version: Type.String({ description: 'In which it was resolved; else empty' }),
  changedAt: instantMs,
  changedBy: Type.String(),
});
export type IssueState = Static<typeof IssueState>;

/** GET …/issues/states: those that are not simply open. One that was resolved and opened again is `open` here. */
export const IssueStates = Type.Object({ items: Type.Array(IssueState) });
export type IssueStates = Static<typeof IssueStates>;
