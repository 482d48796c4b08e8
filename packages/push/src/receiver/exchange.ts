import { createHash } from 'node:crypto';
import { isFields, type PushFormat, textOf, writeDocument } from '@minilens/wechat/push/document';
import { judgeAnswer } from '@minilens/wechat/push/judge-answer';
import type { PushMessage } from '@minilens/wechat/push/message';
import {
  answerVerification,
  isVerification,
  type OpenedPush,
  openPush,
  type PushMode,
  type PushQuery,
} from '@minilens/wechat/push/open-push';
import { PushError, type PushErrorCode } from '@minilens/wechat/push/push-error';
import { replyTo } from '@minilens/wechat/push/reply';
import { sealReply } from '@minilens/wechat/push/seal-push';
import { isWithin, ON_THE_WAY } from '../platform.js';
import type { Attempts } from '../report/attempts.js';
import type { DeliveryReport, Report } from '../report/delivery.js';
import { type DeliveryEnd, senderLeft, timeoutOf } from '../report/failure.js';
import { nameMessage, nameUnread } from '../report/name-message.js';
import { type Answer, HandlerFailed, type Handlers } from './handlers.js';
import type { Once } from './once.js';
import { settleWithin } from './settle-within.js';

/** What is known of a request before its body. */
export interface PushHead {
  method: string;
  /** Of the URL, as text or as names and values. */
  query: string | { [name: string]: string };
  path?: string | undefined;
  /** The host that was asked. */
  host?: string | undefined;
}

export interface PushAnswer {
  status: number;
  headers: { [name: string]: string };
  body: string;
}

/** One request, from its head to the end of its answer. */
export interface Exchange {
  /** @param body undefined: longer than is taken. @returns what to answer. Never rejects. */
  answer(body: string | Uint8Array | undefined): Promise<PushAnswer>;
  /** Reports the delivery, once. @param isWhole the answer went out to its end; if not, the sender left before. */
  end(isWhole: boolean): void;
}

export interface ExchangeSettings {
  keys: { appid: string; token: string; encodingAesKey: string | undefined };
  mode: PushMode;
  handlers: Handlers;
  once: Once;
  attempts: Attempts;
  report: Report | undefined;
  host: string | undefined;
  replayWindowMs: number;
  timeoutMs: number;
  coverLateAtMs: number | undefined;
  maxBodyBytes: number;
  now: () => number;
  random: (size: number) => Buffer;
  log: (words: string, error?: unknown) => void;
}

/** What is answered, and what the delivery comes to where that arrives in time: judged when it has left. */
interface Result extends PushAnswer {
  end: () => DeliveryEnd;
}

type Delivery = Pick<DeliveryReport, 'messageKey' | 'msgType' | 'event' | 'attempt'>;

/** What is answered to a push that is not taken. Others are malformed in one way or the other. */
const FORBIDDEN: ReadonlySet<PushErrorCode> = new Set(['wrong_signature', 'wrong_appid']);

/** These come from the platform all the same: the signature was right. */
const SIGNED: ReadonlySet<PushErrorCode> = new Set(['undecryptable', 'wrong_appid']);

const QUERY_NAMES = ['signature', 'timestamp', 'nonce', 'openid', 'encrypt_type', 'msg_signature', 'echostr'] as const;

const CONTENT_TYPES: { [format in PushFormat]: string } = { xml: 'application/xml', json: 'application/json' };

