import { type Static, Type } from 'typebox';
import { LIMITS } from './limits.js';

/** Version of the protocol. It changes only when an older server could misread a newer agent. */
export const PROTOCOL_VERSION = 1;

/** A Mini Program's AppID as WeChat issues it. */
export const APP_ID_PATTERN = '^wx[0-9a-f]{16}$';

const property = (description: string) => Type.Optional(Type.String({ maxLength: LIMITS.property, description }));
const id = (description: string) =>
  Type.String({ minLength: 8, maxLength: LIMITS.id, pattern: '^[A-Za-z0-9_-]+$', description });

/** The session (an open) that all events of the batch belong to. The same words in every batch of the session. */
export const Session = Type.Object({
  id: id('Random, made by the agent, unique within the app'),
  startAt: Type.Integer({
    minimum: 0,
    maximum: LIMITS.momentMs,
    description: 'Device clock. Unit: ms since the Unix epoch',
  }),
  user: id('Random, made once by the agent and kept in storage: one installation for one person'),
  scene: Type.Optional(Type.Integer({ minimum: 0, maximum: 65_535, description: "WeChat's scene id" })),
  entry: Type.Optional(
    Type.String({ maxLength: LIMITS.path, description: 'Path the app was opened with, without query' }),
  ),
});

/** What the events happened on. Everything is optional: a runtime that hides a fact still reports the rest. */
export const Device = Type.Object({
  platform: property('ios, android, windows, mac, ohos, devtools …'),
  system: property('iOS 17.4'),
  brand: property('Maker'),
  model: property('Model'),
  wechat: property('WeChat version'),
  sdk: property('Base library version'),
  level: Type.Optional(Type.Integer({ minimum: 1, maximum: 3, description: '1 high, 2 mid, 3 low' })),
  network: property('wifi, 2g, 3g, 4g, 5g, none, unknown'),
  version: property("The Mini Program's own version; empty outside a release"),
  env: property('develop, trial, release'),
});

/**
 * One batch of one session. The door checks only this; events are checked one by one later, so that one bad event
 * never costs its batch. Unknown properties are ignored: a newer agent may say more than this server understands.
 */
export const Envelope = Type.Object({
  v: Type.Literal(PROTOCOL_VERSION),
  app: Type.String({ pattern: APP_ID_PATTERN, description: 'AppID of the Mini Program' }),
  key: Type.Optional(
    Type.String({ maxLength: 64, description: 'The agent key of the app. Required by collect, ignored by import' }),
  ),
  agent: Type.String({ maxLength: 32, description: 'Version of the agent' }),
  sentAt: Type.Integer({
    minimum: 0,
    maximum: LIMITS.momentMs,
    description: 'Device clock at the moment of sending. Unit: ms since the Unix epoch',
  }),
  config: Type.Optional(
    Type.String({ maxLength: 32, description: 'Version of the remote configuration the agent follows; empty: none' }),
  ),
  session: Session,
  device: Device,
  tags: Type.Optional(
    Type.Record(Type.String({ pattern: `^[\\s\\S]{1,${LIMITS.name}}$` }), Type.String({ maxLength: LIMITS.tag }), {
      additionalProperties: false,
      maxProperties: LIMITS.tags,
      description: 'What `setTags` said; true of every event of the batch',
    }),
  ),
  events: Type.Array(Type.Unknown(), {
    maxItems: LIMITS.eventsPerBatch,
    description: 'None: an agent that was switched off asks whether it still is',
  }),
});

export type Session = Static<typeof Session>;
export type Device = Static<typeof Device>;
export type Envelope = Static<typeof Envelope>;
