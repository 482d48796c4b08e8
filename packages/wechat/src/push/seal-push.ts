import { encryptMessage } from './crypt.js';
import { type PushFields, type PushFormat, writeDocument } from './document.js';
import type { PushMode } from './open-push.js';
import { signPush } from './signature.js';

/** What a push or reply is sealed with, and what makes this one different from all others. */
export interface Seal {
  token: string;
  /** Needed for all but plaintext. */
  encodingAesKey?: string | undefined;
  appid?: string | undefined;
  /** Unit: s since the Unix epoch. */
  timestamp: number;
  /** Digits, random. */
  nonce: string;
  /** 16 bytes. */
  random: Buffer;
}

/** A push as the platform sends it: what goes into the query, in its order, and the body. */
export function sealPush(
  fields: PushFields,
  { mode, format, ...seal }: Seal & { mode: PushMode; format: PushFormat },
): { query: { [name: string]: string }; body: string } {
  const { token, nonce } = seal;
  const timestamp = String(seal.timestamp);
  const { FromUserName } = fields;
  const query = {
    signature: signPush(token, timestamp, nonce),
    timestamp,
    nonce,
    ...(typeof FromUserName === 'string' && { openid: FromUserName }),
  };
  const message = writeDocument(fields, format);
  if (mode === 'plain') return { query, body: message };

  const Encrypt = encrypt(message, seal);
  return {
    query: { ...query, encrypt_type: 'aes', msg_signature: signPush(token, timestamp, nonce, Encrypt) },
    body: writeDocument({ ...(mode === 'compatible' ? fields : addressOf(fields)), Encrypt }, format),
  };
}

/** A passive reply, encrypted and signed. `success` and an empty answer are never sealed. */
export function sealReply(reply: string, seal: Seal, format: PushFormat): string {
  const { token, timestamp: TimeStamp, nonce: Nonce } = seal;
  const Encrypt = encrypt(reply, seal);
  const MsgSignature = signPush(token, String(TimeStamp), Nonce, Encrypt);
  return writeDocument({ Encrypt, MsgSignature, TimeStamp, Nonce }, format);
}

function encrypt(text: string, { encodingAesKey, appid, random }: Seal): string {
  if (encodingAesKey === undefined || appid === undefined)
    throw new TypeError('Encrypting takes encodingAesKey and appid.');
  return encryptMessage(encodingAesKey, text, appid, random);
}

/** What stays readable: whom it is for. */
const addressOf = ({ ToUserName, AppId }: PushFields): PushFields =>
  ToUserName !== undefined ? { ToUserName } : { AppId: AppId ?? '' };
