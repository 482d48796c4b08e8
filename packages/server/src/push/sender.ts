import { type DeliveryReport, type Report, toEvent } from '@minilens/push/delivery';
import { PROTOCOL_VERSION } from '@minilens/wire/envelope';
import type { Logger } from 'pino';
import { TRUSTED_CLOCK } from '../collect/clock.js';
import type { Memory } from '../collect/forgotten.js';
import { ingest } from '../collect/ingest.js';
import type { Spool } from '../collect/spool.js';
import type { EventCounters } from '../http/event-counters.js';
import { VERSION } from '../version.js';
import type { Meters } from '../watch/meters.js';
import { createOnceAMinute } from '../watch/once-a-minute.js';

const HOUR_MS = 3_600_000;

export interface SenderDeps {
  spool: Spool;
  memory: Memory;
  counters: Pick<EventCounters, 'count'>;
  meters: Pick<Meters, 'delivered' | 'deliveryLost'>;
  log: Pick<Logger, 'warn'>;
  now: () => number;
  /** A new random id of a session: no two processes may ever make the same. */
  newId: () => string;
}

/** Reports the deliveries that this server makes itself, into its own spool. */
export interface Sender {
  reportOf(appid: string): Report;
  /** Resolves when everything reported so far is on disk, or lost and counted. */
  settle(): Promise<void>;
}

/**
 * Nobody who waits for an answer waits for the disk: a delivery is written down after its answer is out, within
 * milliseconds, and a kill in between loses it. What is written down counts once, as every event does. What the spool does
 * not take leaves a gap in its session, so the loss meter shows it.
 */
export function createSender({ spool, memory, counters, meters, log, now, newId }: SenderDeps): Sender {
  const sessions = new Map<string, { id: string; startAt: number; n: number }>();
  const writing = new Set<Promise<void>>();
  const onceAMinute = createOnceAMinute(now);

  /** A new one every hour, so that the hour it belongs to settles. */
  function sessionOf(appid: string) {
    const known = sessions.get(appid);
    const startAt = now();
    if (known !== undefined && Math.floor(known.startAt / HOUR_MS) === Math.floor(startAt / HOUR_MS)) return known;
    const session = { id: newId(), startAt, n: 0 };
    sessions.set(appid, session);
    return session;
  }

  async function write(appid: string, delivery: DeliveryReport): Promise<void> {
    const session = sessionOf(appid);
    session.n += 1;
    const { id, startAt, n } = session;
    const receivedAt = now();
    meters.delivered(delivery.outcome);
    try {
      const forgotten = await memory.of(appid);
      const receipt = await ingest(
        spool,
        {
          ...{ v: PROTOCOL_VERSION, app: appid, agent: `push-${VERSION}`, sentAt: receivedAt },
          // The name of this spool, so that in a cluster all of it lies on one shard.
          ...{ session: { id, startAt, user: `push-${spool.id}` }, device: {} },
          events: [toEvent(delivery, n)],
        },
        { receivedAt, ip: '', clock: TRUSTED_CLOCK, ofOwner: true, forgotten },
      );
      counters.count(receipt);
    } catch (err) {
      meters.deliveryLost();
      onceAMinute('lost', () =>
        log.warn({ err }, 'A message was passed on, but the spool did not take what came of it'),
      );
    }
  }

  return {
    reportOf: (appid) => (delivery) => {
      const written = write(appid, delivery).finally(() => writing.delete(written));
      writing.add(written);
    },
    settle: async () => {
      await Promise.all(writing);
    },
  };
}
