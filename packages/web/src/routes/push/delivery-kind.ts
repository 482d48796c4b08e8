import type { Delivery } from '@minilens/wire/push-report';
import type { Copy } from '../../copy/en';

type Kind = Pick<Delivery, 'outcome' | 'reason'>;

export const isCovered = ({ outcome, reason }: Kind): boolean => outcome === 'ok' && reason === 'covered';

/** How a delivery ended, in words: `Invalid answer · HTML page`. */
export function kindName({ outcome, reason }: Kind, { push }: Copy): string {
  if (outcome === 'ok') return reason ? push.reason[reason] : push.outcome.ok;
  return reason ? `${push.outcome[outcome]} · ${push.reason[reason]}` : push.outcome[outcome];
}

/** What to do about it. */
export const kindAdvice = ({ outcome, reason }: Kind, { push }: Copy): string =>
  reason ? push.reasonAdvice[reason] : push.outcomeAdvice[outcome];

type KindTone = 'success' | 'late' | 'fail';
export const kindTone = (kind: Kind): KindTone =>
  isCovered(kind) ? 'late' : kind.outcome === 'ok' ? 'success' : 'fail';
