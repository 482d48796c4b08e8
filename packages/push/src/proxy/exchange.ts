import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import { headersBack, headersOnward } from './headers.js';
import { keepBody } from './kept-body.js';
import type { ReadMessage } from './read-message.js';
import type { Progress, Upstream } from './upstream.js';

/** How long a back end may go on after its time is over. Unit: ms. Source: our choice. */
const LATE_MS = 60_000;

/** A kept connection that the back end was closing ends at once. What ends later may have begun on the message. Unit: ms. */
const CLOSING_MS = 200;

/** What a sender is told for a back end that is late. The platform takes it in every mode and format. */
const COVER = 'success';

/** What of an answer is kept to be judged. A passive reply has some thousand. Unit: bytes. */
export const KEPT_BYTES = 256 * 1024;

/** How one exchange ended for whoever waits for its answer. Said once, as soon as it is known. */
export interface ExchangeEnd {
  how: 'answered' | 'failed' | 'late' | 'sender_left' | 'covered' | 'too_large';
  /** Since the head of the request was there. Unit: ms. */
  elapsedMs: number;
  progress: Progress;
  firstByteMs?: number;
  status?: number;
  /** Of the answer's body. Unit: bytes. */
  receivedBytes?: number;
  /** Undefined where there is none, or it is longer than is kept. */
  answer?: Buffer | undefined;
  /** Where it failed. */
  error?: NodeJS.ErrnoException;
}

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  /** When the head of the request was there, by `performance.now()`. */
  startedAt: number;
  message: ReadMessage;
  path: string;
  /** Without the question mark. */
  query: string;
}

interface Limits {
  timeoutMs: number;
  /** When to answer for a back end that has the message and is late. Absent: never. Unit: ms. */
  coverLateAtMs?: number | undefined;
  maxBodyBytes: number;
}

/**
 * Passes one request on and its answer back, as it comes. Resolves when neither side has anything to do any more.
 *
 * @param tell hears how it ended, while it may go on: an answer after its time is still passed on.
 * @param tellLate hears what a back end came to that was answered for.
 */
