import { randomBytes } from 'node:crypto';
import { type Envelope, PROTOCOL_VERSION } from '@minilens/wire/envelope';
import { LIMITS } from '@minilens/wire/limits';
import type { Receipt } from '@minilens/wire/receipt';
import { AGENT } from '../version.js';
import type { Report } from './delivery.js';
import { openDeliverySpool, type SpooledBatch } from './delivery-spool.js';

/** How long a delivery may wait for others to go with it. Unit: ms. A report shows it within five seconds. */
const GATHER_MS = 1_000;

/** Batches of one request: a thousand deliveries, half a megabyte of ordinary ones and less than an import takes of the largest. */
const BATCHES_AT_ONCE = 10;

/** An import without an answer for this long is lost. Unit: ms. */
const ANSWER_TIMEOUT_MS = 30_000;

/** Pauses after a failure, where the collector does not name a longer one. Unit: ms. */
const PAUSE_MS = { first: 1_000, longest: 60_000 };

/** Longest pause a collector can ask for. Unit: ms. */
const MAX_RETRY_AFTER_MS = 3_600_000;

/** The same trouble is told once in this time. Unit: ms. */
const TOLD_EVERY_MS = 60_000;

/** What waiting deliveries may take on disk, some 200,000 of them. Unit: bytes. */
const MAX_BYTES = 128 * 1024 ** 2;

export interface ReporterOptions {
  /** The app whose messages are delivered. */
  appid: string;
  /** Its secret, which `minilens app add` printed. */
  secret: string;
  /** Where Minilens is: http://127.0.0.1:8321 */
  url: string;
  /** Where deliveries wait while Minilens is away. Absent: in a temporary file, and a kill loses them. */
  directory?: string;
  /** Names this sender among several of one app: 8 to 32 of A–Z a–z 0–9 _ -. Absent: a random name the directory keeps. */
  sender?: string;
  /** What waiting deliveries may take on disk. Unit: bytes. Beyond it they are counted, logged and lost. */
  maxBytes?: number;
  /** Unix ms. */
  now?: () => number;
  random?: (size: number) => Buffer;
  fetch?: typeof fetch;
  /** Takes one sentence. The same trouble is told once a minute. */
  log?: (words: string) => void;
}

export interface Reporter {
  report: Report;
  /** Deliveries that wait for Minilens. */
  pending(): number;
  /** Deliveries lost, ever since the start: there was no room, or the disk did not take them. */
  lost(): number;
  /** Sends what waits at once. Resolves when nothing is left, or when Minilens did not take it. */
  flush(): Promise<void>;
  /** Ends sending. What waits in a directory is sent by the next reporter there. */
  close(): Promise<void>;
}

/**
 * Reports deliveries to Minilens, each exactly once: it is written down with its number before it is sent, sent again under
 * the same number until there is a receipt, and forgotten after that.
 *
 * @throws a sentence, where the directory cannot be used.
 */