export function beginExchange(head: PushHead, settings: ExchangeSettings): Exchange {
  const { keys, mode, handlers, once, attempts, report, replayWindowMs, timeoutMs, coverLateAtMs } = settings;
  const { now, random, log } = settings;
  const { method, path = '/' } = head;
  const host = settings.host ?? head.host ?? '';
  const at = now();
  const beganAt = performance.now();
  const passedMs = () => Math.round(performance.now() - beganAt);

  let delivery: Delivery | undefined;
  let result: Result | undefined;
  let firstByteMs: number | undefined;

  async function respond(body: string | Uint8Array | undefined): Promise<Result> {
    if (method !== 'GET' && method !== 'POST')
      return {
        ...refuse(405, 'WeChat sends GET and POST, nothing else is answered.'),
        headers: { allow: 'GET, POST' },
      };
    const query = readQuery(head.query);
    if (method === 'GET' && !isVerification(query))
      return refuse(400, 'There is no echostr in the query: this is the address for the message push of WeChat.');
    if (body === undefined || Buffer.byteLength(body) > settings.maxBodyBytes)
      return refuse(413, `It is longer than ${settings.maxBodyBytes} bytes, and so than any message of WeChat.`);
    if (!isWithin(query.timestamp, at, replayWindowMs))
      return refuse(403, `Its timestamp is more than ${replayWindowMs / 1000} s from now. Is the clock right?`);
    try {
      if (isVerification(query) && method === 'GET') return text(200, answerVerification(query, keys.token));
      const push = openPush({ query, body: Buffer.from(body).toString() }, { ...keys, mode });
      delivery = numbered(nameMessage(push));
      return await respondTo(push, delivery.messageKey);
    } catch (error) {
      if (!(error instanceof PushError)) throw error;
      if (SIGNED.has(error.code)) delivery = numbered(nameUnread(Buffer.from(body)));
      return refuse(FORBIDDEN.has(error.code) ? 403 : 400, error.message);
    }
  }

  const numbered = (name: Omit<Delivery, 'attempt'>) => ({
    ...name,
    attempt: attempts.next(name.messageKey),
  });

  async function respondTo(push: OpenedPush, messageKey: string): Promise<Result> {
    const work = once(onceKey(push, messageKey), () => runHandler(push)).catch((error) => {
      if (!(error instanceof HandlerFailed)) log('Whether a message was handled before cannot be said.', error);
      throw new HandlerFailed();
    });
    const reply = await settleWithin((coverLateAtMs ?? timeoutMs) - passedMs(), work);
    if (reply !== undefined) return seal(reply, push);
    if (coverLateAtMs !== undefined) return text(200, 'success', { outcome: 'ok', reason: 'covered' });
    const end = timeoutOf('answer', host, timeoutMs);
    return text(503, `${end.words}\n`, end);
  }

  async function runHandler(push: OpenedPush): Promise<string> {
    try {
      const { message } = push;
      const answer = await handlers.find(message)?.(message, { reply: repliesTo(message), path });
      return message.kind === 'component' ? 'success' : writeAnswer(answer, push.format);
    } catch (error) {
      log(`The handler of ${nameOf(nameMessage(push))} failed.`, error);
      throw new HandlerFailed();
    }
  }

  function repliesTo(message: PushMessage) {
    const addresses = message.kind === 'component' ? { ToUserName: message.AppId, FromUserName: '' } : message;
    return replyTo(addresses, Math.floor(now() / 1000));
  }

  function seal(reply: string, push: OpenedPush): Result {
    const end = () => judge(reply, push);
    if (reply === 'success' || reply === '') return { ...text(200, reply), end };
    const headers = { 'content-type': CONTENT_TYPES[push.format] };
    if (push.mode === 'plain' || keys.encodingAesKey === undefined) return { status: 200, headers, body: reply, end };
    const timestamp = Math.floor(now() / 1000);
    const nonce = String(random(4).readUInt32BE());
    const body = sealReply(reply, { ...keys, timestamp, nonce, random: random(16) }, push.format);
    return { status: 200, headers, body, end };
  }

  /** What the handler made of it, before it was encrypted. */
  function judge(reply: string, push: OpenedPush): DeliveryEnd {
    const asPlain = { ...push, mode: 'plain' } as const;
    const judged = judgeAnswer({ status: 200, body: Buffer.from(reply), push: asPlain, keys, format: push.format });
    // Word by word: a reason the protocol does not know must not compile.
    if (judged.outcome === 'invalid_response') return judged;
    return judged.outcome === 'ok' ? judged : { outcome: judged.outcome, words: judged.words };
  }

  function refuse(status: number, words: string): Result {
    // What is reported is logged with the delivery.
    if (delivery === undefined) log(`Refused with ${status}: ${words}`);
    return text(status, `${words}\n`, { outcome: 'bad_status', words });
  }

  /** Nobody's fault but ours or the handler's: what it was stays in the log. */
  function fail(error: unknown): Result {
    if (!(error instanceof HandlerFailed)) log('A message could not be handled.', error);
    const words = 'The message could not be handled: the error is in the log of this server.';
    return text(500, 'The message could not be handled.\n', { outcome: 'bad_status', words });
  }

  function endOf(isWhole: boolean, passed: number): DeliveryEnd {
    if (passed >= timeoutMs * (isWhole ? 1 : 1 - ON_THE_WAY)) return timeoutOf('answer', host, timeoutMs);
    return isWhole && result !== undefined ? result.end() : senderLeft(passed);
  }

  return {
    answer: async (body) => {
      result = await respond(body).catch(fail);
      firstByteMs = passedMs();
      const { status, headers, body: answer } = result;
      return { status, headers, body: answer };
    },
    end: (isWhole) => {
      if (delivery === undefined) return;
      const name = delivery;
      const passed = passedMs();
      const { outcome, reason, words } = endOf(isWhole, passed);
      delivery = undefined;
      if (outcome !== 'ok') log(`${nameOf(name)} in attempt ${name.attempt} came to ${reason ?? outcome}: ${words}`);
      const isTimeout = outcome === 'request_timeout' && reason === undefined;
      tell({
        at,
        delivery: random(12).toString('base64url'),
        ...name,
        host,
        outcome,
        durationMs: isTimeout ? timeoutMs : passed,
        ...(isWhole && result !== undefined && answered(result, firstByteMs)),
        ...(reason !== undefined && { reason }),
        ...(words !== undefined && { errMsg: words }),
      });
    },
  };

  function tell(delivered: DeliveryReport): void {
    try {
      report?.(delivered);
    } catch (error) {
      log('A delivery could not be reported.', error);
    }
  }
}

