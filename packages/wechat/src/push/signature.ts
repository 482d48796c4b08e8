import { hash, timingSafeEqual } from 'node:crypto';

/**
 * Signs a push: over token, timestamp and nonce for `signature`, and over the encrypted text as well for
 * `msg_signature`, in any order.
 *
 * @returns SHA-1 as 40 hex digits.
 */
export const signPush = (...parts: string[]): string => hash('sha1', parts.sort().join(''));

/** Whether who signed knew these parts. Takes as long for a wrong signature as for the right one. */
export function isSignedBy(signature: string, ...parts: string[]): boolean {
  const expected = Buffer.from(signPush(...parts));
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
