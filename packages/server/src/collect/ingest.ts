import type { StoredBatch } from '@minilens/store/insert-block';
import { Device, type Envelope, Session } from '@minilens/wire/envelope';
import type { Event } from '@minilens/wire/event';
import type { DropReason, Receipt } from '@minilens/wire/receipt';
import { checkEvent, sequenceOf } from './check-event.js';
import type { ClockPolicy } from './clock.js';
import type { Forgotten } from './forgotten.js';
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
  /** What of its app was dropped or erased, and must not come back. */
  forgotten: Forgotten;
}

/**
 * Takes a batch whose envelope and key are good: checks its events one by one, corrects the clock, drops what the
 * session already reported, and answers when the rest is durable in the spool. A batch without events leaves no trace.
 */
export async function ingest(spool: Spool, envelope: Envelope, arrival: Arrival): Promise<Receipt> {
  if (envelope.events.length === 0) return { accepted: 0, dropped: {} };
  const { receivedAt, clock, forgotten } = arrival;
  const skewMs = clock.skewMs(envelope.sentAt, receivedAt);
  const sessionAt = envelope.session.startAt + skewMs;
  const checked = envelope.events.map((value): Checked => {
    const result = checkEvent(value);
    if ('reason' in result) return { n: sequenceOf(value), reason: result.reason };
    const { event } = result;
    const at = event.at + skewMs;
    const reason = clock.checkEvent(at, receivedAt) ?? forgotten.event(at);
    return reason === undefined ? { n: event.n, event: withoutErased(event, forgotten) } : { n: event.n, reason };
  });

  return spool.append({ app: envelope.app, session: envelope.session.id }, (known) => {
    const { user } = envelope.session;
    // The start of a session is judged and fixed once: the device may mend its clock while the session goes on.
    const reason =
      (known === undefined ? clock.checkSession(sessionAt, receivedAt) : undefined) ??
      forgotten.session(user, known?.sessionAt ?? sessionAt);
    if (reason !== undefined) {
      const refused = checked.map(({ n }): Checked => ({ n, reason }));
      const result =
        known === undefined
          ? { accepted: 0, dropped: { [reason]: checked.length } }
          : settle(refused, structuredClone(known)).receipt;
      return { ledger: undefined, batch: undefined, result };
    }
    const day = Math.floor(receivedAt / DAY_MS);
    const ledger = known ?? openLedger(sessionAt, day);
    ledger.day = day;
    const { events, receipt } = settle(checked, ledger);
    const stored = events.length > 0 && toStored(envelope, arrival, { skewMs, sessionAt: ledger.sessionAt, events });
    return { ledger, batch: stored ? JSON.stringify(stored) : undefined, result: receipt };
  });
}

/** Somebody who was erased may still stand in a card that others open. */
function withoutErased(event: Event, forgotten: Forgotten): Event {
  if (event.kind !== 'app_show' || event.sharedBy === undefined || !forgotten.sharer(event.sharedBy)) return event;
  const { sharedBy: _, ...rest } = event;
  return rest;
}

function settle(checked: readonly Checked[], ledger: SessionLedger): { events: Event[]; receipt: Receipt } {
  const events: Event[] = [];
  const dropped: Receipt['dropped'] = {};
  for (const entry of checked) {
    const fresh = entry.n === undefined || markSeen(ledger, entry.n);
    const reason = !fresh ? 'duplicate' : 'reason' in entry ? entry.reason : undefined;
    if (reason !== undefined) dropped[reason] = (dropped[reason] ?? 0) + 1;
    else if ('event' in entry) events.push(entry.event);
  }
  return { events, receipt: { accepted: events.length, dropped } };
}

function toStored(
  envelope: Envelope,
  { ip, receivedAt }: Arrival,
  corrected: Pick<StoredBatch, 'skewMs' | 'sessionAt' | 'events'>,
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
  };
}
