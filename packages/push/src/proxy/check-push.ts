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

/** What a push says, or why that is not known. */
export type ReadPush = { push: OpenedPush } | { push?: undefined; unread: string };

/** What of a push is known before it is passed on: that it is not, or how to read it when there is time. */
export type CheckedPush =
  | { refusal: { cause: RefusalCause; words: string } }
  | { refusal?: undefined; read: () => ReadPush };

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
  const { keys, mode, replayWindowMs } = settings;
  const { token } = keys;
  if (token !== undefined && !isWithin(query.timestamp, nowMs, replayWindowMs))
    return refused(
      'outside_window',
      `Its timestamp is more than ${replayWindowMs / 1000} s from now. Is the clock right?`,
    );
  if (!isWhole) {
    if (token !== undefined && mode === 'safe')
      return refused('too_large', 'It is longer than any message of WeChat, so its signature was not looked at.');
    return signedAround(query, token) ?? { read: () => ({ unread: 'It is longer than any message of WeChat.' }) };
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
    return signedAround(query, token) ?? { read: () => ({ unread: words }) };
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

/** A refusal, unless the signature that stands in the query alone is right. */
function signedAround({ signature, timestamp, nonce }: PushQuery, token: string | undefined): CheckedPush | undefined {
  if (token === undefined) return undefined;
  return isSignedBy(signature ?? '', token, timestamp ?? '', nonce ?? '')
    ? undefined
    : refused('wrong_signature', 'It is not signed with this token. Is the token that of the WeChat console?');
}

const refused = (cause: RefusalCause, words: string): CheckedPush => ({ refusal: { cause, words } });
