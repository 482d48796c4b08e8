import type { PushFields } from '@minilens/wechat/push/document';
import type {
  ComponentEventMessage,
  EventMessage,
  ImageMessage,
  LinkMessage,
  LocationMessage,
  MiniProgramPageMessage,
  OtherMessage,
  PushMessage,
  TextMessage,
  VideoMessage,
  VoiceMessage,
} from '@minilens/wechat/push/message';
import type { Replies } from '@minilens/wechat/push/reply';

/** Messages by their kind; `any` is for what no other handler is there for. */
export interface MessageOfKind {
  text: TextMessage;
  image: ImageMessage;
  voice: VoiceMessage;
  video: VideoMessage;
  shortvideo: VideoMessage;
  location: LocationMessage;
  link: LinkMessage;
  miniprogrampage: MiniProgramPageMessage;
  event: EventMessage;
  component: ComponentEventMessage;
  other: OtherMessage;
  any: PushMessage;
}

type OfAuthorizer = ComponentEventMessage & { AuthorizerAppid: string };
type OfAuthorization = OfAuthorizer & { AuthorizationCode: string; PreAuthCode: string };

/** What a service provider is told, by InfoType, with what the platform always sends of it. */
export interface ComponentEventOfType {
  component_verify_ticket: ComponentEventMessage & { ComponentVerifyTicket: string };
  authorized: OfAuthorization;
  updateauthorized: OfAuthorization;
  unauthorized: OfAuthorizer;
  [name: `notify_third_${string}`]: ComponentEventMessage;
}

/** A reply of `reply`, fields of one's own, the text of a whole reply, or nothing, which answers `success`. */
// biome-ignore lint/suspicious/noConfusingVoidType: a handler that returns nothing has this type
export type Answer = PushFields | string | undefined | void;

export interface HandlerContext {
  /** Makes passive replies to this message. */
  reply: Replies;
  /** Of the URL it came to. A service provider finds the account's AppID in it, where he asked for that. */
  path: string;
}

/** What a service provider is told is answered `success`, whatever its handler returns. */
export type Handler<Message> = (
  message: Message,
  context: HandlerContext,
) => [Message] extends [ComponentEventMessage] ? unknown : Answer | Promise<Answer>;

export interface Handlers {
  add(name: string, handler: Handler<never>): void;
  /** The handler that fits best: by the name of the event, by the kind of the message, or the one for any. */
  find(message: PushMessage): Handler<PushMessage> | undefined;
}

const KINDS: { [Kind in keyof MessageOfKind]: true } = {
  text: true,
  image: true,
  voice: true,
  video: true,
  shortvideo: true,
  location: true,
  link: true,
  miniprogrampage: true,
  event: true,
  component: true,
  other: true,
  any: true,
};

const isInfoType = (name: string) =>
  /^(?:component_verify_ticket|(?:update|un)?authorized|notify_third_.*)$/.test(name);

/** An event's name never finds the handler of a kind: who makes up an event called `text` reaches none for texts. */
export function createHandlers(): Handlers {
  const handlers = new Map<string, Handler<PushMessage>>();
  const spaceOf = (name: string) => (Object.hasOwn(KINDS, name) ? 'kind' : isInfoType(name) ? 'component' : 'event');

  return {
    add: (name, handler) => {
      const key = `${spaceOf(name)} ${name}`;
      if (handlers.has(key)) throw new Error(`There is a handler for ${name} already.`);
      handlers.set(key, handler as Handler<PushMessage>);
    },
    find: (message) => {
      const { kind } = message;
      const named =
        kind === 'event'
          ? handlers.get(`event ${message.Event}`)
          : kind === 'component'
            ? handlers.get(`component ${message.InfoType}`)
            : undefined;
      return named ?? handlers.get(`kind ${kind}`) ?? handlers.get('kind any');
    },
  };
}

/** Said to all who wait for a handler that failed; its own error is in the log. */
export class HandlerFailed extends Error {
  override readonly name = 'HandlerFailed';
}
