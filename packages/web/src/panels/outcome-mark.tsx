import type { Outcome } from '@minilens/wire/event';
import { useCopy } from '../appearance/appearance';

/** How a call ended: a word, with a dot whose shape of colour matches the chart. Only failure stands out. */
export function OutcomeMark({ outcome }: { outcome: Outcome }) {
  return <span className={`outcome outcome-${outcome}`}>{useCopy().outcome[outcome]}</span>;
}
