import type { PushDeliveryEvent } from '@minilens/wire/event';
import { LIMITS } from '@minilens/wire/limits';

/** What one delivery came to, before it has a place in a session. */
export type DeliveryReport = Omit<PushDeliveryEvent, 'n' | 'kind'>;

/** Takes what a delivery came to. It never throws, and nobody waits for it. */
export type Report = (delivery: DeliveryReport) => void;

/** Highest `attempt` of the protocol; what is sent more often stays there. */
const MAX_ATTEMPT = 255;

/** The event of a delivery, with every word cut to what the protocol takes: a long host must not cost the delivery. */
export const toEvent = (delivery: DeliveryReport, n: number): PushDeliveryEvent => ({
  ...delivery,
  n,
  kind: 'push_delivery',
  attempt: Math.min(delivery.attempt, MAX_ATTEMPT),
  msgType: cut(delivery.msgType, LIMITS.name),
  host: cut(delivery.host, LIMITS.host),
  ...(delivery.event !== undefined && { event: cut(delivery.event, LIMITS.name) }),
  ...(delivery.errMsg !== undefined && { errMsg: cut(delivery.errMsg, LIMITS.message) }),
  ...(delivery.content !== undefined && { content: cut(delivery.content, LIMITS.content) }),
});

/** The beginning of a text, without half a character at its end. */
export const cut = (text: string, length: number): string => text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '');
