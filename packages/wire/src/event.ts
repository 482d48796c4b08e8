import { type Static, Type } from 'typebox';
import { choice } from './choice.js';
import { LIMITS } from './limits.js';

/** The end of one interface call. METRICS: `cancel` is the user's choice, `unknown` means nobody was told. */
export const OUTCOMES = ['success', 'fail', 'cancel', 'unknown'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** The end of one `wx.request`. `ok` is HTTP 100–399, `http_error` 400–599, `network_error` the `fail` callback. */
export const REQUEST_OUTCOMES = ['ok', 'http_error', 'network_error', 'abort'] as const;

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
  referrer: Type.Optional(
    Type.String({ maxLength: LIMITS.property, description: 'AppID of the Mini Program or account it was opened from' }),
  ),
  sharedBy: Type.Optional(
    Type.String({ maxLength: LIMITS.id, description: 'User id of whoever shared the card that opened it' }),
  ),
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

/** The page's first render is done. `durationMs`: from `onLoad` to `onReady`. The first one of a launch is its end. */
export const PageReady = Type.Object({ ...base, kind: Type.Literal('page_ready'), page, durationMs });

/** The user was offered the page as a card (`onShareAppMessage`): whether it was sent the platform does not say. */
export const Share = Type.Object({
  ...base,
  kind: Type.Literal('share'),
  page,
  source: Type.Optional(choice(['button', 'menu'])),
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
  component: Type.Optional(
    Type.String({ maxLength: LIMITS.path, description: 'Path of the component whose handler made the call' }),
  ),
  subpackage: Type.Optional(
    Type.String({ maxLength: LIMITS.path, description: 'Root of the subpackage the page belongs to' }),
  ),
  args: Type.Optional(
    Type.String({ maxLength: LIMITS.args, description: 'The arguments the app allowed, as a JSON object' }),
  ),
});

/** One request, upload, download or socket. The query, the body and the headers never leave the device. */
export const Request = Type.Object({
  ...base,
  kind: Type.Literal('request'),
  name: Type.Optional(choice(['uploadFile', 'downloadFile', 'connectSocket'], { description: 'Absent: `request`' })),
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
  businessFailed: Type.Optional(
    Type.Boolean({ description: "True: the answer came, and the app's `isSuccess` says it means failure" }),
  ),
  trace: Type.Optional(Type.String({ pattern: '^[0-9a-f]{32}$', description: 'Trace id sent as `traceparent`' })),
  dnsMs: Type.Optional(durationMs),
  connectMs: Type.Optional(
    Type.Integer({ minimum: 0, maximum: LIMITS.durationMs, description: 'TLS included. Unit: ms' }),
  ),
  tlsMs: Type.Optional(durationMs),
  firstByteMs: Type.Optional(
    Type.Integer({ minimum: 0, maximum: LIMITS.durationMs, description: 'Request sent to first byte. Unit: ms' }),
  ),
});

/**
 * One thing the platform measured. `name` is the platform's own: `appLaunch`, `route`, `firstRender`, `evaluateScript`,
 * `downloadPackage` …; and ours: `setData` (one slow update of a sampled page), `memory`, `memoryWarning`.
 */
export const Performance = Type.Object({
  ...base,
  kind: Type.Literal('performance'),
  name: Type.String({ minLength: 1, maxLength: LIMITS.name, pattern: '^[A-Za-z][A-Za-z0-9_.]*$' }),
  page: Type.Optional(page),
  durationMs: Type.Optional(durationMs),
  value: Type.Optional(
    Type.Number({
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
      description: '`memory`: bytes in use; `memoryWarning`: level',
    }),
  ),
});

/** Where an error was seen. */
export const ERROR_SOURCES = ['app', 'promise', 'page_not_found', 'lazy_load', 'captured'] as const;
export type ErrorSource = (typeof ERROR_SOURCES)[number];

/** A JavaScript error. Repetitions are told together every ten seconds, by another event whose `count` says how many. */
export const JsError = Type.Object({
  ...base,
  kind: Type.Literal('error'),
  source: choice(ERROR_SOURCES),
  name: Type.String({ maxLength: LIMITS.name, description: 'TypeError …; empty when the platform gave none' }),
  errMsg: Type.String({ maxLength: LIMITS.message }),
  stack: Type.Optional(Type.String({ maxLength: LIMITS.stack })),
  page: Type.Optional(page),
  count: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMITS.sequence, description: 'Absent: 1' })),
  props: Type.Optional(
    Type.String({
      maxLength: LIMITS.props,
      description: 'What `captureException` was given as tags, as a JSON object',
    }),
  ),
  steps: Type.Optional(
    Type.Array(Type.String({ maxLength: LIMITS.step }), {
      maxItems: LIMITS.steps,
      description:
        'What happened before, oldest first, each in the words of its event: `-1200 page_show pages/index/index`, ms before the error',
    }),
  ),
});

/** The app's own event: `track(name, properties)`. */
export const Custom = Type.Object({
  ...base,
  kind: Type.Literal('custom'),
  name: Type.String({ minLength: 1, maxLength: LIMITS.name }),
  page: Type.Optional(page),
  props: Type.Optional(Type.String({ maxLength: LIMITS.props, description: 'A JSON object' })),
});

/** `setUser`: what is known of the user of this installation from here on. It adds to the user, it never replaces it. */
export const User = Type.Object({
  ...base,
  kind: Type.Literal('user'),
  openid: Type.Optional(Type.String({ maxLength: LIMITS.property })),
  unionid: Type.Optional(Type.String({ maxLength: LIMITS.property })),
  props: Type.Optional(Type.String({ maxLength: LIMITS.props, description: 'All attributes, as a JSON object' })),
});

