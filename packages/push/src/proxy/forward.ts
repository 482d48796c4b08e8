import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LookupFunction } from 'node:net';
import type { PushFormat } from '@minilens/wechat/push/document';
import { judgeAnswer } from '@minilens/wechat/push/judge-answer';
import type { OpenedPush, PushKeys, PushMode, PushQuery } from '@minilens/wechat/push/open-push';
import { ON_THE_WAY, PLATFORM_TIMEOUT_MS, REPLAY_WINDOW_MS } from '../platform.js';
import { createAttempts } from '../report/attempts.js';
import type { Report } from '../report/delivery.js';
import { type DeliveryEnd, failureOf, senderLeft, timeoutOf } from '../report/failure.js';
import { nameMessage, nameUnread } from '../report/name-message.js';
import { checkPush, checkQuestion, type ReadPush, type RefusalCause } from './check-push.js';
import { type ExchangeEnd, exchange, KEPT_BYTES } from './exchange.js';
import { maskDelivery } from './mask.js';
import { type ReadMessage, readMessage } from './read-message.js';
import { connectUpstream } from './upstream.js';

const MAX_BODY_BYTES = 8 * 1024 ** 2;

/** Deliveries that may wait for the back end at once. One that hangs has so many at a hundred messages a second. Source: our choice. */
const MAX_IN_HAND = 500;

/** Messages that may be on their way in at once. Whoever sends slowly takes a place here, and none of those above. Source: our choice. */
const MAX_ARRIVING = 1_000;

/** When whoever was turned away may come again. Unit: s. */
const RETRY_AFTER_S = '5';

/** Back ends that may still be at work on what was answered for them. Beyond it nothing is answered for: each holds memory. Source: our choice. */
const MAX_COVERED = 2_000;

/** Something that is no delivery and should be known: what was refused and why, and what could not be read. */
export interface Notice {
  kind: RefusalCause | 'unread' | 'late_end' | 'fault';
  /** Without anything of the message. */
  words: string;
}

export interface ForwarderOptions {
  /** Where the back end listens, with the path of its receiver. Without a path it is asked by the one that was asked for. */
  upstream: URL;
  /** Whether that path is the back end's too, and not one of whoever took the message. As it is unless said. */
  passPath?: boolean;
  keys: PushKeys;
  /** As configured in the WeChat console. */
  format: PushFormat;
  mode: PushMode;
  report: Report;
  /** Hears what is no delivery. */
  notice?: (notice: Notice) => void;
  /** How long the sender waits. Unit: ms. */
  timeoutMs?: number;
  /** When to answer `success` for a back end that has the message and no answer yet. Absent: never. Unit: ms. */
  coverLateAtMs?: number | undefined;
  /** Report message and answer, masked. */
  keepContent?: boolean;
  maxBodyBytes?: number;
  /** Deliveries that wait for the back end at once. */
  maxInHand?: number;
  /** Back ends that may be at work on what was answered for them. */
  maxCovered?: number;
  /** How far the timestamp of a push may be from now, either way; with a token only. Unit: ms. */
  replayWindowMs?: number;
  /** Unix ms. */
  now?: () => number;
  random?: (size: number) => Buffer;
  /** Finds addresses, as `dns.lookup`. */
  lookup?: LookupFunction;
}

export interface Forwarder {
  /**
   * Passes a request on and its answer back, and reports it if it is a delivery. Resolves when neither the sender nor the
   * back end has anything to do any more. Never rejects.
   */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Waits for what is in hand, then ends the connections to the back end. */
  close(): Promise<void>;
}

/**
 * Stands between the platform and a back end. Bytes pass unchanged in both directions; what they came to is judged and
 * reported afterwards.
 */
