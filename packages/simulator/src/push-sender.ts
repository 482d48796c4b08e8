import type { LookupFunction } from 'node:net';
import type { PushFields, PushFormat } from '@minilens/wechat/push/document';
import { type AnswerFault, judgeAnswer } from '@minilens/wechat/push/judge-answer';
import { messageKey, readMessage } from '@minilens/wechat/push/message';
import type { PushMode } from '@minilens/wechat/push/open-push';
import { sealPush } from '@minilens/wechat/push/seal-push';
import { signPush } from '@minilens/wechat/push/signature';
import type { DeliveryOutcome } from '@minilens/wire/event';
import { deliverPush, type Exchange } from './deliver-push.js';

/** In all, the first one included. */
const DELIVERIES = 3;

/** How long pushing is suspended. Unit: ms. */
const PAUSE_MS = 60_000;

/** Of an answer, what an alarm shows. Unit: characters. Source: our choice. */
const SHOWN_LENGTH = 200;

export interface PushSenderOptions {
  /** The developer's server, or what stands before it. */
  url: string;
  keys: { token: string; encodingAesKey: string; appid: string };
  mode: PushMode;
  format: PushFormat;
  /** From 0 up to 1. */
  random: () => number;
  /** The clock on the wall, which says the hour that a delivery belongs to. Unit: ms since the Unix epoch. */
  now: () => number;
  /** How long an answer may take. Unit: ms. Default 5000, as with the platform. */
  timeoutMs?: number;
  /** So many failures one after another suspend pushing for a minute. Default 20. Source: our choice. */
  markFailAfter?: number;
  /** Finds addresses. Default: that of Node. */
  lookup?: LookupFunction;
}

/** One delivery, as the platform sees it. */
export interface SentDelivery {
  /** Unit: ms since the Unix epoch. */
  at: number;
  messageKey: string;
  message: PushFields;
  /** 1, 2 or 3. */
  attempt: number;
  outcome: DeliveryOutcome;
  reason?: AnswerFault | undefined;
  /** Measured on this side. Unit: ms */
  durationMs: number;
  status?: number;
  from: string;
  to: string;
  response?: { bytes: number; start: string };
}

/** Pushes messages as the platform does, and keeps what it sees of every delivery. */
export function createPushSender(options: PushSenderOptions) {
  const { url, keys, mode, format, random, now, timeoutMs = 5_000, markFailAfter = 20, lookup } = options;
  const deliveries: SentDelivery[] = [];
  const pausedAt: number[] = [];
  let failedInARow = 0;
  let suspended = 0;

  const hex = () =>
    Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
  const nonce = () => String(Math.floor(random() * 1e9) + 1e9);
  const seconds = () => Math.floor(now() / 1000);
  const withQuery = (query: { [name: string]: string }) => {
    const target = new URL(url);
    for (const [name, value] of Object.entries(query)) target.searchParams.set(name, value);
    return target;
  };

  const isPaused = () => now() < (pausedAt.at(-1) ?? Number.NEGATIVE_INFINITY) + PAUSE_MS;

  function countFailures(outcome: DeliveryOutcome) {
    failedInARow = outcome === 'ok' ? 0 : failedInARow + 1;
    if (failedInARow < markFailAfter) return;
    failedInARow = 0;
    pausedAt.push(now());
  }

  async function deliver(message: PushFields, attempt: number): Promise<SentDelivery> {
    const at = now();
    const random16 = Buffer.from(hex() + hex());
    const seal = { ...keys, timestamp: seconds(), nonce: nonce(), random: random16, mode, format };
    const { query, body } = sealPush(message, seal);
    const headers = { 'content-type': format === 'xml' ? 'text/xml' : 'application/json', 'user-agent': 'Mozilla/4.0' };
    const exchange = await deliverPush({ url: withQuery(query), method: 'POST', headers, body, timeoutMs, lookup });
    const { from, to, durationMs } = exchange;
    const delivery = {
      at,
      messageKey: messageKey(message),
      message,
      attempt,
      from,
      to,
      durationMs,
      ...judge(message, exchange),
    };
    deliveries.push(delivery);
    countFailures(delivery.outcome);
    return delivery;
  }

  function judge(
    fields: PushFields,
    exchange: Exchange,
  ): Pick<SentDelivery, 'outcome' | 'reason' | 'status' | 'response'> {
    if (exchange.end !== 'answered') return { outcome: exchange.end };
    const { status, body, receivedBytes } = exchange;
    const push = { mode, format, fields, message: readMessage(fields) };
    const { outcome, ...found } = judgeAnswer({ status, body, push, keys, format });
    const response = { bytes: receivedBytes, start: (body?.toString() ?? '').slice(0, SHOWN_LENGTH) };
    return { outcome, ...('reason' in found && { reason: found.reason }), status, response };
  }

  return {
    /** Asks the URL whether it is the developer's, as the console does when it is entered. */
    async verify(): Promise<boolean> {
      const [timestamp, once, echostr] = [String(seconds()), nonce(), nonce() + nonce()];
      const query = { signature: signPush(keys.token, timestamp, once), timestamp, nonce: once, echostr };
      const exchange = await deliverPush({ url: withQuery(query), method: 'GET', timeoutMs, lookup });
      return exchange.end === 'answered' && exchange.status === 200 && exchange.body?.toString() === echostr;
    },

    /**
     * Delivers a message until it is answered, three times at most. An answer that is wrong is an answer. While pushing
     * is suspended nothing is sent and nobody waits.
     *
     * @returns its deliveries.
     */
    async push(message: PushFields): Promise<SentDelivery[]> {
      const tries: SentDelivery[] = [];
      while (tries.length < DELIVERIES) {
        if (isPaused()) {
          suspended += 1;
          break;
        }
        const delivery = await deliver(message, tries.length + 1);
        tries.push(delivery);
        if (delivery.status !== undefined) break;
      }
      return tries;
    },

    /** Every delivery so far, in the order in which they ended. */
    deliveries: deliveries as readonly SentDelivery[],
    /** When pushing was suspended. Unit: ms since the Unix epoch. */
    pausedAt: pausedAt as readonly number[],
    /** Deliveries that were not made because pushing was suspended. */
    suspended: () => suspended,
  };
}
