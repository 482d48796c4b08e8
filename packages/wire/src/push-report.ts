import { type Static, type TSchema, Type } from 'typebox';
import { choice } from './choice.js';
import { DELIVERY_OUTCOMES, DELIVERY_REASONS } from './event.js';
import { countedRecords, Range, rangeQuery } from './report-api.js';

/** Message push in the report API, under `/api/v1/apps/:app/push`. A moment is Unix milliseconds. */

const count = Type.Integer({ minimum: 0 });
const instantMs = Type.Integer({ description: 'Unit: ms since the Unix epoch' });
const orNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const milliseconds = Type.Integer({ minimum: 0, description: 'Unit: ms' });
const millisecondsOrNull = orNull(milliseconds);

/** What the report says of deliveries, by the names of the metric catalogue. */
export const PUSH_METRICS = [
  'callback_count',
  'fail_count',
  'total_time_cost',
  'max_time_cost',
  'deliveryP50Ms',
  'deliveryP95Ms',
  'deliveryP99Ms',
] as const;
export type PushMetric = (typeof PUSH_METRICS)[number];

const pushMetrics = {
  callback_count: count,
  fail_count: count,
  total_time_cost: milliseconds,
  max_time_cost: milliseconds,
  deliveryP50Ms: millisecondsOrNull,
  deliveryP95Ms: millisecondsOrNull,
  deliveryP99Ms: millisecondsOrNull,
};
const outcome = choice(DELIVERY_OUTCOMES);
const reason = Type.Union([choice(DELIVERY_REASONS), Type.Literal('')], {
  description: 'Empty where the outcome says all',
});

/** GET …/push: the numbers of a range. The trend has a point for every hour or day, also for those without deliveries. */
export const PushReport = Type.Object({
  range: Range,
  grain: choice(['hour', 'day']),
  summary: Type.Object(pushMetrics),
  trend: Type.Array(Type.Object({ at: instantMs, ...pushMetrics })),
  kinds: Type.Array(Type.Object({ outcome, reason, callback_count: count }), {
    description:
      'How deliveries ended, most frequent first; `ok` with the reason `covered` is a late answer that was covered',
  }),
  messages: Type.Array(Type.Object({ msgType: Type.String(), event: Type.String(), ...pushMetrics }), {
    description: 'By type of the message and of its event, most deliveries first; at most 50',
  }),
  hosts: Type.Array(Type.Object({ host: Type.String(), ...pushMetrics }), {
    description: 'By host they were delivered to, most deliveries first; at most 50',
  }),
});
export type PushReport = Static<typeof PushReport>;

export const DELIVERY_SORTS = ['at', 'durationMs'] as const;

/** GET …/push/deliveries: single deliveries, the newest or the slowest first. */
export const DeliveryQuery = Type.Object({
  ...rangeQuery,
  outcome: Type.Optional(choice([...DELIVERY_OUTCOMES, 'failed'] as const, { description: '`failed`: all but `ok`' })),
  reason: Type.Optional(choice(DELIVERY_REASONS)),
  msgType: Type.Optional(Type.String({ maxLength: 64 })),
  event: Type.Optional(Type.String({ maxLength: 64 })),
  host: Type.Optional(Type.String({ maxLength: 128 })),
  message: Type.Optional(Type.String({ maxLength: 64, description: 'messageKey: the attempts of one message' })),
  sort: choice(DELIVERY_SORTS, { default: 'at' }),
  limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
  offset: Type.Integer({ minimum: 0, maximum: 100_000, default: 0 }),
});

/** One delivery. What was not measured, or did not come to be, is null. */
export const Delivery = Type.Object({
  at: instantMs,
  delivery: Type.String(),
  messageKey: Type.String(),
  attempt: count,
  attempts: Type.Integer({
    minimum: 1,
    description: 'Deliveries of this message that are known, in and out of the range',
  }),
  msgType: Type.String(),
  event: Type.String(),
  host: Type.String(),
  outcome,
  reason,
  errMsg: Type.String({ description: 'Why it failed, in words' }),
  durationMs: milliseconds,
  dnsMs: millisecondsOrNull,
  connectMs: millisecondsOrNull,
  firstByteMs: millisecondsOrNull,
  status: orNull(Type.Integer()),
  receivedBytes: orNull(count),
  content: Type.String({ description: 'Message and answer, masked; empty where that is not switched on' }),
});
export type Delivery = Static<typeof Delivery>;
export const DeliveryList = Type.Object({ range: Range, total: countedRecords, items: Type.Array(Delivery) });
export type DeliveryList = Static<typeof DeliveryList>;

// --- Settings -----------------------------------------------------------------------------------------------------

export const PUSH_MODES = ['plain', 'compatible', 'safe'] as const;
export const PUSH_FORMATS = ['xml', 'json'] as const;
const token = Type.String({ pattern: '^[0-9A-Za-z]{3,32}$', description: 'Token, as set in the WeChat console' });
const encodingAesKey = Type.String({
  pattern: '^[0-9A-Za-z]{43}$',
  description: 'EncodingAESKey of the WeChat console',
});

/**
 * GET …/push/settings: how this server passes the app's messages on. Token and key are not among it; they are sealed.
 * `url` is what is entered in the WeChat console.
 */
export const PushSettings = Type.Object({
  url: Type.String(),
  upstream: orNull(Type.String({ description: 'The owner’s server. Null: nothing is passed on' })),
  format: choice(PUSH_FORMATS),
  mode: choice(PUSH_MODES),
  hasToken: Type.Boolean({ description: 'Without, signatures are not checked' }),
  hasKey: Type.Boolean({
    description: 'Without, encrypted messages are passed on unread and answers are judged by their shape',
  }),
  coverLate: Type.Boolean({ description: 'Answer `success` for a server that is late' }),
  keepContent: Type.Boolean({ description: 'Keep messages and answers, masked' }),
});
export type PushSettings = Static<typeof PushSettings>;

/** PUT …/push/settings. What is absent stays; null takes away. */
export const PushSettingsBody = Type.Object(
  {
    upstream: Type.Optional(orNull(Type.String({ maxLength: 2_048, pattern: '^https?://' }))),
    format: Type.Optional(choice(PUSH_FORMATS)),
    mode: Type.Optional(choice(PUSH_MODES)),
    token: Type.Optional(orNull(token)),
    encodingAesKey: Type.Optional(orNull(encodingAesKey)),
    coverLate: Type.Optional(Type.Boolean()),
    keepContent: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);
export type PushSettingsBody = Static<typeof PushSettingsBody>;
