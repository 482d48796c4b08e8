import type { Outcome } from '@minilens/wire/event';
import { MAX_MESSAGE } from './limits.js';

/** `scanCode:fail cancel`, `chooseAddress:cancel`, `scanCode:fail 用户取消`, `x:fail user cancelled`; not `x:fail network canceled`. */
const CANCEL = /:\s*(fail\W*)?(\(?user\s+)?(cancel|用户取消)/i;

/** What a `fail` or `complete` callback says. `unknown` when the platform gave no message at all. */
export function outcomeOf(errMsg: string): Outcome {
  if (/:ok\b/.test(errMsg)) return 'success';
  if (CANCEL.test(errMsg)) return 'cancel';
  return errMsg === '' ? 'unknown' : 'fail';
}

/** A message as it may leave the device: within the protocol's length, and a URL in it without query and fragment. */
export const reportedMessage = (result: unknown): string =>
  errMsgOf(result)
    .replace(/(\w:\/\/[^\s?#]*)[?#]\S*/g, '$1')
    .slice(0, MAX_MESSAGE)
    .replace(/[\ud800-\udbff]$/, ''); // Not half a character.

/** The message of whatever the platform handed over: a result object, an Error, a text, nothing. */
export function errMsgOf(result: unknown): string {
  if (typeof result === 'string') return result;
  const said = result as { errMsg?: unknown; message?: unknown } | null | undefined;
  const message = said && (said.errMsg || said.message);
  return typeof message === 'string' ? message : '';
}

/** The platform's error number, by its newer or its older name. */
export function errCodeOf(result: unknown): number | undefined {
  const said = result as { errCode?: unknown; errno?: unknown } | null | undefined;
  const code = said && (said.errCode !== undefined ? said.errCode : said.errno);
  return typeof code === 'number' && code === (code | 0) ? code : undefined;
}