/** The agent on itself, once a session and when it has changed. `props` is its report as JSON. */
export const AgentReport = Type.Object({
  ...base,
  kind: Type.Literal('agent'),
  props: Type.String({
    maxLength: LIMITS.props,
    description:
      'JSON: `hooks` (those not in place, by name: `absent`, `refused`, `overwritten`), `dropped` (by reason), `state`, `config` (version of the remote configuration), `sampling`',
  }),
});

/** The end of one delivery of a pushed message. All but `ok` are failures, in the words of the platform's own alarms. */
export const DELIVERY_OUTCOMES = [
  'ok',
  'dns_failure',
  'dns_timeout',
  'connect_failure',
  'connect_timeout',
  'request_timeout',
  'bad_status',
  'invalid_response',
] as const;
export type DeliveryOutcome = (typeof DELIVERY_OUTCOMES)[number];

/** What was wrong, where the outcome alone does not say it; and what was done about a late answer. */
export const DELIVERY_REASONS = [
  // Of an invalid response.
  'quoted_success',
  'html',
  'text',
  'json_for_xml',
  'xml_for_json',
  'malformed',
  'not_swapped',
  'missing_field',
  'unknown_type',
  'empty_content',
  'bad_create_time',
  'not_encrypted',
  'wrong_signature',
  'undecryptable',
  'wrong_appid',
  'too_long',
  // Of a connection that failed.
  'refused',
  'cut',
  'tls',
  // Of a request that had no answer: the sender left before its time was over.
  'sender_left',
  // Of a delivery that is ok: the server was late, and `success` was answered for it.
  'covered',
] as const;
export type DeliveryReason = (typeof DELIVERY_REASONS)[number];

/**
 * One attempt to deliver a pushed message to the owner's server and to get its passive reply. Told by whatever passes
 * messages on, never by a device: the session is that sender's, a new one every hour, and its user names the sender.
 * `at` is the moment of sending.
 */
export const PushDelivery = Type.Object({
  ...base,
  kind: Type.Literal('push_delivery'),
  delivery: Type.String({
    minLength: 8,
    maxLength: LIMITS.id,
    pattern: '^[A-Za-z0-9_-]+$',
    description: 'Random, made by the sender: names this attempt',
  }),
  messageKey: Type.String({
    pattern: '^[0-9a-f]{16,64}$',
    description: 'Hash of what names the message (MsgId, or FromUserName and CreateTime): the same in every attempt',
  }),
  attempt: Type.Integer({ minimum: 1, maximum: 255, description: '1, and one more each time it is sent again' }),
  msgType: Type.String({ maxLength: LIMITS.name, description: 'MsgType of the message: text, event …' }),
  event: Type.Optional(Type.String({ maxLength: LIMITS.name, description: 'Event of a message of the type event' })),
  host: Type.String({ maxLength: LIMITS.host, description: 'Host it was delivered to' }),
  outcome: choice(DELIVERY_OUTCOMES),
  durationMs: Type.Integer({
    ...durationMs,
    description: 'From sending to the complete answer, or to giving up: at most the timeout. Unit: ms',
  }),
  dnsMs: Type.Optional(Type.Integer({ ...durationMs, description: 'Finding the address of the host. Unit: ms' })),
  connectMs: Type.Optional(
    Type.Integer({
      ...durationMs,
      description: 'Connecting, TLS included; absent where a connection was open. Unit: ms',
    }),
  ),
  firstByteMs: Type.Optional(
    Type.Integer({ ...durationMs, description: 'From sending to the first byte of the answer. Unit: ms' }),
  ),
  status: Type.Optional(Type.Integer({ minimum: 0, maximum: 999, description: 'HTTP status, where there was one' })),
  receivedBytes: Type.Optional(Type.Integer({ ...bytes, description: 'Length of the answer. Unit: bytes' })),
  reason: Type.Optional(choice(DELIVERY_REASONS)),
  errMsg: Type.Optional(
    Type.String({
      maxLength: LIMITS.message,
      description: 'Why it failed, in words and without anything of the message',
    }),
  ),
  content: Type.Optional(
    Type.String({
      maxLength: LIMITS.content,
      description: 'Message and answer with everything personal masked; only where the owner switched that on',
    }),
  ),
});

/** Every kind this version stores. A kind that is not here is skipped and counted as `unknown_kind`. */
export const EVENT_KINDS = {
  launch: Launch,
  app_show: AppShow,
  app_hide: AppHide,
  page_show: PageShow,
  page_hide: PageHide,
  page_ready: PageReady,
  share: Share,
  call: Call,
  request: Request,
  performance: Performance,
  error: JsError,
  custom: Custom,
  user: User,
  agent: AgentReport,
  push_delivery: PushDelivery,
} as const;

/** Kinds that no device tells of: they come with the app's secret, and the agent's key is not enough for them. */
export const OWN_KINDS: ReadonlySet<string> = new Set(['push_delivery']);

export type EventKind = keyof typeof EVENT_KINDS;
export type Event = { [K in EventKind]: Static<(typeof EVENT_KINDS)[K]> }[EventKind];
export type CallEvent = Static<typeof Call>;
export type RequestEvent = Static<typeof Request>;
export type PushDeliveryEvent = Static<typeof PushDelivery>;
