import { promisify } from 'node:util';
import { unzip } from 'node:zlib';
import type { FastifyRequest } from 'fastify';
import { Refusal } from './refusal.js';

const decompress = promisify(unzip);

/** Content encodings we read, each told by its own first bytes. `deflate` is meant as HTTP means it, with a zlib header. */
const COMPRESSED = ['gzip', 'x-gzip', 'deflate'];

/**
 * The text of a body, decompressed where it says that it is compressed. Both its size on the way and its size as text are
 * bounded by the route's limit, and decompressing stops at the bound: a bomb costs no memory.
 *
 * @throws Refusal UNKNOWN_ENCODING, INVALID_ENCODING, BODY_TOO_LARGE
 */
export async function readBody(request: FastifyRequest, body: Buffer): Promise<string> {
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (encoding === 'identity' || encoding === '') return body.toString();
  if (!COMPRESSED.includes(encoding))
    throw new Refusal(
      'UNKNOWN_ENCODING',
      `The body is encoded as ${JSON.stringify(encoding)}; gzip, deflate or no encoding is read here.`,
    );
  const { bodyLimit } = request.routeOptions;
  try {
    return (await decompress(body, { maxOutputLength: bodyLimit })).toString();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw bodyTooLarge(request);
    throw new Refusal('INVALID_ENCODING', `The body is not ${encoding}, as its content-encoding says.`, { cause });
  }
}

export const bodyTooLarge = ({ routeOptions }: FastifyRequest) =>
  new Refusal('BODY_TOO_LARGE', `The body is larger than ${routeOptions.bodyLimit} bytes. Send less at a time.`);
