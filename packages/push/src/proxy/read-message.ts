import type { IncomingMessage } from 'node:http';

/** What came of a message. */
export interface ReadMessage {
  /** Its beginning, or all of it. */
  start: Buffer;
  /** Whether that is all. If not, the request is paused behind it. */
  isWhole: boolean;
}

/**
 * Reads a body up to `keptBytes`, which a pushed message never reaches. What is longer is left to be streamed.
 *
 * @throws when the sender leaves before, or takes longer than `timeoutMs`.
 */
export function readMessage(
  request: IncomingMessage,
  { keptBytes, timeoutMs }: { keptBytes: number; timeoutMs: number },
): Promise<ReadMessage> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const stop = () => {
      clearTimeout(timer);
      request.off('data', onData).off('end', onEnd).off('close', onClose);
    };
    const finish = (isWhole: boolean) => {
      stop();
      resolve({ start: chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks), isWhole });
    };
    const giveUp = (why: string) => {
      stop();
      reject(new Error(why));
    };
    const onData = (chunk: Buffer) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length <= keptBytes) return;
      request.pause();
      finish(false);
    };
    const onEnd = () => finish(true);
    const onClose = () => giveUp('The sender left before its message was complete.');
    const timer = setTimeout(() => giveUp(`The message was not complete within ${timeoutMs / 1000} s.`), timeoutMs);
    // `close` follows every error.
    request
      .on('data', onData)
      .once('end', onEnd)
      .once('close', onClose)
      .on('error', () => {});
  });
}
