import { createCipheriv, createHash } from 'node:crypto';

/** Padding goes to a multiple of this, not of the cipher's own block. Unit: bytes. */
const BLOCK_BYTES = 32;

/**
 * A message encrypted as pushes are: AES-256-CBC over random bytes, the length, the message and the AppID.
 *
 * @param encodingAesKey 43 characters.
 * @param random 16 bytes.
 * @returns base64.
 */
export function encryptEvent(encodingAesKey: string, message: string, appid: string, random: Buffer): string {
  const key = Buffer.from(`${encodingAesKey}=`, 'base64');
  const text = Buffer.from(message);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  const plain = Buffer.concat([random, length, text, Buffer.from(appid)]);
  const padding = BLOCK_BYTES - (plain.length % BLOCK_BYTES);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return (
    cipher.update(Buffer.concat([plain, Buffer.alloc(padding, padding)]), undefined, 'base64') + cipher.final('base64')
  );
}

/** What signs a push: over token, timestamp and nonce, and over the encrypted text as well for `msg_signature`. */
export const signEvent = (...parts: string[]): string => createHash('sha1').update(parts.sort().join('')).digest('hex');
