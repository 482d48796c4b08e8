import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { decrypt, encrypt, IV_BYTES, type SymmetricKey } from './content-cipher.js';

/** What both sides put into every signature and every additional data. */
export interface Scope {
  /** The URL without its query, with scheme and host. */
  urlpath: string;
  appid: string;
  /** Unit: s since the Unix epoch. */
  timestamp: number;
}

/** Random bytes of that length, such as `randomBytes` of `node:crypto`. */
export type Random = (bytes: number) => Uint8Array;

/** Length of `_n` before it becomes text. Unit: bytes. */
const NONCE_BYTES = 16;

const Envelope = Type.Object({ iv: Type.String(), data: Type.String(), authtag: Type.String() });
const envelope = Compile(Envelope);

const utf8 = new TextDecoder('utf-8', { fatal: true });
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
const fromBase64 = (text: string) => Buffer.from(text, 'base64');

const aadOf = ({ urlpath, appid, timestamp }: Scope, serial: string) =>
  Buffer.from([urlpath, appid, timestamp, serial].join('|'));

/** What is signed: over the very bytes that are sent, whatever JSON they are. */
export const messageOf = ({ urlpath, appid, timestamp }: Scope, body: Uint8Array): Uint8Array =>
  Buffer.concat([Buffer.from(`${urlpath}\n${appid}\n${timestamp}\n`), body]);

/** The body that carries `object`, the text of a JSON object, under the shared key. */
export function wrap(object: string, scope: Scope, key: SymmetricKey, random: Random): string {
  const iv = random(IV_BYTES);
  const { appid: _appid, timestamp: _timestamp } = scope;
  const own = JSON.stringify({ _n: base64(random(NONCE_BYTES)).replace(/=+$/, ''), _appid, _timestamp });
  const rest = object.trim().slice(1);
  const content = own.slice(0, -1) + (rest.trim() === '}' ? '}' : `,${rest}`);
  const { data, tag } = encrypt(key, iv, aadOf(scope, key.serial), Buffer.from(content));
  return JSON.stringify({ iv: base64(iv), data: base64(data), authtag: base64(tag) });
}

/**
 * The text of the JSON object in a body. Undefined where it does not decrypt, or where what it says about itself is not
 * what the headers say.
 */
export function unwrap(body: Uint8Array, scope: Scope, key: SymmetricKey): string | undefined {
  const sent = parseObject(body);
  if (!envelope.Check(sent)) return undefined;
  const encrypted = { data: fromBase64(sent.data), tag: fromBase64(sent.authtag) };
  const content = decrypt(key, fromBase64(sent.iv), aadOf(scope, key.serial), encrypted);
  if (content === undefined) return undefined;
  const fields = parseObject(content);
  if (fields?._appid !== scope.appid || fields._timestamp !== scope.timestamp) return undefined;
  return utf8.decode(content);
}

function parseObject(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(utf8.decode(bytes));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
