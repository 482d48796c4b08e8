import type { Envelope } from '@minilens/wire/envelope';
import type { Receipt, Refusal } from '@minilens/wire/receipt';
import type { Fn } from './hook.js';
import { MAX_EVENTS_PER_BATCH } from './limits.js';
import type { Group, Queue } from './queue.js';
import { quietly } from './quietly.js';
import { utf8Bytes } from './utf8-bytes.js';

/** Largest body we build. Unit: bytes. Well under what the server takes, and quick on a weak uplink. */
const MAX_BODY_BYTES = 48 * 1024;
/** A request without an answer for this long is lost: iOS freezes callbacks in the background. Unit: ms. */
const ANSWER_TIMEOUT_MS = 30_000;
const FIRST_RETRY_MS = 2_000;
const MAX_RETRY_MS = 300_000;
/** This many waiting events are sent without waiting for the interval. */
export const FLUSH_AT_EVENTS = 20;

export interface Transport {
  /** Sends what waits, oldest first, one request at a time. Does nothing while a pause or a request is on. */
  flush(): void;
  /** Call after every new event. */
  noticeEvent(): void;
  readonly sent: number;
  /** Events the server refused for good. */
  readonly refused: number;
}

interface Needs {
  request: Fn | undefined;
  url: string;
  flushIntervalMs: number;
  queue: Queue;
  envelope(group: Group, sentAt: number): Omit<Envelope, 'events'>;
  now(): number;
  random(): number;
  later(task: () => void, delayMs: number): void;
  warn(message: string): void;
}

/** At least once: a batch stays in the queue until the server says it is settled. The server drops repetitions. */
export function createTransport(needs: Needs): Transport {
  const { request, url, queue, now, random, later } = needs;
  let sent = 0;
  let refused = 0;
  let failures = 0;
  let attempt = 0;
  let pause = { since: 0, ms: 0 };
  let isSending = false;
  let isStopped = false;
  let isFlushComing = false;
  let hasWarned = false;

  /** A clock set back must not make a pause endless. */
  const isPaused = () => now() >= pause.since && now() - pause.since < pause.ms;
  const pauseFor = (ms: number) => {
    pause = { since: now(), ms };
  };

  function flush(): void {
    if (isStopped || isPaused() || !request) return;
    const group = queue.first();
    if (!group) return;
    queue.save('soon');
    const { body, lastN, count } = encode(group, needs.envelope(group, now()));
    const mine = ++attempt;
    isSending = true;
    pauseFor(ANSWER_TIMEOUT_MS);
    const answered = quietly((result?: Answer) => {
      if (mine !== attempt || !isSending) return;
      isSending = false;
      pause.ms = 0;
      take(group.s.id, lastN, count, result);
    });
    const header = { 'content-type': 'application/json' };
    try {
      request({ url, method: 'POST', data: body, header, success: answered, fail: () => answered() });
    } catch {
      answered();
    }
  }

  function take(sessionId: string, lastN: number, count: number, result: Answer | undefined): void {
    const said = bodyOf(result);
    const status = result ? Number(result.statusCode) : 0;
    const verdict = judge(status, said);
    if (status >= 400 && status < 500 && status !== 429) warnOnce(status, said);
    if (verdict === 'stop') {
      isStopped = true;
    } else if (verdict === 'retry') {
      const backoffMs = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** failures++) * (0.5 + random() / 2);
      pauseFor(Math.max(backoffMs, retryAfterMs(result)));
    } else {
      failures = 0;
      if (verdict === 'settled') sent += count;
      else refused += count;
      queue.settle(sessionId, lastN);
      if (queue.length >= FLUSH_AT_EVENTS || queue.first()?.s.id !== sessionId) flush();
    }
  }

  function warnOnce(status: number, said: Partial<Refusal>): void {
    if (hasWarned) return;
    hasWarned = true;
    needs.warn(`${url} answered ${status}: ${said.message || 'no reason given'}`);
  }

  /** Ticks while anything waits: also the way back from a pause, and from an answer that never came. */
  function keepFlushing(): void {
    if (isFlushComing) return;
    isFlushComing = true;
    later(() => {
      isFlushComing = false;
      flush();
      if (queue.length > 0 && !isStopped) keepFlushing();
    }, needs.flushIntervalMs);
  }

  return {
    flush,
    noticeEvent() {
      if (isStopped) return;
      if (queue.length === FLUSH_AT_EVENTS) later(flush, 0); // Not here and now: this runs inside the app's own call.
      keepFlushing();
    },
    get sent() {
      return sent;
    },
    get refused() {
      return refused;
    },
  };
}

type Answer = { statusCode?: unknown; data?: unknown; header?: Record<string, unknown> };

/** As many of the group's oldest events as one body may hold. */
function encode(group: Group, head: Omit<Envelope, 'events'>) {
  let count = Math.min(group.e.length, MAX_EVENTS_PER_BATCH);
  for (;;) {
    const events = group.e.slice(0, count);
    const body = JSON.stringify(Object.assign({}, head, { events }));
    const last = events[events.length - 1];
    if (count <= 1 || utf8Bytes(body) <= MAX_BODY_BYTES) return { body, count, lastN: last ? last.n : 0 };
    count >>= 1;
  }
}

function bodyOf(result: Answer | undefined): Partial<Receipt & Refusal> {
  const data = result?.data;
  try {
    return (typeof data === 'string' ? JSON.parse(data) : data) || {};
  } catch {
    return {};
  }
}

/**
 * A `success` callback alone means nothing: it also comes with a 500, or with a hotel's login page. `refused`: the same
 * bytes can never succeed. `stop`: this key is not let in, so trying on would only cost the user's battery; what waits
 * is tried again at the next start.
 */
function judge(status: number, said: Partial<Receipt & Refusal>): 'settled' | 'refused' | 'retry' | 'stop' {
  if (status === 200 && typeof said.accepted === 'number') return 'settled';
  if (status === 401 || status === 403) return 'stop';
  if (status === 400 || status === 413 || status === 422) return 'refused';
  return status >= 400 && status < 500 && said.retry === false ? 'refused' : 'retry';
}

/** Seconds a busy server asks us to stay away, at most an hour. Header names come in either case. */
function retryAfterMs(result: Answer | undefined): number {
  const header = result?.header;
  const seconds = header ? Number(header['retry-after'] || header['Retry-After']) : 0;
  return seconds > 0 ? Math.min(seconds, 3600) * 1000 : 0;
}
