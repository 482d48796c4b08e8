import { Envelope } from '@minilens/wire/envelope';
import { EVENT_KINDS, type PushDeliveryEvent } from '@minilens/wire/event';
import { Compile } from 'typebox/compile';
import { describe, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS } from './calendar.js';
import { makeDeliveries } from './deliveries.js';
import { troublesEndingAt } from './push-story.js';

/** 2026-03-10 18:00 in Shanghai. */
const END_AT = Date.UTC(2026, 2, 10, 10);
const linesOf = (seed = 7) => [
  ...makeDeliveries({ appid: 'wx0123456789abcdef', endAt: END_AT, days: 8, seed, messagesAnHour: 20 }),
];

describe("a week of customers' messages", () => {
  const lines = linesOf();
  const envelopes = lines.map((line) => JSON.parse(line) as Envelope & { events: PushDeliveryEvent[] });
  const deliveries = envelopes.flatMap(({ events }) => events);
  const during = (kind: string) => {
    const { from, to } = troublesEndingAt(END_AT).find((trouble) => trouble.kind === kind) as {
      from: number;
      to: number;
    };
    return deliveries.filter(({ at }) => at >= from && at < to);
  };
  const shareOf = (some: readonly PushDeliveryEvent[], is: (delivery: PushDeliveryEvent) => boolean) =>
    some.filter(is).length / some.length;

  test('are envelopes the import takes, and deliveries the protocol knows', () => {
    const [envelope, delivery] = [Compile(Envelope), Compile(EVENT_KINDS.push_delivery)];
    expect(deliveries.length).toBeGreaterThan(2_000);
    expect(envelopes.filter((value) => !envelope.Check(value))).toEqual([]);
    expect(deliveries.filter((value) => !delivery.Check(value))).toEqual([]);
  });

  test('are numbered without gaps in sessions of an hour, and lie before the end', () => {
    const numbers = new Map<string, number>();
    for (const { session, events } of envelopes)
      for (const { n, at } of events) {
        expect(n).toBe((numbers.get(session.id) ?? 0) + 1);
        numbers.set(session.id, n);
        expect(at - session.startAt).toBeGreaterThanOrEqual(0);
        expect(at - session.startAt).toBeLessThan(HOUR_MS + 20_000);
      }
    expect(Math.max(...envelopes.map(({ sentAt }) => sentAt))).toBeLessThan(END_AT);
    expect(Math.min(...deliveries.map(({ at }) => at))).toBeLessThan(END_AT - 7 * DAY_MS);
  });

  test('are answered, but for what the story says', () => {
    const isFailed = ({ outcome }: PushDeliveryEvent) => outcome !== 'ok';
    expect(shareOf(deliveries, isFailed)).toBeLessThan(0.08);
    expect(during('down').every(({ reason }) => reason === 'refused')).toBe(true);
    expect(shareOf(during('not_swapped'), ({ reason }) => reason === 'not_swapped')).toBeGreaterThan(0.3);
    expect(shareOf(during('slow'), ({ durationMs }) => durationMs > 1_000)).toBeGreaterThan(0.5);
    const late = during('slow').filter(({ outcome }) => outcome === 'request_timeout');
    expect(late.length).toBeGreaterThan(0);
    expect(late.every(({ durationMs }) => durationMs === 5_000)).toBe(true);
  });

  test('are tried three times, unless they are answered before', () => {
    const attempts = (outcome: string) =>
      Math.max(...deliveries.filter((one) => one.outcome === outcome).map(({ attempt }) => attempt));
    expect([attempts('connect_failure'), attempts('invalid_response')]).toEqual([3, 1]);
    const tried = deliveries.filter(({ attempt }) => attempt === 3);
    for (const { messageKey } of tried)
      expect(deliveries.filter((other) => other.messageKey === messageKey)).toHaveLength(3);
  });

  test('are the same, byte for byte, with the same arguments, and others with another seed', () => {
    expect(linesOf()).toEqual(lines);
    expect(linesOf(8)).not.toEqual(lines);
  });
});