export function createReporter(options: ReporterOptions): Reporter {
  const { appid, secret, url, now = Date.now, random = randomBytes, log = console.warn } = options;
  const ask = options.fetch ?? fetch;
  const newId = () => random(12).toString('base64url');
  const spool = openDeliverySpool({ maxBytes: MAX_BYTES, ...options, app: appid, now, newId });
  const target = new URL(`v1/import?app=${encodeURIComponent(appid)}`, url.endsWith('/') ? url : `${url}/`);
  const closing = new AbortController();
  const toldAt = new Map<string, number>();
  const writing = new Set<Promise<void>>();

  let isClosed = false;
  let lost = 0;
  let pauseMs = 0;
  let timer: NodeJS.Timeout | undefined;
  let sending: Promise<void> | undefined;

  /** @param trouble what is told once a minute, whatever the words. */
  function tell(trouble: string, words: string): void {
    const at = now();
    if (at - (toldAt.get(trouble) ?? Number.NEGATIVE_INFINITY) < TOLD_EVERY_MS) return;
    toldAt.set(trouble, at);
    log(words);
  }
  function lose(why: string): void {
    lost += 1;
    tell('lost', `${lost} deliveries are lost to the report: ${why}`);
  }

  async function write(delivery: Parameters<Report>[0]): Promise<void> {
    if (isClosed) return lose('they came after the reporter was closed.');
    try {
      if (!(await spool.append(delivery)))
        return lose('Minilens has been away for too long, and what may wait for it is full.');
      sendIn(pauseMs || GATHER_MS);
    } catch (error) {
      lose(`the disk did not take them (${(error as Error).message}).`);
    }
  }

  /** Does nothing where sending is planned or going on. */
  function sendIn(ms: number): void {
    if (timer !== undefined || sending !== undefined || closing.signal.aborted) return;
    timer = setTimeout(() => void sendNow(), ms);
    // What waits is on disk: it must not keep a program alive.
    timer.unref();
  }

  function sendNow(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    sending ??= sendAll().finally(() => {
      sending = undefined;
      if (!closing.signal.aborted && spool.pending() > 0) sendIn(pauseMs || GATHER_MS);
    });
    return sending;
  }

  /** Until nothing is left, or the collector does not take it. */
  async function sendAll(): Promise<void> {
    while (!closing.signal.aborted) {
      const batches = spool.oldest({ maxBatches: BATCHES_AT_ONCE, maxEvents: LIMITS.eventsPerBatch });
      if (batches.length === 0) return;
      try {
        const problem = await send(batches);
        if (problem !== undefined) return pause(problem.words, problem.retryAfterMs);
        await spool.remove(batches);
        pauseMs = 0;
      } catch (error) {
        if (closing.signal.aborted) return;
        return pause(`Minilens at ${target.origin} cannot be reached: ${reasonOf(error)}.`);
      }
    }
  }

  /** Some jitter, so that several reporters do not come back together. */
  function pause(words: string, retryAfterMs = 0): void {
    const share = 1 + random(1).readUInt8() / 1_024;
    pauseMs = Math.max(Math.min(pauseMs * 2 || PAUSE_MS.first, PAUSE_MS.longest), retryAfterMs) * share;
    tell('away', `${words} ${spool.pending()} deliveries wait.`);
  }

  /** Undefined when all are settled. */
  async function send(batches: SpooledBatch[]): Promise<{ words: string; retryAfterMs?: number } | undefined> {
    const sentAt = now();
    const lines = batches.map(({ session, events }) =>
      JSON.stringify({
        v: PROTOCOL_VERSION,
        app: appid,
        agent: AGENT,
        sentAt,
        session: { ...session, user: spool.sender },
        device: {},
        events,
      } satisfies Envelope),
    );
    const answer = await ask(target, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/x-ndjson' },
      body: lines.join('\n'),
      redirect: 'manual',
      signal: AbortSignal.any([AbortSignal.timeout(ANSWER_TIMEOUT_MS), closing.signal]),
    });
    const said: unknown = await answer.json().catch(() => undefined);
    if (answer.status !== 200) return { words: refusalOf(answer.status, said), retryAfterMs: retryAfterOf(answer) };
    const events = batches.reduce((sum, batch) => sum + batch.events.length, 0);
    if (!isReceipt(said) || settledBy(said) !== events)
      return { words: `${target.origin} answers 200, but gives no receipt: it is not Minilens.` };
    const { duplicate: _, ...dropped } = said.dropped;
    if (Object.keys(dropped).length > 0)
      tell('dropped', `Minilens did not take all deliveries: ${JSON.stringify(dropped)}. Its version may be older.`);
    return undefined;
  }

  function refusalOf(status: number, said: unknown): string {
    const message = (said as { message?: unknown } | undefined)?.message;
    const sentence = typeof message === 'string' ? ` ${message}` : '';
    if (status === 401 || status === 403)
      return `Minilens at ${target.origin} does not let the reports of ${appid} in: is the secret that app's?${sentence}`;
    return `Minilens at ${target.origin} answers ${status}.${sentence}`;
  }

  if (spool.pending() > 0) sendIn(GATHER_MS);

  return {
    report: (delivery) => {
      const written = write(delivery).finally(() => writing.delete(written));
      writing.add(written);
    },
    pending: spool.pending,
    lost: () => lost,
    flush: async () => {
      await Promise.all(writing);
      // One that is on its way may have looked before the last was written.
      await sending;
      await sendNow();
    },
    close: async () => {
      isClosed = true;
      clearTimeout(timer);
      await Promise.all(writing);
      closing.abort();
      await sending;
      await spool.close();
    },
  };
}

const isReceipt = (said: unknown): said is Receipt =>
  typeof (said as Partial<Receipt> | undefined)?.accepted === 'number' &&
  typeof (said as Partial<Receipt>).dropped === 'object' &&
  (said as Partial<Receipt>).dropped !== null;

const settledBy = ({ accepted, dropped }: Receipt) =>
  Object.values(dropped).reduce((sum: number, events) => sum + (events ?? 0), accepted);

/** Unit: ms. */
function retryAfterOf(answer: Response): number {
  const seconds = Number(answer.headers.get('retry-after') ?? 0);
  return Number.isFinite(seconds) ? Math.min(seconds * 1_000, MAX_RETRY_AFTER_MS) : 0;
}

/** `fetch` says only that it failed; its cause says why. */
function reasonOf(error: unknown): string {
  const { code, message } = ((error as Error).cause ?? error) as NodeJS.ErrnoException;
  return code ?? message;
}
