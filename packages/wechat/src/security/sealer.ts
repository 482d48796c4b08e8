import { createPrivateKey, createPublicKey, randomBytes } from 'node:crypto';
import { type ContentAlgorithm, KEY_BYTES, type SymmetricKey } from './content-cipher.js';
import type { Random } from './envelope.js';
import { SECURITY_HEADERS } from './headers.js';
import { sealRequest } from './request.js';
import { openResponse } from './response.js';

export interface SealerKeys {
  appid: string;
  /** The key as base64. */
  symmetric: { algorithm: ContentAlgorithm; serial: string; key: string };
  /** The developer's private key as PEM. */
  developer: { serial: string; privateKey: string };
  /** The platform's certificates, or public keys, as PEM; two while one is renewed. */
  platforms: readonly { serial: string; certificate: string }[];
}

/** Why an answer is not taken, by what does not fit. */
const REASONS = {
  appid: 'it is for another app',
  timestamp: 'its time is more than five minutes from now',
  serial: 'it is signed under a certificate number that is not known here',
  signature: 'its signature is not by that certificate',
  content: 'it does not decrypt with the symmetric key',
} as const;

/**
 * Signs and encrypts the requests of one app, and opens the answers: what the client of this package takes as `security`.
 *
 * @throws for keys that are no keys.
 */
export function createSealer(
  { appid, symmetric: given, developer, platforms: certificates }: SealerKeys,
  { now = Date.now, random = randomBytes as Random } = {},
) {
  const symmetric: SymmetricKey = { ...given, key: Buffer.from(given.key, 'base64') };
  if (symmetric.key.length !== KEY_BYTES[given.algorithm])
    throw new Error(`A key of ${given.algorithm} has ${KEY_BYTES[given.algorithm]} bytes, as base64.`);
  const signer = { serial: developer.serial, key: createPrivateKey(developer.privateKey) };
  const platforms = certificates.map(({ serial, certificate }) => ({ serial, key: createPublicKey(certificate) }));
  return {
    /** `timestamp` counts seconds. */
    seal(urlpath: string, asking: string, timestamp: number, fields: Record<string, unknown>) {
      const scope = { urlpath, appid: asking, timestamp };
      const { body, signature } = sealRequest(JSON.stringify(fields), scope, { symmetric, signer, random });
      const headers: Record<string, string> = {
        [SECURITY_HEADERS.appid]: asking,
        [SECURITY_HEADERS.timestamp]: String(timestamp),
        [SECURITY_HEADERS.signature]: signature,
      };
      return { headers, body };
    },
    /** The fields of an answer. Header names in small letters. Throws a sentence for one that is not the platform's. */
    open(urlpath: string, headers: Record<string, string>, body: string): Record<string, unknown> {
      const { serial, signature, deprecatedSerial, deprecatedSignature } = SECURITY_HEADERS;
      const opened = openResponse(
        {
          appid: headers[SECURITY_HEADERS.appid] ?? '',
          timestamp: Number(headers[SECURITY_HEADERS.timestamp]),
          signatures: [
            { serial: headers[serial] ?? '', signature: headers[signature] ?? '' },
            { serial: headers[deprecatedSerial] ?? '', signature: headers[deprecatedSignature] ?? '' },
          ],
          body: Buffer.from(body),
        },
        { urlpath, appid, nowS: Math.floor(now() / 1000) },
        { symmetric, platforms },
      );
      if (typeof opened === 'string') throw new Error(`The answer is not taken: ${REASONS[opened]}.`);
      return JSON.parse(opened.object);
    },
  };
}
