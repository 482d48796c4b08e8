import type { Device, Envelope } from '@minilens/wire/envelope';
import type { Receipt, Refusal } from '@minilens/wire/receipt';
import { quietly } from './around.js';
import { settings } from './config.js';
import { CONFIG_KEY, isAgreed, isOff, remote, takeRemote } from './control.js';
import { ask } from './hook.js';
import { later, now, random, say } from './host.js';
import { configure } from './install.js';
import { MAX_EVENTS_PER_BATCH } from './limits.js';
import { type Facts, isObject, parsed } from './objects.js';
import { errMsgOf } from './outcome.js';
import { describeDevice, type Group, groups, queueSize, saveQueue, settleUpTo } from './queue.js';
import { hasEntered, session } from './session.js';
import { writeAtOnce } from './storage.js';
import { bytesAtMost } from './utf8-bytes.js';
import { AGENT_VERSION } from './version.js';

/** Largest body we build. Unit: bytes. Well under what the server takes, and quick on a weak uplink. */
const MAX_BODY_BYTES = 48 * 1024;
/** A request without an answer for this long is lost: iOS freezes callbacks in the background. Unit: ms. */
const ANSWER_TIMEOUT_MS = 30_000;
const FIRST_RETRY_MS = 2_000;
const MAX_RETRY_MS = 300_000;
/** This many waiting events are sent without waiting for the interval. */
const FLUSH_AT_EVENTS = 20;

// At least once: a batch stays in the queue until the server says it is settled. The server drops repetitions.

/** Events settled since the start of the process. */
export let sent = 0;
/** Events the server refused for good. */
export let refused = 0;

let backoffMs = FIRST_RETRY_MS;
/** Of the batch under way; another when none is. */
let attempt = 0;
let pausedAt = 0;
let pauseMs = 0;
/** The key is not let in. */
let isBarred: boolean | undefined;
let isFlushComing: boolean | undefined;
let hasWarned: boolean | undefined;

/** Call after every new event. */
export function noticeEvent(): void {
  if (!hasEntered) return;
  if (queueSize === FLUSH_AT_EVENTS) later(flushQueue, 0); // Not here and now: this runs inside the app's own call.
  keepFlushing();
}

/** Ticks while anything waits: also the way back from a pause, and from an answer that never came. */
function keepFlushing(): void {
  if (isFlushComing || isBarred) return;
  isFlushComing = true;
  later(() => {
    isFlushComing = false;
    flushQueue();
    if (queueSize && !isOff) keepFlushing();
  }, settings.flushIntervalMs);
}

/** Sends what waits, oldest first, one request at a time. Does nothing while a pause or a request is on. */
export function flushQueue(): void {
  if (groups[0] && !isOff) sendBatch(groups[0]);
}

/** Sends a batch, be it without events: for what comes with its receipt. */
export function sendBatch(group?: Group): void {
  const pausedMs = now() - pausedAt;
  // A clock set back must not make a pause endless.
  if (isBarred || (pausedMs >= 0 && pausedMs < pauseMs) || !isAgreed()) return;
  saveQueue();
  const { s, d, t, e } = describeDevice(group || { s: session, e: [] });
  const url = `${settings.endpoint}/v1/collect`;
  const mine = ++attempt;
  // As many of the oldest events as one body may hold.
  let count = Math.min(e.length, MAX_EVENTS_PER_BATCH) * 2;
  let data: string;
  do {
    count = count >> 1;
    data = JSON.stringify({
      v: 1,
      app: settings.appId as string,
      key: settings.key,
      agent: AGENT_VERSION,
      sentAt: now(),
      config: remote.version,
      session: s,
      device: d as Device,
      tags: t,
      events: e.slice(0, count),
    } satisfies Envelope);
  } while (count > 1 && bytesAtMost(data) > MAX_BODY_BYTES);
  const last = e[count - 1];
  pause(ANSWER_TIMEOUT_MS);

  const answered = quietly((result?: Answer) => {
    if (mine !== attempt) return;
    attempt++;
    const answer = result || {};
    const status = answer.statusCode as number;
    const said: Partial<Receipt & Refusal> =
      (isObject(answer.data) ? answer.data : parsed<typeof said>(answer.data)) || {};
    // A `success` callback alone means nothing: it also comes with a 500, or with a hotel's login page.
    const isSettled = status === 200 && (said.accepted as number) >= 0;
    // Without it trying on would only cost the user's battery. What waits is tried at the next start.
    isBarred = status === 401 || status === 403;
    const isRefused = status === 413 || (said.retry === false && !isBarred);
    // No connection, or the app's list of request domains lacks us; or an answer that nobody but the developer can mend.
    if (!isSettled && status !== 429 && !(status > 499)) warn(`${url}: ${said.message || status || errMsgOf(answer)}`);
    if (isSettled || isRefused) {
      pauseMs = 0;
      backoffMs = FIRST_RETRY_MS;
      if (isSettled) sent += count;
      else refused += count;
      if (last) settleUpTo(s.id, last.n);
      if (takeRemote(said.config)) {
        writeAtOnce(CONFIG_KEY, JSON.stringify(said.config));
        configure();
      }
      const next = groups[0];
      if (next && (queueSize >= FLUSH_AT_EVENTS || next.s !== s)) flushQueue();
    } else {
      pause(Math.max(backoffMs * (0.5 + random() / 2), retryAfterMs(answer.header || {})));
      backoffMs = Math.min(MAX_RETRY_MS, backoffMs * 2);
    }
  });
  ask('request', {
    url,
    method: 'POST',
    data,
    success: answered,
    fail: answered,
  });
}

function pause(ms: number): void {
  pausedAt = now();
  pauseMs = ms;
}

/** Once: what is wrong is wrong with every batch. */
function warn(message: string): void {
  if (!hasWarned) say(message);
  hasWarned = true;
}

type Answer = { statusCode?: unknown; data?: unknown; header?: Facts };

/** Seconds a busy server asks us to stay away, at most an hour. Header names come in either case. */
function retryAfterMs(header: Facts): number {
  return Math.min(Number(header['retry-after'] || header['Retry-After']) || 0, 3600) * 1000;
}
