import { createHash } from 'node:crypto';
import { type PushFields, type PushValue, textOf } from './document.js';
import { PushError } from './push-error.js';

/**
 * A pushed message under the platform's own names. `kind` tells them apart. What the platform left out is an empty
 * string or 0, or absent where the type says so.
 */
export type PushMessage =
  | TextMessage
  | ImageMessage
  | VoiceMessage
  | VideoMessage
  | LocationMessage
  | LinkMessage
  | MiniProgramPageMessage
  | EventMessage
  | ComponentEventMessage
  | OtherMessage;

interface FromUser {
  /** The account that it is for: `gh_…`. */
  ToUserName: string;
  /** OpenID of the user. */
  FromUserName: string;
  /** Unit: s since the Unix epoch. */
  CreateTime: number;
  MsgType: string;
  /** Everything as it came. */
  fields: PushFields;
}

interface Numbered extends FromUser {
  /** Digits of a 64-bit integer. The same in every delivery of the message. */
  MsgId: string;
}

export interface TextMessage extends Numbered {
  kind: 'text';
  Content: string;
}

export interface ImageMessage extends Numbered {
  kind: 'image';
  PicUrl: string;
  MediaId: string;
}

export interface VoiceMessage extends Numbered {
  kind: 'voice';
  MediaId: string;
  /** amr, speex … */
  Format: string;
  /** What was said, for accounts that have this on. */
  Recognition?: string;
}

export interface VideoMessage extends Numbered {
  kind: 'video' | 'shortvideo';
  MediaId: string;
  ThumbMediaId: string;
}

export interface LocationMessage extends Numbered {
  kind: 'location';
  /** Latitude. Unit: degrees. */
  Location_X: number;
  /** Longitude. Unit: degrees. */
  Location_Y: number;
  /** Of the map. */
  Scale: number;
  Label: string;
}

export interface LinkMessage extends Numbered {
  kind: 'link';
  Title: string;
  Description: string;
  Url: string;
}

/** A card of a Mini Program, sent in its customer service. */
export interface MiniProgramPageMessage extends Numbered {
  kind: 'miniprogrampage';
  Title: string;
  AppId: string;
  PagePath: string;
  ThumbUrl: string;
  ThumbMediaId: string;
}

/** What belongs to an event beyond its name and key is in `fields`. */
export interface EventMessage extends FromUser {
  kind: 'event';
  /** subscribe, CLICK, user_enter_tempsession … */
  Event: string;
  EventKey?: string;
}

/** What the platform tells a service provider about itself or an account of his. It takes `success` and nothing else. */
export interface ComponentEventMessage {
  kind: 'component';
  /** component_verify_ticket, authorized, updateauthorized, unauthorized … */
  InfoType: string;
  /** Of the service provider. */
  AppId: string;
  /** Unit: s since the Unix epoch. */
  CreateTime: number;
  AuthorizerAppid?: string;
  ComponentVerifyTicket?: string;
  AuthorizationCode?: string;
  PreAuthCode?: string;
  fields: PushFields;
}

/** Of a type that is newer than this list. */
export interface OtherMessage extends FromUser {
  kind: 'other';
}

/** @throws PushError `malformed` where neither MsgType nor InfoType says what it is. */
export function readMessage(fields: PushFields): PushMessage {
  const text = (name: string) => textOf(fields[name]);
  const optional = <N extends string>(name: N): { [name in N]?: string } =>
    fields[name] === undefined ? {} : ({ [name]: text(name) } as { [name in N]?: string });
  const CreateTime = numberOf(fields.CreateTime);
  if (text('InfoType') !== '')
    return {
      kind: 'component',
      InfoType: text('InfoType'),
      AppId: text('AppId'),
      CreateTime,
      ...optional('AuthorizerAppid'),
      ...optional('ComponentVerifyTicket'),
      ...optional('AuthorizationCode'),
      ...optional('PreAuthCode'),
      fields,
    };

  const MsgType = text('MsgType');
  if (MsgType === '') throw new PushError('malformed', 'Neither MsgType nor InfoType says what was pushed.');
  const from = { ToUserName: text('ToUserName'), FromUserName: text('FromUserName'), CreateTime, MsgType, fields };
  const numbered = { ...from, MsgId: text('MsgId') };
  switch (MsgType) {
    case 'text':
      return { kind: MsgType, ...numbered, Content: text('Content') };
    case 'image':
      return { kind: MsgType, ...numbered, PicUrl: text('PicUrl'), MediaId: text('MediaId') };
    case 'voice':
      return {
        kind: MsgType,
        ...numbered,
        MediaId: text('MediaId'),
        Format: text('Format'),
        ...optional('Recognition'),
      };
    case 'video':
    case 'shortvideo':
      return { kind: MsgType, ...numbered, MediaId: text('MediaId'), ThumbMediaId: text('ThumbMediaId') };
    case 'location':
      return {
        kind: MsgType,
        ...numbered,
        Location_X: numberOf(fields.Location_X),
        Location_Y: numberOf(fields.Location_Y),
        Scale: numberOf(fields.Scale),
        Label: text('Label'),
      };
    case 'link':
      return { kind: MsgType, ...numbered, Title: text('Title'), Description: text('Description'), Url: text('Url') };
    case 'miniprogrampage':
      return {
        kind: MsgType,
        ...numbered,
        Title: text('Title'),
        AppId: text('AppId'),
        PagePath: text('PagePath'),
        ThumbUrl: text('ThumbUrl'),
        ThumbMediaId: text('ThumbMediaId'),
      };
    case 'event':
      return { kind: MsgType, ...from, Event: text('Event'), ...optional('EventKey') };
    default:
      return { kind: 'other', ...from };
  }
}

/**
 * Names a message, the same in each of its deliveries and without telling who sent it.
 *
 * @returns 32 hex digits.
 */
export function messageKey(fields: PushFields): string {
  const names = namesOf(fields).map((name) => [name, textOf(fields[name])]);
  return createHash('sha256').update(JSON.stringify(names)).digest('hex').slice(0, 32);
}

function namesOf(fields: PushFields): string[] {
  if (textOf(fields.MsgId) !== '') return ['MsgId'];
  if (textOf(fields.InfoType) !== '') return ['InfoType', 'AppId', 'CreateTime', 'AuthorizerAppid'];
  return ['FromUserName', 'CreateTime', 'Event'];
}

/** 0 where there is no number. */
const numberOf = (value: PushValue | undefined): number => {
  const number = Number(textOf(value));
  return Number.isFinite(number) ? number : 0;
};
