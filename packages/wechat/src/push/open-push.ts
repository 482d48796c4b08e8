import { decryptMessage } from './crypt.js';
import { type PushFields, type PushFormat, readDocument } from './document.js';
import { type PushMessage, readMessage } from './message.js';
import { PushError } from './push-error.js';
import { isSignedBy } from './signature.js';

export const PUSH_MODES = ['plain', 'compatible', 'safe'] as const;
export type PushMode = (typeof PUSH_MODES)[number];

/** As set in the WeChat console. */
export interface PushKeys {
  /** Without, signatures are not checked. */
  token?: string | undefined;
  /** Without, what is only there encrypted cannot be read. */
  encodingAesKey?: string | undefined;
  /** Whose a decrypted message must be: of a service provider, its own. Without, anybody's. */
  appid?: string | undefined;
}

/** What the platform puts into the query of the URL. */
export type PushQuery = {
  [name in 'signature' | 'timestamp' | 'nonce' | 'openid' | 'encrypt_type' | 'msg_signature' | 'echostr']?:
    | string
    | undefined;
};

/** A push whose signature is right, as far as it is checked. */
export interface AuthenticPush {
  /**
   * Decrypts and reads it.
   *
   * @throws PushError `undecryptable`, `wrong_appid`, `malformed`.
   */
  open(): OpenedPush;
}

export interface OpenedPush {
  /** As it came, whatever is configured. */
  mode: PushMode;
  /** As it came, on the outside. */
  format: PushFormat;
  /** Of the message, decrypted where that was possible. */
  fields: PushFields;
  message: PushMessage;
}

/**
 * Reads a push as the platform sends it: checks its signature, decrypts it, checks whose it is. How old it is remains
 * for the caller to check.
 *
 * @param keys `mode` as configured: in safe mode nothing is taken that is not encrypted.
 * @throws PushError `wrong_signature`, `undecryptable`, `wrong_appid`, `malformed`, `not_encrypted`.
 */
export const openPush = (
  push: { query: PushQuery; body: string },
  keys: PushKeys & { mode?: PushMode | undefined },
): OpenedPush => authenticatePush(push, keys).open();

/**
 * The first half of it: who it comes from. What it says can be read later, which takes as long again.
 *
 * @throws PushError `wrong_signature`, `malformed`, `not_encrypted`.
 */
export function authenticatePush(
  { query, body }: { query: PushQuery; body: string },
  { mode, ...keys }: PushKeys & { mode?: PushMode | undefined },
): AuthenticPush {
  const { format, fields } = readDocument(body);
  const { Encrypt } = fields;
  if (typeof Encrypt !== 'string' || Encrypt === '') {
    if (mode === 'safe')
      throw new PushError('not_encrypted', 'The push is not encrypted, though message push is in safe mode.');
    checkSignature(query.signature, query, keys);
    return { open: () => ({ mode: 'plain', format, fields, message: readMessage(fields) }) };
  }

  const isReadable = fields.MsgType !== undefined || fields.InfoType !== undefined;
  const sentMode = isReadable ? 'compatible' : 'safe';
  if (isReadable && mode !== 'safe' && keys.encodingAesKey === undefined) {
    checkSignature(query.signature, query, keys);
    return { open: () => ({ mode: sentMode, format, fields, message: readMessage(fields) }) };
  }
  checkSignature(query.msg_signature, query, keys, Encrypt);
  return {
    open: () => {
      const opened = readDocument(openEncrypted(Encrypt, keys)).fields;
      return { mode: sentMode, format, fields: opened, message: readMessage(opened) };
    },
  };
}

/** Whether the platform asks who is there, as it does when the URL is entered in the console. */
export const isVerification = (query: PushQuery): query is PushQuery & { echostr: string } =>
  query.echostr !== undefined;

/**
 * What to answer to that, as text and unchanged.
 *
 * @throws PushError `wrong_signature`.
 */
export function answerVerification(query: PushQuery & { echostr: string }, token: string): string {
  checkSignature(query.signature, query, { token });
  return query.echostr;
}

/**
 * The text that was encrypted for this app.
 *
 * @throws PushError `undecryptable`, `wrong_appid`.
 */
export function openEncrypted(encrypted: string, { encodingAesKey, appid }: PushKeys): string {
  if (encodingAesKey === undefined)
    throw new PushError('undecryptable', 'It is encrypted, and there is no EncodingAESKey to open it with.');
  const opened = decryptMessage(encodingAesKey, encrypted);
  if (appid !== undefined && opened.appid !== appid)
    throw new PushError('wrong_appid', 'It was encrypted for another AppID.');
  return opened.message;
}

function checkSignature(signature: string | undefined, query: PushQuery, { token }: PushKeys, ...parts: string[]) {
  if (token === undefined) return;
  const { timestamp, nonce } = query;
  if (signature === undefined || timestamp === undefined || nonce === undefined)
    throw new PushError('wrong_signature', 'It is not signed: signature, timestamp or nonce is missing in the query.');
  if (!isSignedBy(signature, token, timestamp, nonce, ...parts))
    throw new PushError(
      'wrong_signature',
      'It was signed with another token: is the token that of the WeChat console?',
    );
}
