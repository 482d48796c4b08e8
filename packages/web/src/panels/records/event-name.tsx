import type { EventKind } from '@minilens/wire/event';
import type { EventRecord } from '@minilens/wire/records';
import { useCopy } from '../../appearance/appearance';
import { useFormat } from '../use-format';
import { eventSubject, isFailure } from './event-words';

/** What happened: its kind, what it was about, where; and of a failure what was said. */
export function EventName({ event }: { event: EventRecord }) {
  const { people } = useCopy();
  const format = useFormat();
  const { kind, page, stayMs, count = 1, errMsg, value } = event;
  const subject = eventSubject(event);
  return (
    <span className="message event">
      <b>{people.kind[kind as EventKind]}</b>
      {subject && <span className="mono">{subject}</span>}
      {count > 1 && <span>{people.times(format.count(count))}</span>}
      {stayMs !== undefined && <span>{people.stayed(format.value(stayMs / 1_000, 'seconds'))}</span>}
      {value !== undefined && (
        <span>{event.name === 'memory' ? format.value(value, 'bytes') : format.count(value)}</span>
      )}
      {page && <span className="mono muted">{page}</span>}
      {kind !== 'error' && isFailure(event) && errMsg && <span className="mono event-said">{errMsg}</span>}
    </span>
  );
}
