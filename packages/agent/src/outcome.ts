import type { Outcome } from '@minilens/wire/event';
import { clip, MAX_MESSAGE } from './limits.js';
import type { Facts } from './objects.js';
import type { Ending } from './watch-call.js';

/**
 * The user backed out, in the words of iOS, Android, PC, HarmonyOS and devtools: `:fail cancel`, `:cancel`,
 * `:fail user cancelled`, `:fail 用户取消`, a nested `:fail requestPayment:fail cancel`, `[payment微信:-2]User canceled`,
 * and a permission that was refused, `auth deny` or `auth denied`. Not `:fail network canceled`. outcome.test.ts is the
 * table.
 */
const CANCEL = /取消|auth den|user cancel|:\s*(fail\W*)?cancel/i;

/**
 * How a call ended. `unknown` when nothing told, or `complete` came without a message. Where the platform said `fail`,
 * or threw, its message only tells whether the user wanted that.
 */
export function outcomeOf(ending: Ending, result: unknown): Outcome {
  const said = errMsgOf(result);
  const isComplete = ending === 'complete';
  if (ending === 'success' || (isComplete && /:ok\b/.test(said))) return 'success';
  if (CANCEL.test(said)) return 'cancel';
  return ending === 'unseen' || (isComplete && !said) ? 'unknown' : 'fail';
}

/** The platform's message as it may be reported. */
export function reportedMessage(result: unknown): string {
  return clip(errMsgOf(result), MAX_MESSAGE);
}

/** The message of whatever the platform handed over: a result object, an Error, a text, nothing. */
export function errMsgOf(result: unknown): string {
  const said = (result || {}) as Facts;
  const message = said.errMsg || said.message || result;
  return typeof message === 'string' ? message : '';
}

/** The platform's error number, by its newer or its older name. */
export function errCodeOf(result: unknown): number | undefined {
  const said = (result || {}) as Facts;
  const code = said.errCode === undefined ? said.errno : said.errCode;
  return code === ((code as number) | 0) ? code : undefined;
}
