import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';

/** A body; undefined where it is longer than is taken; or nothing of it, as the sender left before its end. */
export type ReadBody = { body: string | Uint8Array | undefined } | 'sender_left';

/** What is longer than `maxBytes` is read on and thrown away, so that the sender hears the answer. */
export async function readBody(stream: Readable, maxBytes: number): Promise<ReadBody> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > maxBytes) break;
    }
  } catch {
    return 'sender_left';
  }
  if (length <= maxBytes) return { body: Buffer.concat(chunks) };
  stream.resume();
  return { body: undefined };
}

/**
 * The same where a body parser may have read it before.
 *
 * @param left what such parsers leave: text and bytes are as good as the stream.
 * @throws a sentence, where only a parsed body is left: digits of it may be lost, and nothing else tells its format.
 */
export async function readBodyOrLeft(
  request: IncomingMessage,
  left: readonly unknown[],
  maxBytes: number,
): Promise<ReadBody> {
  if (!request.readableDidRead) return readBody(request, maxBytes);
  const body = left.find((one) => typeof one === 'string' || one instanceof Uint8Array);
  if (body === undefined)
    throw new TypeError(
      'A body parser read the message before the receiver and left only what it parsed. Put the receiver before the parser, or let the parser keep the text (express.text, rawBody).',
    );
  return { body };
}