const text = (status: number, body: string, end: DeliveryEnd = { outcome: 'ok' }): Result => ({
  status,
  // What is answered may be the sender's own echostr: no browser takes it for a page.
  headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
  body,
  end: () => end,
});

function readQuery(query: PushHead['query']): PushQuery {
  const asked = new URLSearchParams(query);
  return Object.fromEntries(QUERY_NAMES.map((name) => [name, asked.get(name) ?? undefined]));
}

/**
 * Two events of one user in one second have the same name; as what is sent again is the same in every field, the fields
 * tell them apart.
 */
function onceKey({ fields }: OpenedPush, messageKey: string): string {
  if (textOf(fields.MsgId) !== '') return messageKey;
  return `${messageKey}:${createHash('sha256').update(JSON.stringify(fields)).digest('hex').slice(0, 32)}`;
}

/** For the log, where names from outside must not begin a line of their own. */
const nameOf = ({ msgType, event }: Pick<Delivery, 'msgType' | 'event'>) =>
  [msgType, event ?? []]
    .flat()
    .join(' ')
    .slice(0, 100)
    .replace(/[^\w .-]/g, '?');

function writeAnswer(answer: Answer, format: PushFormat): string {
  if (answer === undefined) return 'success';
  if (typeof answer === 'string') return answer;
  if (isFields(answer)) return writeDocument(answer, format);
  throw new TypeError(`It returned ${answer === null ? null : typeof answer}: return a reply, “success” or nothing.`);
}

const answered = ({ status, body }: Result, firstByteMs: number | undefined) => ({
  status,
  receivedBytes: Buffer.byteLength(body),
  ...(firstByteMs !== undefined && { firstByteMs }),
});
