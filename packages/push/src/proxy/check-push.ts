import {
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

/** What of a push is known before it is passed on: that it is not, what it says, or why that is not known. */
export type CheckedPush =
  | { refusal: { cause: RefusalCause; words: string } }
  | { refusal?: undefined; push: OpenedPush }
  | { refusal?: undefined; push?: undefined; unread: string };

interface Settings {
  keys: PushKeys;
  mode: PushMode;
  /** How far the timestamp of a push may be from now, either way. Unit: ms. */
  replayWindowMs: number;
}

/**
 * Reads a push, and where there is a token says whether it may be passed on. What is signed but cannot be read is passed
 * on: what to make of it is the back end's matter.
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
    return signedAround(query, token) ?? { unread: 'It is longer than any message of WeChat.' };
  }
  try {
    return { push: openPush({ query, body: start.toString() }, { ...keys, mode }) };
  } catch (error) {
    if (!(error instanceof PushError)) throw error;
    const { code, message: words } = error;
    if (token === undefined) return { unread: words };
    if (code === 'wrong_signature' || code === 'not_encrypted') return refused(code, words);
    if (code === 'malformed')
      return mode === 'safe' ? refused(code, words) : (signedAround(query, token) ?? { unread: words });
    return { unread: words };
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
