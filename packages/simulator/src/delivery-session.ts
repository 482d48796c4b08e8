import type { Envelope } from '@minilens/wire/envelope';
import { DELIVERY_OUTCOMES, type PushDeliveryEvent } from '@minilens/wire/event';

/** When a push is given up. Unit: ms. */
const TIMEOUT_MS = 5_000;

/** Deliveries of pushed messages within one hour, as what passes them on would report them: for tests of numbers. */
export function deliverySession(app: { appid: string }, random: () => number, startAt: number): Envelope {
  const pick = <T>(values: readonly T[]) => values[Math.floor(random() * values.length)] as T;
  const upTo = (limit: number) => Math.floor(random() * limit);
  const hex = () =>
    upTo(2 ** 40)
      .toString(16)
      .padStart(16, '0');
  let at = startAt;
  const events = Array.from({ length: 1 + upTo(30) }, (_, index): PushDeliveryEvent => {
    at += upTo(100_000);
    const outcome = random() < 0.7 ? 'ok' : pick(DELIVERY_OUTCOMES);
    const msgType = pick(['text', 'event', 'event']);
    return {
      ...{ n: index + 1, at, kind: 'push_delivery', delivery: hex(), messageKey: hex(), attempt: 1 + upTo(3), msgType },
      ...(msgType === 'event' && { event: pick(['subscribe', 'user_enter_tempsession']) }),
      host: pick(['push.shop.example', 'old.shop.example']),
      outcome,
      durationMs: outcome.endsWith('timeout') ? TIMEOUT_MS : upTo(TIMEOUT_MS),
      ...(outcome === 'bad_status' && { status: 502 }),
      ...(outcome !== 'ok' && { errMsg: 'no answer that counts' }),
    };
  });
  return {
    v: 1,
    app: app.appid,
    agent: 'push-0.1.0',
    sentAt: at,
    session: { id: `push-${hex()}`, startAt, user: `sender-${1 + upTo(2)}` },
    device: {},
    events,
  };
}
