import type { SymmetricKey } from './content-cipher.js';
import { messageOf, type Random, type Scope, unwrap, wrap } from './envelope.js';
import { type Sealed, signText } from './request.js';
import { type SignatureKey, verify } from './signature.js';

/** How far the time of a message may be from the reader's clock. Unit: s. Source: what clients use. */
export const CLOCK_WINDOW_S = 300;

export interface SealedResponse extends Sealed {
  /** The same by the platform's key that is about to end, while there is one. */
  deprecatedSignature?: string;
}

/**
 * The server's side of a response.
 *
 * @param object the text of a JSON object: the answer.
 * @param scope that of the request, with the time of the response.
 */
export function sealResponse(
  object: string,
  scope: Scope,
  keys: { symmetric: SymmetricKey; platform: SignatureKey; deprecated?: SignatureKey | undefined; random: Random },
): SealedResponse {
  const body = wrap(object, scope, keys.symmetric, keys.random);
  return {
    body,
    signature: signText(keys.platform, scope, body),
    ...(keys.deprecated && { deprecatedSignature: signText(keys.deprecated, scope, body) }),
  };
}

export interface ReceivedResponse {
  appid: string;
  /** Unit: s since the Unix epoch. */
  timestamp: number;
  /** Every signature that came with the certificate number before it. */
  signatures: readonly { serial: string; signature: string }[];
  body: Uint8Array;
}

/**
 * The client's side of a response.
 *
 * @param platforms the platform's public keys, by certificate number.
 * @returns the text of the JSON object, or what does not fit. Nothing but an object is to be trusted.
 */
export function openResponse(
  { appid, timestamp, signatures, body }: ReceivedResponse,
  asked: { urlpath: string; appid: string; nowS: number },
  { symmetric, platforms }: { symmetric: SymmetricKey; platforms: readonly SignatureKey[] },
): { object: string } | 'appid' | 'timestamp' | 'serial' | 'signature' | 'content' {
  if (appid !== asked.appid) return 'appid';
  if (!(Math.abs(asked.nowS - timestamp) <= CLOCK_WINDOW_S)) return 'timestamp'; // nor for what is no number
  const scope = { urlpath: asked.urlpath, appid, timestamp };
  const message = messageOf(scope, body);
  const known = signatures.flatMap(({ serial, signature }) =>
    platforms.filter((platform) => platform.serial === serial).map((platform) => ({ platform, signature })),
  );
  if (known.length === 0) return 'serial';
  if (!known.some(({ platform, signature }) => verify(platform, message, Buffer.from(signature, 'base64'))))
    return 'signature';
  const object = unwrap(body, scope, symmetric);
  return object === undefined ? 'content' : { object };
}
