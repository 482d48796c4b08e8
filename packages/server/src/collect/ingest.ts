import type { StoredBatch } from '@minilens/store/insert-block';
import type { Envelope } from '@minilens/wire/envelope';
import type { Event } from '@minilens/wire/event';
import type { DropReason, Receipt } from '@minilens/wire/receipt';
import { checkEvent, sequenceOf } from './check-event.js';
import type { ClockPolicy } from './clock.js';
import { markSeen, openLedger, type SessionLedger } from './session-ledger.js';
import type { Spool } from './spool.js';

const DAY_MS = 86_400_000;

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
 * session already reported, and answers when the rest is durable in the spool.
 */
export async function ingest(spool: Spool, envelope: Envelope, arrival: Arrival): Promise<Receipt> {
  const skewMs = arrival.clock.skewMs(envelope.sentAt, arrival.receivedAt);
  const sessionAt = envelope.session.startAt + skewMs;
  const sessionReason = arrival.clock.checkSession(sessionAt, arrival.receivedAt);
  const checked = envelope.events.map((value): Checked => {
    const n = sequenceOf(value);
    const result = checkEvent(value);
    if ('reason' in result) return { n, reason: result.reason };
    const reason = sessionReason ?? arrival.clock.checkEvent(result.event.at + skewMs, arrival.receivedAt);
    return reason === undefined ? { n: result.event.n, event: result.event } : { n, reason };
  });

  return spool.append({ app: envelope.app, session: envelope.session.id }, (known) => {
    const ledger = known ?? openLedger(sessionAt, 0);
    ledger.day = Math.floor(arrival.receivedAt / DAY_MS);
    const { events, receipt } = settle(checked, ledger);
    const batch =
      events.length > 0 ? JSON.stringify(toStored(envelope, arrival, skewMs, ledger.sessionAt, events)) : undefined;
    return { ledger, batch, result: receipt };
  });
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
  { app, agent, session, device }: Envelope,
  arrival: Arrival,
  skewMs: number,
  sessionAt: number,
  events: Event[],
): StoredBatch {
  const { startAt: _, ...rest } = session;
  return {
    app,
    agent,
    ip: arrival.ip,
    receivedAt: arrival.receivedAt,
    skewMs,
    sessionAt,
    session: rest,
    device,
    events,
  };
}