export function createForwarder(options: ForwarderOptions): Forwarder {
  const {
    passPath = true,
    keys,
    format,
    mode,
    report,
    notice = () => {},
    timeoutMs = PLATFORM_TIMEOUT_MS,
    coverLateAtMs,
    keepContent = false,
    maxBodyBytes = MAX_BODY_BYTES,
    maxInHand = MAX_IN_HAND,
    maxCovered = MAX_COVERED,
    replayWindowMs = REPLAY_WINDOW_MS,
    now = Date.now,
    random = randomBytes,
  } = options;
  const upstream = connectUpstream(options.upstream, options.lookup);
  const attempts = createAttempts({ now });
  const going = new Set<Promise<void>>();
  let arriving = 0;
  let inHand = 0;
  let covered = 0;
  const tooLarge = `The body has more than ${maxBodyBytes} bytes.`;

  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const startedAt = performance.now();
    const at = now();
    const refuse = (status: number, cause: RefusalCause, words: string) => {
      notice({ kind: cause, words });
      // What follows of a body that nobody reads must not be taken for the next request.
      const headers = {
        'content-type': 'text/plain',
        ...(status === 503 && { 'retry-after': RETRY_AFTER_S }),
        ...(!request.complete && { connection: 'close' }),
      };
      response.writeHead(status, headers).end(words);
    };
    if (keys.token !== undefined && !['GET', 'HEAD', 'POST'].includes(request.method as string))
      return refuse(405, 'wrong_method', 'WeChat asks with GET and POST only.');
    if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) return refuse(413, 'too_large', tooLarge);

    if (arriving >= MAX_ARRIVING)
      return refuse(503, 'overloaded', `${MAX_ARRIVING} messages are on their way in already, and come slowly.`);
    let message: ReadMessage;
    arriving += 1;
    try {
      message = await readMessage(request, { keptBytes: Math.min(KEPT_BYTES, maxBodyBytes), timeoutMs });
    } catch (error) {
      return refuse(408, 'incomplete', (error as Error).message);
    } finally {
      arriving -= 1;
    }
    if (message.start.length > maxBodyBytes) return refuse(413, 'too_large', tooLarge);
    const { path, query } = readTarget(request.url as string);
    const passing = { request, response, startedAt, message, path: passPath ? path : '/', query };
    const isFull = () => {
      if (inHand < maxInHand) return false;
      refuse(503, 'overloaded', `${maxInHand} messages wait for the back end already.`);
      return true;
    };
    if (request.method !== 'POST') {
      const refusal = checkQuestion(readQuery(query), { keys, mode, replayWindowMs }, at);
      if (refusal !== undefined) return refuse(403, refusal.cause, refusal.words);
      if (!isFull()) await inPlace(passing, { timeoutMs, maxBodyBytes }, noteTooLarge);
      return;
    }

    const checked = checkPush(readQuery(query), message, { keys, mode, replayWindowMs }, at);
    if (checked.refusal !== undefined) {
      const { cause, words } = checked.refusal;
      return refuse(cause === 'too_large' ? 413 : 403, cause, words);
    }
    if (isFull()) return;
    await inPlace(
      passing,
      { timeoutMs, coverLateAtMs: covered < maxCovered ? coverLateAtMs : undefined, maxBodyBytes },
      (end) => {
        noteTooLarge(end);
        if (end.how !== 'too_large') tell(at, message, checked.read, end);
      },
    );
  }

  /** The exchange has one of the places until its sender is served: a back end that was answered for takes another. */
  async function inPlace(
    passing: Parameters<typeof exchange>[0],
    limits: Parameters<typeof exchange>[2],
    hear: (end: ExchangeEnd) => void,
  ): Promise<void> {
    let isCovered = false;
    inHand += 1;
    await exchange(
      passing,
      upstream,
      limits,
      (end) => {
        if (end.how === 'covered') {
          isCovered = true;
          inHand -= 1;
          covered += 1;
        }
        hear(end);
      },
      (words) => notice({ kind: 'late_end', words }),
    );
    if (isCovered) covered -= 1;
    else inHand -= 1;
  }

  function noteTooLarge({ how }: ExchangeEnd): void {
    if (how === 'too_large') notice({ kind: 'too_large', words: tooLarge });
  }

  /** The sender has its answer by now, so nothing of this delays it. */
  function tell(at: number, message: ReadMessage, read: () => ReadPush, end: ExchangeEnd): void {
    try {
      const known = read();
      const { push } = known;
      if (push === undefined) notice({ kind: 'unread', words: known.unread });
      const name = push === undefined ? nameUnread(message.start) : nameMessage(push);
      const waitedMs = msWaited(end);
      const { outcome, reason, words } = judge(end, waitedMs, push);
      const { dnsMs, connectMs } = end.progress;
      report({
        at,
        delivery: random(12).toString('base64url'),
        attempt: attempts.next(name.messageKey),
        ...name,
        host: upstream.host,
        outcome,
        durationMs: waitedMs,
        ...(dnsMs !== undefined && { dnsMs }),
        ...(connectMs !== undefined && { connectMs }),
        ...(end.firstByteMs !== undefined && { firstByteMs: end.firstByteMs }),
        ...(end.status !== undefined && { status: end.status }),
        ...(end.receivedBytes !== undefined && { receivedBytes: end.receivedBytes }),
        ...(reason !== undefined && { reason }),
        ...(words !== undefined && { errMsg: words }),
        ...(keepContent && { content: maskDelivery({ push, message: message.start, answer: end.answer }, keys) }),
      });
    } catch (error) {
      notice({ kind: 'fault', words: `A delivery was not reported: ${(error as Error).message}` });
    }
  }

  /** How long the sender waited for its answer, its whole time where that was over. Unit: ms. */
  function msWaited({ how, elapsedMs }: ExchangeEnd): number {
    const isOver = how === 'late' || (how === 'sender_left' && elapsedMs >= timeoutMs * (1 - ON_THE_WAY));
    return isOver ? timeoutMs : Math.min(elapsedMs, timeoutMs);
  }

  function judge(end: ExchangeEnd, waitedMs: number, push: OpenedPush | undefined): DeliveryEnd {
    const { host } = upstream;
    const { phase } = end.progress;
    if (end.how === 'covered') return { outcome: 'ok', reason: 'covered' };
    if (end.how === 'failed') return failureOf(end.error as NodeJS.ErrnoException, phase, host);
    if (end.how === 'sender_left' && waitedMs < timeoutMs) return senderLeft(waitedMs);
    if (end.how !== 'answered' || end.elapsedMs > timeoutMs) return timeoutOf(phase, host, timeoutMs);
    const judged = judgeAnswer({ status: end.status as number, body: end.answer, push, keys, format });
    // Word by word: a reason the protocol does not know must not compile.
    if (judged.outcome === 'invalid_response') return judged;
    return judged.outcome === 'ok' ? judged : { outcome: judged.outcome, words: judged.words };
  }

  return {
    handle: async (request, response) => {
      const passed = pass(request, response).catch((error: Error) => {
        notice({ kind: 'fault', words: `A request was not passed on: ${error.message}` });
        response.destroy();
      });
      going.add(passed);
      await passed;
      going.delete(passed);
    },
    close: async () => {
      await Promise.all(going);
      upstream.close();
    },
  };
}

/** What stands before the question mark and behind it, as it came. */
function readTarget(target: string): { path: string; query: string } {
  const [path = '', ...query] = target.split('?');
  return { path: path.startsWith('/') ? path : '/', query: query.join('?') };
}

/** Of a name that is said twice the first counts, as with the receiver. */
const readQuery = (query: string): PushQuery => Object.fromEntries([...new URLSearchParams(query)].reverse());
