import { type Static, Type } from 'typebox';
import { choice } from './choice.js';
import { LIMITS } from './limits.js';

/** The end of one interface call. METRICS: `cancel` is the user's choice, `unknown` means nobody was told. */
export const OUTCOMES = ['success', 'fail', 'cancel', 'unknown'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** The end of one `wx.request`. `ok` is HTTP 100–399, `http_error` 400–599, `network_error` the `fail` callback. */
export const REQUEST_OUTCOMES = ['ok', 'http_error', 'network_error', 'abort'] as const;
export type RequestOutcome = (typeof REQUEST_OUTCOMES)[number];

const durationMs = Type.Integer({ minimum: 0, maximum: LIMITS.durationMs, description: 'Unit: ms' });
const bytes = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: 'Unit: bytes' });
const page = Type.String({ maxLength: LIMITS.path, description: 'Route without query: pages/index/index' });
const sequence = Type.Integer({ minimum: 1, maximum: LIMITS.sequence });

const base = {
  n: Type.Integer({ ...sequence, description: "The event's place in its session, from 1, without gaps" }),
  at: Type.Integer({
    minimum: 0,
    maximum: LIMITS.momentMs,
    description: 'When it happened by the device clock. Unit: ms since the Unix epoch',
  }),
};

/** A cold start. `scene` and `entry` of the launch stand in the envelope's session. */
export const Launch = Type.Object({ ...base, kind: Type.Literal('launch') });

/** The app came to the foreground, after a launch or from the background. */
export const AppShow = Type.Object({
  ...base,
  kind: Type.Literal('app_show'),
  scene: Type.Optional(Type.Integer({ minimum: 0, maximum: 65_535, description: "WeChat's scene id of this show" })),
});

/** The app went to the background. */
export const AppHide = Type.Object({ ...base, kind: Type.Literal('app_hide') });

/** A page view begins. Its `n` names the view. */
export const PageShow = Type.Object({ ...base, kind: Type.Literal('page_show'), page });

/** A page went out of sight. Sent again, with a larger stay, when the same view goes on after the background. */
export const PageHide = Type.Object({
  ...base,
  kind: Type.Literal('page_hide'),
  page,
  view: Type.Integer({ ...sequence, description: '`n` of the `page_show` that began the view' }),
  stayMs: Type.Integer({ ...durationMs, description: 'Foreground time of the view so far. Unit: ms' }),
});

/** One invocation of a monitored `wx` API. `at` is the moment of the call. */
export const Call = Type.Object({
  ...base,
  kind: Type.Literal('call'),
  name: Type.String({
    minLength: 1,
    maxLength: LIMITS.name,
    pattern: '^[A-Za-z][A-Za-z0-9_.]*$',
    description: 'Without `wx.`',
  }),
  outcome: choice(OUTCOMES),
  durationMs: Type.Optional(
    Type.Integer({ ...durationMs, description: 'Call to callback; absent when unknown. Unit: ms' }),
  ),
  page: Type.Optional(page),
  errMsg: Type.Optional(Type.String({ maxLength: LIMITS.message, description: 'Only with `fail` and `cancel`' })),
  errCode: Type.Optional(Type.Integer({ minimum: -2_147_483_648, maximum: 2_147_483_647 })),
});

/** One `wx.request`. The query, the body and the headers never leave the device. */
export const Request = Type.Object({
  ...base,
  kind: Type.Literal('request'),
  method: Type.String({ minLength: 1, maxLength: 16, pattern: '^[A-Z]+$' }),
  host: Type.String({ maxLength: LIMITS.host }),
  path: Type.String({ maxLength: LIMITS.path, description: 'Ids folded: /orders/:id' }),
  outcome: choice(REQUEST_OUTCOMES),
  status: Type.Optional(Type.Integer({ minimum: 0, maximum: 999 })),
  durationMs: Type.Optional(durationMs),
  page: Type.Optional(page),
  sentBytes: Type.Optional(bytes),
  receivedBytes: Type.Optional(bytes),
  errMsg: Type.Optional(Type.String({ maxLength: LIMITS.message })),
});

/** Every kind this version stores. A kind that is not here is skipped and counted as `unknown_kind`. */
export const EVENT_KINDS = {
  launch: Launch,
  app_show: AppShow,
  app_hide: AppHide,
  page_show: PageShow,
  page_hide: PageHide,
  call: Call,
  request: Request,
} as const;

export type EventKind = keyof typeof EVENT_KINDS;
export type Event = { [K in EventKind]: Static<(typeof EVENT_KINDS)[K]> }[EventKind];
export type CallEvent = Static<typeof Call>;
export type RequestEvent = Static<typeof Request>;
