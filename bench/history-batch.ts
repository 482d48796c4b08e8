import { deliverySession } from '@minilens/simulator/delivery-session';
import { eventfulSession } from '@minilens/simulator/eventful-session';
import { ordinaryBatch } from '@minilens/simulator/ordinary-batch';
import type { Envelope } from '@minilens/wire/envelope';

/** Of so many batches one is of a session in which everything happens, and half as often one tells of pushes: what is rare has tables of its own. */
const RARE = 25;

/** The longest such session. Unit: ms. */
const EVENTFUL_MS = 13 * 3_600_000;

const isEventful = (place: number) => place % RARE === 0;
const isDelivery = (place: number) => place % (2 * RARE) === 1;

/** What stands at one place of a history, as the loader inserts it. `startAt` and `endAt`, of all of it: Unix ms. */
export function historyBatches(
  appid: string,
  random: () => number,
  { place, startAt, endAt }: { place: number; startAt: number; endAt: number },
): { events: number; text: string }[] {
  const app = { appid, key: '' };
  const ordinary = ordinaryBatch(app, random, startAt);
  const envelopes = isEventful(place)
    ? eventfulSession(app, random, Math.min(startAt, endAt - EVENTFUL_MS)).map((batch) => ({
        ...batch,
        // Of tens of users only, a table of users would be none.
        session: { ...batch.session, user: ordinary.session.user },
      }))
    : isDelivery(place)
      ? [deliverySession(app, random, Math.min(startAt, endAt - EVENTFUL_MS))]
      : [ordinary];
  const ip = `203.0.${Math.floor(random() * 256)}.${Math.floor(random() * 256)}`;
  return envelopes.map(({ key: _key, v: _v, sentAt, session, ...batch }: Envelope) => {
    const { startAt: sessionAt, ...rest } = session;
    return {
      events: batch.events.length,
      text: JSON.stringify({ ...batch, session: rest, sessionAt, ip, receivedAt: sentAt, skewMs: 0 }),
    };
  });
}
