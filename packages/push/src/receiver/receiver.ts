import { randomBytes } from 'node:crypto';
import type { EventMessage } from '@minilens/wechat/push/message';
import type { PushMode } from '@minilens/wechat/push/open-push';
import { createAttempts } from '../report/attempts.js';
import type { Report } from '../report/delivery.js';
import { beginExchange, type Exchange, type PushAnswer, type PushHead } from './exchange.js';
import { type ComponentEventOfType, createHandlers, type Handler, type MessageOfKind } from './handlers.js';
import { memoryOnce, type Once } from './once.js';

export interface ReceiverOptions {
  /** What messages are encrypted for: the account itself, or the service provider that acts for it. */
  appid: string;
  /** Token of the WeChat console. */
  token: string;
  /** EncodingAESKey of the WeChat console: 43 characters. Safe mode needs it. */
  encodingAesKey?: string;
  /** As set in the WeChat console. In safe mode nothing is taken that is not encrypted. */
  mode: PushMode;
  /** Takes what every delivery came to: `createReporter(…).report`. */
  report?: Report;
  /** What reports call this server. Absent: the host that was asked. */
  host?: string;
  /** Remembers what was answered, where several processes share that. Absent: in memory. */
  once?: Once;
  /** How far a timestamp may be from this server's clock, either way. Unit: ms. Default 600,000. */
  replayWindowMs?: number;
  /** How long the platform waits for an answer. Unit: ms. Default 5,000. */
  timeoutMs?: number;
  /** When a late handler's answer is replaced by `success`; the handler goes on. Unit: ms. Absent: never. */
  coverLateAtMs?: number;
  /** Unit: bytes. Default 262,144. */
  maxBodyBytes?: number;
  /** Unix ms. */
  now?: () => number;
  random?: (size: number) => Buffer;
  /** Takes a sentence, and the error where a handler failed. */
  log?: (words: string, error?: unknown) => void;
}

export interface Receiver {
  /**
   * Says who answers: messages of a kind (`text`, `image` …), an event by its name (`subscribe`, `CLICK` …) or all others
   * (`event`), a service provider's event by its InfoType (`component_verify_ticket` …) or all others (`component`), and
   * whatever is left (`any`). What nobody answers is answered `success`.
   *
   * @throws where there is a handler of this name already.
   */
  on<Kind extends keyof MessageOfKind>(kind: Kind, handler: Handler<MessageOfKind[Kind]>): Receiver;
  on<Type extends keyof ComponentEventOfType>(infoType: Type, handler: Handler<ComponentEventOfType[Type]>): Receiver;
  on(event: string, handler: Handler<EventMessage>): Receiver;
  /** Answers one request, where no adapter does. Never rejects. */
  handle(request: PushHead & { body: string | Uint8Array }): Promise<PushAnswer>;
  /** For adapters: the same in steps, so that the delivery is timed to its end. */
  begin(head: PushHead): Exchange;
  /** Unit: bytes. */
  maxBodyBytes: number;
}

/**
 * Receives what WeChat pushes: checks and decrypts it, calls its handler once, and answers as the platform wants it.
 *
 * @throws a sentence, where an option is missing or wrong.
 */
export function createReceiver(options: ReceiverOptions): Receiver {
  const { appid, token, encodingAesKey, mode, coverLateAtMs, now = Date.now } = options;
  const { replayWindowMs = 600_000, timeoutMs = 5_000, maxBodyBytes = 262_144 } = options;
  if (!/^[0-9A-Za-z]{3,32}$/.test(token))
    throw new Error('token must be that of the WeChat console: 3 to 32 letters and digits.');
  if (encodingAesKey !== undefined && !/^[0-9A-Za-z]{43}$/.test(encodingAesKey))
    throw new Error('encodingAesKey must be that of the WeChat console: 43 letters and digits.');
  if (mode === 'safe' && encodingAesKey === undefined)
    throw new Error('Safe mode takes an encodingAesKey: copy the EncodingAESKey of the WeChat console.');
  if (coverLateAtMs !== undefined && coverLateAtMs >= timeoutMs)
    throw new Error(`coverLateAtMs must be less than timeoutMs, ${timeoutMs}: after that nobody waits for an answer.`);

  const handlers = createHandlers();
  const setting = {
    keys: { appid, token, encodingAesKey },
    mode,
    handlers,
    once: options.once ?? memoryOnce({ keepMs: 2 * replayWindowMs, now }),
    attempts: createAttempts({ now }),
    report: options.report,
    host: options.host,
    replayWindowMs,
    timeoutMs,
    coverLateAtMs,
    maxBodyBytes,
    now,
    random: options.random ?? randomBytes,
    log: options.log ?? console.warn,
  };

  const receiver: Receiver = {
    on: (name: string, handler: Handler<never>) => {
      handlers.add(name, handler);
      return receiver;
    },
    handle: async ({ body, ...head }) => {
      const exchange = receiver.begin(head);
      const answer = await exchange.answer(body);
      exchange.end(true);
      return answer;
    },
    begin: (head) => beginExchange(head, setting),
    maxBodyBytes,
  };
  return receiver;
}