export function exchange(
  { request, response, startedAt, message, path, query }: Exchange,
  upstream: Upstream,
  { timeoutMs, coverLateAtMs, maxBodyBytes }: Limits,
  tell: (end: ExchangeEnd) => void,
  tellLate: (words: string) => void,
): Promise<void> {
  return new Promise((resolve) => {
    const elapsedMs = () => performance.now() - startedAt;
    const method = request.method as string;
    const headers = headersOnward(request, upstream.host, message.isWhole ? message.start.length : undefined);
    const kept = keepBody(KEPT_BYTES);
    let begun: { request: ClientRequest; progress: Progress };
    let answer: IncomingMessage | undefined;
    let firstByteMs: number | undefined;
    let isTold = false;
    let isCovered = false;
    let isAnsweredInstead = false;
    let isOver = false;

    const timers: NodeJS.Timeout[] = [];

    function end(how: ExchangeEnd['how'], error?: NodeJS.ErrnoException): void {
      if (isTold) return;
      isTold = true;
      tell({
        how,
        elapsedMs: Math.round(elapsedMs()),
        progress: { ...begun.progress },
        ...(firstByteMs !== undefined && { firstByteMs }),
        ...(answer !== undefined && { status: answer.statusCode as number, receivedBytes: kept.length() }),
        answer: answer && kept.whole(),
        ...(error !== undefined && { error }),
      });
    }

    /** Nothing is to be done any more. */
    function finish(): void {
      if (isOver) return;
      isOver = true;
      for (const timer of timers) clearTimeout(timer);
      begun.request.destroy();
      resolve();
    }

    /** What the sender gets where there is no answer to pass on: all of it, or a connection that ends in the middle. */
    function answerInstead(status: 413 | 502 | 504, text: string): void {
      isAnsweredInstead = true;
      begun.request.destroy();
      if (response.headersSent) response.destroy();
      else response.writeHead(status, { 'content-type': 'text/plain', connection: 'close' }).end(text);
    }

    function timeIsOver(): void {
      if (isCovered) return;
      end('late');
      if (begun.progress.phase === 'answer') timers.push(setTimeout(giveUp, LATE_MS));
      else answerInstead(504, 'The server behind cannot be reached.');
    }

    /** Only for a back end that has the whole message: what never reached it is better sent again. */
    function cover(): void {
      if (response.headersSent || response.destroyed || !begun.request.writableFinished) return;
      isCovered = true;
      response.writeHead(200, { 'content-type': 'text/plain', 'content-length': COVER.length }).end(COVER);
      timers.push(setTimeout(giveUp, LATE_MS));
    }

    function giveUp(): void {
      if (isCovered) lateEnd(`The back end did not answer within ${LATE_MS / 1000} s more. It was told nothing.`);
      else response.destroy();
    }

    function lateEnd(words: string): void {
      if (isOver) return;
      tellLate(words);
      finish();
    }

    function fail(error: NodeJS.ErrnoException): void {
      // A request that was ended here fails too.
      if (isOver || isAnsweredInstead) return;
      if (isCovered) lateEnd(`The back end broke off after ${Math.round(elapsedMs())} ms.`);
      else {
        end('failed', error);
        answerInstead(502, 'The server behind did not answer.');
      }
    }

    function passBack(incoming: IncomingMessage): void {
      answer = incoming;
      firstByteMs = Math.round(elapsedMs());
      answer.once('error', fail);
      if (isCovered) {
        const words = `The back end answered ${answer.statusCode} after ${firstByteMs} ms.`;
        answer.resume().once('end', () => lateEnd(`${words} Its answer went to nobody.`));
        return;
      }
      response.sendDate = false;
      try {
        response.writeHead(answer.statusCode as number, answer.statusMessage, headersBack(answer));
        answer.on('data', kept.add).pipe(response);
      } catch (error) {
        // Headers that Node reads but does not write.
        fail(error as Error);
      }
    }

    function begin(isFresh: boolean): void {
      begun = upstream.begin({ method, path, query, headers }, { isFresh });
      const { request: onward } = begun;
      const beganAt = performance.now();
      onward.once('response', passBack);
      // Nobody asked for another protocol: headers that do are not passed on.
      onward.once('upgrade', (_response, socket) => {
        socket.destroy();
        fail(Object.assign(new Error('It answers 101 to a request for no other protocol'), { code: 'ERR_UPGRADE' }));
      });
      onward.on('error', (error: NodeJS.ErrnoException) => {
        const isWanted = !isOver && !isTold && !isCovered && answer === undefined && message.isWhole;
        // A kept connection that the back end was just closing. Left to the sender, it would count as a failure that was ours.
        const wasClosing =
          onward.reusedSocket &&
          performance.now() - beganAt < CLOSING_MS &&
          /^(ECONNRESET|EPIPE)$/.test(error.code ?? '');
        if (isWanted && wasClosing) begin(true);
        else fail(error);
      });
      if (message.isWhole) onward.end(message.start.length > 0 ? message.start : undefined);
      else stream(onward);
    }

    function stream(onward: ClientRequest): void {
      let length = message.start.length;
      onward.write(message.start);
      request.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (length <= maxBodyBytes || isAnsweredInstead) return;
        request.unpipe(onward);
        end('too_large');
        answerInstead(413, `More than ${maxBodyBytes} bytes.`);
      });
      request.pipe(onward);
    }

    begin(false);
    timers.push(setTimeout(timeIsOver, timeoutMs - elapsedMs()));
    if (coverLateAtMs !== undefined) timers.push(setTimeout(cover, coverLateAtMs - elapsedMs()));
    response.once('finish', () => end(isCovered ? 'covered' : 'answered'));
    response.once('close', () => {
      end('sender_left');
      if (!isCovered) finish();
    });
    response.once('error', () => {});
  });
}
