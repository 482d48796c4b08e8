import { type Static, type TSchema, Type } from 'typebox';
import { APP_ID_PATTERN } from './envelope.js';

/**
 * Who may call the WeChat APIs, from where, and how often: the part of `/api/v1/*` that owners use. Moments are Unix
 * milliseconds.
 */

const orNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const instantMs = Type.Integer({ description: 'Unit: ms since the Unix epoch' });
const appid = Type.String({ pattern: APP_ID_PATTERN });

const addresses = orNull(
  Type.Array(Type.String({ maxLength: 64 }), {
    maxItems: 100,
    description: 'Addresses and networks it is called from, such as 203.0.113.0/24; null for any',
  }),
);
const permissions = Type.Array(Type.Integer({ minimum: 1, maximum: 1_000 }), {
  maxItems: 100,
  uniqueItems: true,
  description: 'WeChat permission sets: 18 development and data analysis, 3 message push',
});
const calls = Type.Integer({ minimum: 1, maximum: 1_000_000_000, description: 'Calls of one API' });

/** GET /api/v1/apps/:app/access */
export const AppAccess = Type.Object({
  addresses,
  permissions: orNull(permissions),
  dailyQuota: calls,
  minuteQuota: calls,
  frozenAt: orNull(instantMs),
  oldSecretUntil: orNull(instantMs),
});
export type AppAccess = Static<typeof AppAccess>;

/** PUT /api/v1/apps/:app/access. What is absent stays; null takes a bound away. */
export const AppAccessBody = Type.Object(
  {
    addresses: Type.Optional(addresses),
    permissions: Type.Optional(orNull(permissions)),
    dailyQuota: Type.Optional(orNull(calls)),
    minuteQuota: Type.Optional(orNull(calls)),
    isFrozen: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);
export type AppAccessBody = Static<typeof AppAccessBody>;

/** POST …/secret: a new secret. The one before works for that long still; at 0 it ends at once, with all tokens. */
export const RotateBody = Type.Object(
  { overlapSeconds: Type.Integer({ minimum: 0, maximum: 30 * 86_400 }) },
  { additionalProperties: false },
);
export type RotateBody = Static<typeof RotateBody>;

/** The answer: shown this once and stored only as a hash. */
export const NewSecret = Type.Object({
  appid: Type.String(),
  secret: Type.String(),
  oldSecretUntil: orNull(instantMs),
});
export type NewSecret = Static<typeof NewSecret>;

/** POST /api/v1/components: a service provider. */
export const NewComponentBody = Type.Object(
  { appid, name: Type.Optional(Type.String({ maxLength: 64 })) },
  { additionalProperties: false },
);
export type NewComponentBody = Static<typeof NewComponentBody>;
export const NewComponent = Type.Object({ appid: Type.String(), name: Type.String(), secret: Type.String() });
export type NewComponent = Static<typeof NewComponent>;

/** PUT /api/v1/components/:component. What is absent stays; null takes it away. */
export const ComponentBody = Type.Object(
  {
    addresses: Type.Optional(addresses),
    eventUrl: Type.Optional(
      orNull(
        Type.String({ pattern: '^https?://', maxLength: 512, description: 'Where tickets and events are pushed' }),
      ),
    ),
  },
  { additionalProperties: false },
);
export type ComponentBody = Static<typeof ComponentBody>;

/** GET /api/v1/components */
export const Component = Type.Object({
  appid: Type.String(),
  name: Type.String(),
  addresses,
  eventUrl: orNull(Type.String()),
  authorizations: Type.Array(Type.Object({ appid: Type.String(), permissions, authorizedAt: instantMs })),
});
export type Component = Static<typeof Component>;

/** GET /api/v1/components/:component/ticket */
export const Ticket = Type.Object({
  ticket: Type.String({ description: 'component_verify_ticket' }),
  expiresAt: instantMs,
});
export type Ticket = Static<typeof Ticket>;

/** GET /api/v1/components/:component/events: what the receiver of pushes is configured with. */
export const EventKeys = Type.Object({
  eventUrl: orNull(Type.String()),
  token: Type.String({ description: 'Signs pushes' }),
  encodingAesKey: Type.String({ description: 'Encrypts pushes; 43 characters' }),
});
export type EventKeys = Static<typeof EventKeys>;

/** POST /api/v1/components/:component/authorizations: an account lets a service provider act for it. */
export const AuthorizeBody = Type.Object(
  {
    appid,
    permissions,
    preAuthCode: Type.Optional(Type.String({ maxLength: 512, description: 'Of the provider that asked for it' })),
  },
  { additionalProperties: false },
);
export type AuthorizeBody = Static<typeof AuthorizeBody>;
export const Authorized = Type.Object({
  authorizationCode: Type.String({ description: 'For api_query_auth, once' }),
  expiresAt: instantMs,
});
export type Authorized = Static<typeof Authorized>;
