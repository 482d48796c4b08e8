import type { SymmetricKey } from './content-cipher.js';
import { messageOf, type Random, type Scope, unwrap, wrap } from './envelope.js';
import { type SignatureKey, sign, verify } from './signature.js';

/** What is sent: the body, byte for byte, and its signature. */
export interface Sealed {
  body: string;
  /** Base64, for the header. */
  signature: string;
}

/**
 * The client's side of a request.
 *
 * @param object the text of a JSON object: the fields of the body and those of the query, without the token.
 * @param signer the developer's private key.
 */
export function sealRequest(
  object: string,
  scope: Scope,
  { symmetric, signer, random }: { symmetric: SymmetricKey; signer: SignatureKey; random: Random },
): Sealed {
  const body = wrap(object, scope, symmetric, random);
  return { body, signature: signText(signer, scope, body) };
}

export const signText = (signer: SignatureKey, scope: Scope, body: string): string =>
  Buffer.from(sign(signer, messageOf(scope, Buffer.from(body)))).toString('base64');

export interface ReceivedRequest {
  appid: string;
  /** Unit: s since the Unix epoch. */
  timestamp: number;
  /** As the header has it. */
  signature: string;
  /** The bytes that came, never a text made from them again. */
  body: Uint8Array;
}

export interface OpenedRequest {
  /** The text of the JSON object that was sent. */
  object: string;
  /** The one that the client means; the answer is sealed for it. */
  urlpath: string;
  /** The key that the client uses; the answer is sealed with it. */
  symmetric: SymmetricKey;
  /** What was signed. It never repeats, since every body begins with random bytes. */
  message: Uint8Array;
}

/**
 * The server's side of a request. Clients whose base URL was changed disagree on the URL they sign, and keys are in
 * use twice while they are changed, so everything that may have been meant is tried.
 *
 * @returns `signature` where none of the developer's keys signed this for any of the URLs, `content` where none of the
 * symmetric keys opens it.
 */
export function openRequest(
  { appid, timestamp, signature, body }: ReceivedRequest,
  known: { urlpaths: readonly string[]; symmetrics: readonly SymmetricKey[]; signers: readonly SignatureKey[] },
): OpenedRequest | 'signature' | 'content' {
  const signatureBytes = Buffer.from(signature, 'base64');
  for (const urlpath of known.urlpaths) {
    const scope = { urlpath, appid, timestamp };
    const message = messageOf(scope, body);
    if (!known.signers.some((signer) => verify(signer, message, signatureBytes))) continue;
    for (const symmetric of known.symmetrics) {
      const object = unwrap(body, scope, symmetric);
      if (object !== undefined) return { object, urlpath, symmetric, message };
    }
    return 'content';
  }
  return 'signature';
}
