import type { EventRecord } from '@minilens/wire/records';
import { useCopy } from '../../appearance/appearance';
import { outcomeMark } from './event-words';

/** How a call or request ended, and that an error is one; nothing of what cannot fail. */
export function EventOutcome({ event: { kind, outcome, status } }: { event: EventRecord }) {
  const { people } = useCopy();
  if (kind === 'error') return <span className="outcome outcome-fail">{people.kind.error}</span>;
  if (!outcome) return null;
  const words: Record<string, string> = people.outcome;
  return (
    <span className={`outcome outcome-${outcomeMark(outcome)}`}>
      {words[outcome] ?? outcome}
      {status !== undefined && ` ${status}`}
    </span>
  );
}
