import { createCipheriv, createDecipheriv } from 'node:crypto';
import { PushError } from './push-error.js';

/** Before everything else. Unit: bytes. */
export const RANDOM_BYTES = 16;

/** The random bytes, then the length of the message. Unit: bytes. */
const HEAD_BYTES = RANDOM_BYTES + 4;

/** Padding goes to a multiple of this, not of the cipher's own block. Unit: bytes. */
const PADDED_BYTES = 32;

const CIPHER_BLOCK_BYTES = 16;

const ENCODING_AES_KEY = /^[0-9A-Za-z+/]{43}$/;

/**
 * A message encrypted as pushes and replies are: AES-256-CBC over random bytes, the length, the message and the AppID.
 *
 * @param encodingAesKey 43 characters, as in the WeChat console.
 * @param random 16 bytes.
 * @returns base64.
 */
export function encryptMessage(encodingAesKey: string, message: string, appid: string, random: Buffer): string {
  const key = keyOf(encodingAesKey);
  if (random.length !== RANDOM_BYTES) throw new RangeError(`It takes ${RANDOM_BYTES} random bytes.`);
  const text = Buffer.from(message);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  const plain = Buffer.concat([random, length, text, Buffer.from(appid)]);
  const padding = PADDED_BYTES - (plain.length % PADDED_BYTES);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  const encrypted = cipher.update(Buffer.concat([plain, Buffer.alloc(padding, padding)]));
  return Buffer.concat([encrypted, cipher.final()]).toString('base64');
}

/**
 * What `encryptMessage` made. Whose AppID it holds is for the caller to check.
 *
 * @throws PushError `undecryptable`.
 */
export function decryptMessage(encodingAesKey: string, encrypted: string): { message: string; appid: string } {
  const key = keyOf(encodingAesKey);
  const bytes = Buffer.from(encrypted, 'base64');
  if (bytes.length === 0 || bytes.length % CIPHER_BLOCK_BYTES !== 0) throw undecryptable();
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  const plain = withoutPadding(Buffer.concat([decipher.update(bytes), decipher.final()]));
  if (plain.length < HEAD_BYTES) throw undecryptable();
  const end = HEAD_BYTES + plain.readUInt32BE(RANDOM_BYTES);
  if (end > plain.length) throw undecryptable();
  return { message: plain.toString('utf8', HEAD_BYTES, end), appid: plain.toString('utf8', end) };
}

function keyOf(encodingAesKey: string): Buffer {
  if (!ENCODING_AES_KEY.test(encodingAesKey))
    throw new PushError(
      'undecryptable',
      'The EncodingAESKey is not one: it has 43 characters, most often letters and digits.',
    );
  return Buffer.from(`${encodingAesKey}=`, 'base64');
}

function withoutPadding(padded: Buffer): Buffer {
  const padding = padded.at(-1) as number;
  const end = padded.length - padding;
  if (padding < 1 || padding > PADDED_BYTES || end < 0 || padded.subarray(end).some((byte) => byte !== padding))
    throw undecryptable();
  return padded.subarray(0, end);
}

const undecryptable = () =>
  new PushError('undecryptable', 'It does not decrypt: is the EncodingAESKey the one of the WeChat console?');
