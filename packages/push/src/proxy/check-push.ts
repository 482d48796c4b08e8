import {
  authenticatePush,
  type OpenedPush,
  openPush,
  type PushKeys,
  type PushMode,
  type PushQuery,
} from '@minilens/wechat/push/open-push';
import { PushError } from '@minilens/wechat/push/push-error';
import { isSignedBy } from '@minilens/wechat/push/signature';
import { isWithin } from '../platform.js';
import type { ReadMessage } from './read-message.js';

/** Why something was not passed on, and is no delivery. Each value is a counter label. */
export type RefusalCause =
  | 'wrong_signature'
  | 'outside_window'
  | 'not_encrypted'
  | 'malformed'
  | 'too_large'
  | 'incomplete'
  | 'wrong_method'
  | 'overloaded';

interface Refusal {
  cause: RefusalCause;
  words: string;
}

/** What a push says, or why that is not known. */
export type ReadPush = { push: OpenedPush } | { push?: undefined; unread: string };

/** What of a push is known before it is passed on: that it is not, or how to read it when there is time. */
export type CheckedPush = { refusal: Refusal } | { refusal?: undefined; read: () => ReadPush };

interface Settings {
  keys: PushKeys;
  mode: PushMode;
  /** How far the timestamp of a push may be from now, either way. Unit: ms. */
  replayWindowMs: number;
}

/**
 * Says whether a push may be passed on, which is all that it must wait for; without a token everything may. What is signed
 * but cannot be read is passed on: what to make of it is the back end's matter.
 *
 * @param nowMs Unix ms.
 */
export function checkPush(
  query: PushQuery,
  { start, isWhole }: ReadMessage,
  settings: Settings,
  nowMs: number,
): CheckedPush {
  const { keys, mode } = settings;
  const { token } = keys;
  const tooOld = checkTime(query, settings, nowMs);
  if (tooOld !== undefined) return { refusal: tooOld };
  if (!isWhole) {
    if (token !== undefined && mode === 'safe')
      return refused('too_large', 'It is longer than any message of WeChat, so its signature was not looked at.');
    return unreadIfSigned(query, token, 'It is longer than any message of WeChat.');
  }
  const push = { query, body: start.toString() };
  if (token === undefined) return { read: () => read(() => openPush(push, { ...keys, mode })) };
  try {
    const { open } = authenticatePush(push, { ...keys, mode });
    return { read: () => read(open) };
  } catch (error) {
    if (!(error instanceof PushError)) throw error;
    const { code, message: words } = error;
    // Of what it is thrown for before it is opened, each is a cause.
    if (code !== 'malformed' || mode === 'safe') return refused(code as RefusalCause, words);
    return unreadIfSigned(query, token, words);
  }
}

function read(open: () => OpenedPush): ReadPush {
  try {
    return { push: open() };
  } catch (error) {
    if (!(error instanceof PushError)) throw error;
    return { unread: error.message };
  }
}

/** Whether the question who is there comes from the platform, which signs it. Without a token everybody may ask. */
export function checkQuestion(query: PushQuery, settings: Settings, nowMs: number): Refusal | undefined {
  const { token } = settings.keys;
  return checkTime(query, settings, nowMs) ?? (token === undefined ? undefined : checkQuery(query, token));
}

function checkTime({ timestamp }: PushQuery, { keys, replayWindowMs }: Settings, nowMs: number): Refusal | undefined {
  if (keys.token === undefined || isWithin(timestamp, nowMs, replayWindowMs)) return undefined;
  const words = `Its timestamp is more than ${replayWindowMs / 1000} s from now. Is the clock right?`;
  return { cause: 'outside_window', words };
}

/** Looks at the signature that stands in the query alone. */
function checkQuery({ signature, timestamp, nonce }: PushQuery, token: string): Refusal | undefined {
  if (isSignedBy(signature ?? '', token, timestamp ?? '', nonce ?? '')) return undefined;
  const words = 'It is not signed with this token. Is the token that of the WeChat console?';
  return { cause: 'wrong_signature', words };
}

function unreadIfSigned(query: PushQuery, token: string | undefined, words: string): CheckedPush {
  const refusal = token === undefined ? undefined : checkQuery(query, token);
  return refusal === undefined ? { read: () => ({ unread: words }) } : { refusal };
}

const refused = (cause: RefusalCause, words: string): CheckedPush => ({ refusal: { cause, words } });
