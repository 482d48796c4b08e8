import type { Envelope } from '@minilens/wire/envelope';
import type { DeliveryReason, PushDeliveryEvent } from '@minilens/wire/event';

/** When a push is given up. Unit: ms. */
const TIMEOUT_MS = 5_000;

/** Deliveries of a message in all, where none is answered. */
const DELIVERIES = 3;

type End = Pick<
  PushDeliveryEvent,
  'outcome' | 'durationMs' | 'dnsMs' | 'connectMs' | 'firstByteMs' | 'status' | 'receivedBytes' | 'reason' | 'errMsg'
>;

/** Deliveries of pushed messages within one hour, as what passes them on would report them: for tests of numbers. */
export function deliverySession(app: { appid: string }, random: () => number, startAt: number): Envelope {
  const pick = <T>(values: readonly T[]) => values[Math.floor(random() * values.length)] as T;
  const upTo = (limit: number) => Math.floor(random() * limit);
  const hex = () =>
    upTo(2 ** 40)
      .toString(16)
      .padStart(16, '0');

  const answered = (): Pick<End, 'durationMs' | 'connectMs' | 'firstByteMs' | 'receivedBytes'> => {
    const durationMs = upTo(TIMEOUT_MS);
    return {
      ...{ durationMs, firstByteMs: upTo(durationMs), receivedBytes: pick([0, 7, upTo(2_000)]) },
      ...(random() < 0.3 && { connectMs: upTo(durationMs) }),
    };
  };
  const invalid = (reason: DeliveryReason): End => ({
    ...{ ...answered(), outcome: 'invalid_response', status: 200, reason },
    errMsg: 'The answer is no passive reply.',
  });
  const ENDS: readonly (() => End)[] = [
    () => invalid('not_swapped'),
    () => invalid('html'),
    () => ({ ...answered(), outcome: 'bad_status', status: 502, errMsg: 'The server answered 502.' }),
    () => ({ outcome: 'request_timeout', durationMs: TIMEOUT_MS, errMsg: 'No complete answer within 5 s.' }),
    () => ({ outcome: 'connect_timeout', durationMs: TIMEOUT_MS, dnsMs: upTo(50) }),
    () => ({ outcome: 'connect_failure', durationMs: upTo(20), reason: 'refused', errMsg: 'Nobody listens there.' }),
    () => ({ outcome: 'dns_failure', durationMs: upTo(200), dnsMs: upTo(200) }),
    () => ({ outcome: 'dns_timeout', durationMs: TIMEOUT_MS, dnsMs: TIMEOUT_MS }),
    () => ({ outcome: 'ok', durationMs: 4_800, reason: 'covered' }),
  ];

  const events: PushDeliveryEvent[] = [];
  let at = startAt;
  for (let left = 1 + upTo(20); left > 0; left--) {
    at += upTo(100_000);
    const message = {
      ...{ messageKey: hex(), host: pick(['push.shop.example', 'old.shop.example']) },
      ...pick([{ msgType: 'text' }, { msgType: 'event', event: pick(['subscribe', 'user_enter_tempsession']) }]),
    };
    for (let attempt = 1; attempt <= DELIVERIES; attempt++) {
      const end: End = random() < 0.7 ? { ...answered(), outcome: 'ok', status: 200 } : pick(ENDS)();
      events.push({
        ...{ n: events.length + 1, at, kind: 'push_delivery', delivery: hex(), ...message, attempt, ...end },
        ...(random() < 0.1 && { content: '<xml><Content>***</Content></xml>' }),
      });
      at += end.durationMs;
      if (end.status !== undefined || end.outcome === 'ok') break;
    }
  }
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
