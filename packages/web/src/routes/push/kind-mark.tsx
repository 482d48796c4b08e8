import type { Delivery } from '@minilens/wire/push-report';
import { useCopy } from '../../appearance/appearance';
import { kindName, kindTone } from './delivery-kind';

/** How a delivery ended, with a dot in the colour of the chart. Failures and covered late answers stand out. */
export function KindMark({ of: kind }: { of: Pick<Delivery, 'outcome' | 'reason'> }) {
  return <span className={`outcome outcome-${kindTone(kind)}`}>{kindName(kind, useCopy())}</span>;
}
