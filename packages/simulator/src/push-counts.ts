import type { DeliveryOutcome } from '@minilens/wire/event';
import type { SentDelivery } from './push-sender.js';

const HOUR_MS = 3_600_000;

/** What the platform would count of an hour, under its own names. */
export interface PushHour {
  /** Where it begins. Unit: ms since the Unix epoch. */
  at: number;
  callback_count: number;
  fail_count: number;
  /** Unit: ms */
  total_time_cost: number;
  /** Unit: ms */
  max_time_cost: number;
  outcomes: { [outcome in DeliveryOutcome]?: number };
}

/** By hour of sending, the first one first. Hours without deliveries are absent. */
export function countHours(deliveries: Iterable<SentDelivery>): PushHour[] {
  const hours = new Map<number, PushHour>();
  for (const { at: sentAt, outcome, durationMs } of deliveries) {
    const at = sentAt - (sentAt % HOUR_MS);
    const hour = hours.get(at) ?? {
      at,
      callback_count: 0,
      fail_count: 0,
      total_time_cost: 0,
      max_time_cost: 0,
      outcomes: {},
    };
    hours.set(at, hour);
    hour.callback_count += 1;
    if (outcome !== 'ok') hour.fail_count += 1;
    hour.total_time_cost += durationMs;
    hour.max_time_cost = Math.max(hour.max_time_cost, durationMs);
    hour.outcomes[outcome] = (hour.outcomes[outcome] ?? 0) + 1;
  }
  return [...hours.values()].sort((a, b) => a.at - b.at);
}
