import type { StoredBatch } from '@minilens/store/insert-block';
import { Device, type Envelope, Session } from '@minilens/wire/envelope';
import type { Event } from '@minilens/wire/event';
import type { DropReason, Receipt } from '@minilens/wire/receipt';
import { checkEvent, sequenceOf } from './check-event.js';
import type { ClockPolicy } from './clock.js';
import { createPicker, wholeText } from './known-words.js';
import { markSeen, openLedger, type SessionLedger } from './session-ledger.js';
import type { Spool } from './spool.js';

const DAY_MS = 86_400_000;

const pickSession = createPicker<Session>(Session);
const pickDevice = createPicker<Device>(Device);

/** What one event of a batch came to, before the ledger is asked. */
type Checked = { n: number; event: Event } | { n: number | undefined; reason: DropReason };

/** Where a batch came from. */
export interface Arrival {
  /** Our clock, Unix ms. */
  receivedAt: number;
  /** Empty for an import. */
  ip: string;
  clock: ClockPolicy;
}

/**
 * Takes a batch whose envelope and key are good: checks its events one by one, corrects the clock, drops what the
 * session already reported, and answers when the rest is durable in the spool, and with it what was dropped and why. A
 * batch without events leaves no trace.
 */
export async function ingest(spool: Spool, envelope: Envelope, arrival: Arrival): Promise<Receipt> {
  if (envelope.events.length === 0) return { accepted: 0, dropped: {} };
  const { receivedAt, clock } = arrival;
  const skewMs = clock.skewMs(envelope.sentAt, receivedAt);
  const sessionAt = envelope.session.startAt + skewMs;
  const checked = envelope.events.map((value): Checked => {
    const result = checkEvent(value);
    if ('reason' in result) return { n: sequenceOf(value), reason: result.reason };
    const { event } = result;
    const reason = clock.checkEvent(event.at + skewMs, receivedAt);
    return reason === undefined ? { n: event.n, event } : { n: event.n, reason };
  });

  return spool.append({ app: envelope.app, session: envelope.session.id }, (known) => {
    // The start of a session is judged and fixed once: the device may mend its clock while the session goes on.
    const reason = known === undefined ? clock.checkSession(sessionAt, receivedAt) : undefined;
    if (reason !== undefined) {
      // Nobody remembers a session that did not begin, so its numbers count for nothing, and neither does its start.
      const dropped = checked.map(() => ({ n: 0, reason }));
      const stored = toStored(envelope, arrival, { skewMs, sessionAt: receivedAt, events: [], dropped });
      const result = { accepted: 0, dropped: { [reason]: checked.length } };
      return { ledger: undefined, batch: JSON.stringify(stored), result };
    }
    const day = Math.floor(receivedAt / DAY_MS);
    const ledger = known ?? openLedger(sessionAt, day);
    ledger.day = day;
    const { receipt, ...settled } = settle(checked, ledger);
    const isNews = settled.events.length + settled.dropped.length > 0;
    const stored = isNews && toStored(envelope, arrival, { skewMs, sessionAt: ledger.sessionAt, ...settled });
    return { ledger, batch: stored ? JSON.stringify(stored) : undefined, result: receipt };
  });
}

interface Settled extends Required<Pick<StoredBatch, 'events' | 'dropped'>> {
  receipt: Receipt;
}

function settle(checked: readonly Checked[], ledger: SessionLedger): Settled {
  const events: Event[] = [];
  const dropped: Settled['dropped'] = [];
  const counts: Receipt['dropped'] = {};
  for (const entry of checked) {
    const isRepeat = entry.n !== undefined && !markSeen(ledger, entry.n);
    const reason = isRepeat ? 'duplicate' : 'reason' in entry ? entry.reason : undefined;
    if (reason !== undefined) counts[reason] = (counts[reason] ?? 0) + 1;
    else if ('event' in entry) events.push(entry.event);
    if (reason !== undefined && !isRepeat) dropped.push({ n: entry.n ?? 0, reason });
  }
  return { events, dropped, receipt: { accepted: events.length, dropped: counts } };
}

function toStored(
  envelope: Envelope,
  { ip, receivedAt }: Arrival,
  { dropped, ...corrected }: Pick<StoredBatch, 'skewMs' | 'sessionAt' | 'events'> & Pick<Settled, 'dropped'>,
): StoredBatch {
  const { startAt: _, ...session } = pickSession(envelope.session);
  return {
    app: envelope.app,
    agent: wholeText(envelope.agent),
    ip,
    receivedAt,
    session,
    device: pickDevice(envelope.device),
    ...(envelope.tags && { tags: wholeText(envelope.tags) }),
    ...corrected,
    ...(dropped.length > 0 && { dropped }),
  };
}
