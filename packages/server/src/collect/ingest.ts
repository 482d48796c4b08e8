import type { StoredBatch } from '@minilens/store/insert-block';
import { Device, type Envelope, Session } from '@minilens/wire/envelope';
import type { Event } from '@minilens/wire/event';
import type { DropReason, Receipt } from '@minilens/wire/receipt';
import { checkEvent, sequenceOf } from './check-event.js';
import type { ClockPolicy } from './clock.js';
import { type Forgotten, withoutSharer } from './forgotten.js';
import { createPicker, wholeText } from './known-words.js';
import { markSeen, openLedger, type SessionLedger } from './session-ledger.js';
import type { Spool } from './spool.js';

const DAY_MS = 86_400_000;

const pickSession = createPicker<Session>(Session);
const pickDevice = createPicker<Device>(Device);

/** What one event of a batch came to, before its session is asked. */
type Checked = { n: number; event: Event } | { n: number | undefined; reason: DropReason };

/** Where a batch came from. */
export interface Arrival {
  /** Our clock, Unix ms. */
  receivedAt: number;
  /** Empty for an import. */
  ip: string;
  clock: ClockPolicy;
  /** Whether it came with the app's secret. */
  ofOwner: boolean;
  /** What of its app was dropped or erased, and must not come back. */
  forgotten: Forgotten;
}

/**
 * Takes a batch whose envelope and key are good: checks its events one by one, corrects the clock, drops what the
 * session already reported, and answers when the rest is durable in the spool, and with it what was dropped and why. A
 * batch without events leaves no trace.
 */
export async function ingest(spool: Spool, envelope: Envelope, arrival: Arrival): Promise<Receipt> {
  if (envelope.events.length === 0) return { accepted: 0, dropped: {} };
  const { receivedAt, clock, forgotten, ofOwner } = arrival;
  const skewMs = clock.skewMs(envelope.sentAt, receivedAt);
  const sessionAt = envelope.session.startAt + skewMs;
  const checked = envelope.events.map((value): Checked => {
    const result = checkEvent(value, ofOwner);
    return 'reason' in result
      ? { n: sequenceOf(value), ...result }
      : { n: result.event.n, event: withoutSharer(result.event, forgotten.sharer) };
  });

  return spool.append({ app: envelope.app, session: envelope.session.id }, (known) => {
    // Of what must not be stored any more not even that is stored: it would name the user.
    const forgetting = forgotten.session(envelope.session.user, known?.sessionAt ?? sessionAt);
    if (forgetting !== undefined) {
      const refused = checked.map(({ n }): Checked => ({ n, reason: forgetting }));
      const ledger = structuredClone(known) ?? openLedger(sessionAt, 0, skewMs);
      return { ledger: undefined, batches: [], result: settle(refused, ledger, { skewMs, ...arrival }).receipt };
    }
    // The start of a session is judged and fixed once: the device may mend its clock while the session goes on.
    const reason = known === undefined ? clock.checkSession(sessionAt, receivedAt) : undefined;
    if (reason !== undefined) {
      // Nobody remembers a session that did not begin, so its numbers count for nothing, and neither does its start.
      const dropped = checked.map(() => ({ n: 0, reason }));
      const stored = toStored(envelope, arrival, { skewMs, sessionAt: receivedAt, events: [], dropped });
      const result = { accepted: 0, dropped: { [reason]: checked.length } };
      return { ledger: undefined, batches: [JSON.stringify(stored)], result };
    }
    const day = Math.floor(receivedAt / DAY_MS);
    const ledger = known ?? openLedger(sessionAt, day, skewMs);
    // A clock that was set back must not make it be forgotten sooner.
    ledger.day = Math.max(ledger.day, day);
    const { eventsBySkew, dropped, receipt } = settle(checked, ledger, { skewMs, ...arrival });
    if (dropped.length > 0 && eventsBySkew.size === 0) eventsBySkew.set(skewMs, []);
    const batches = [...eventsBySkew].map(([skewMs, events], index) =>
      JSON.stringify(
        toStored(envelope, arrival, {
          skewMs,
          sessionAt: ledger.sessionAt,
          events,
          ...(index === 0 && dropped.length > 0 && { dropped }),
        }),
      ),
    );
    return { ledger, batches, result: receipt };
  });
}

interface Settled {
  /** What is to be stored, by what its times are corrected by. */
  eventsBySkew: Map<number, Event[]>;
  /** What was settled without being stored. */
  dropped: NonNullable<StoredBatch['dropped']>;
  receipt: Receipt;
}

/** Marks everything as seen, and says what becomes of it. */
function settle(checked: readonly Checked[], ledger: SessionLedger, batch: Arrival & { skewMs: number }): Settled {
  const eventsBySkew = new Map<number, Event[]>();
  const dropped: Settled['dropped'] = [];
  const receipt: Receipt = { accepted: 0, dropped: {} };
  const drop = (n: number | undefined, reason: DropReason) => {
    receipt.dropped[reason] = (receipt.dropped[reason] ?? 0) + 1;
    if (reason !== 'duplicate') dropped.push({ n: n ?? 0, reason });
  };
  for (const entry of checked) {
    const { n } = entry;
    const fresh = n === undefined || markSeen(ledger, n);
    if (!fresh) drop(n, 'duplicate');
    else if ('reason' in entry) drop(n, entry.reason);
    else {
      const { event } = entry;
      const skewMs = batch.clock.eventSkewMs(event.at, batch, ledger);
      const at = event.at + skewMs;
      const reason = batch.clock.checkEvent(at, batch.receivedAt) ?? batch.forgotten.event(at);
      if (reason !== undefined) drop(n, reason);
      else {
        receipt.accepted += 1;
        const events = eventsBySkew.get(skewMs);
        if (events === undefined) eventsBySkew.set(skewMs, [event]);
        else events.push(event);
      }
    }
  }
  return { eventsBySkew, dropped, receipt };
}

function toStored(
  envelope: Envelope,
  { ip, receivedAt }: Arrival,
  corrected: Pick<StoredBatch, 'skewMs' | 'sessionAt' | 'events' | 'dropped'>,
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
