import { buildAgentCode } from '@minilens/simulator/agent-code';
import { Envelope } from '@minilens/wire/envelope';
import { EVENT_KINDS, type Event } from '@minilens/wire/event';
import { Compile } from 'typebox/compile';
import { describe, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS } from './calendar.js';
import { WATCHED_APIS } from './phone.js';
import type { Story } from './story.js';
import { makeTraffic } from './traffic.js';

/** 2026-03-03 18:00 in Shanghai. */
const END_AT = Date.UTC(2026, 2, 3, 10);
const agentCode = await buildAgentCode();

/** Everybody has 1.5.0, and payments fail all afternoon of the second day. */
const STORY: Story = {
  releases: [{ version: '1.5.0', at: 0, rolloutMs: 0, slowness: 1 }],
  incident: {
    from: END_AT - 6 * HOUR_MS,
    to: END_AT,
    version: '1.5.0',
    platform: 'android',
    failing: 0.9,
    errMsg: 'requestPayment:fail jsapi has no permission',
  },
};

const linesOf = (seed = 7) => [
  ...makeTraffic({
    endAt: END_AT,
    days: 2,
    seed,
    agentCode,
    config: {
      appId: 'wx0123456789abcdef',
      key: 'key',
      endpoint: 'https://minilens.test',
      hookApis: WATCHED_APIS,
    },
    story: STORY,
    visitorsAtStart: 800,
    newcomersADay: 40,
  }),
];

describe('two days of traffic', () => {
  const lines = linesOf();
  const envelopes = lines.map((line) => JSON.parse(line) as Omit<Envelope, 'events'> & { events: Event[] });
  const sessions = new Map<string, Map<number, Event>>();
  for (const { session, events } of envelopes) {
    const known = sessions.get(session.id) ?? new Map<number, Event>();
    sessions.set(session.id, known);
    for (const event of events) known.set(event.n, event);
  }
  const events = [...sessions.values()].flatMap((session) => [...session.values()]);

  test('are envelopes the import takes, and events the protocol knows', () => {
    const envelope = Compile(Envelope);
    const kinds = new Map(Object.entries(EVENT_KINDS).map(([kind, schema]) => [kind, Compile(schema)]));
    expect(lines.length).toBeGreaterThan(500);
    expect(envelopes.filter((value) => !envelope.Check(value))).toEqual([]);
    expect(events.filter((event) => !kinds.get(event.kind)?.Check(event))).toEqual([]);
  });

  test('lose no event of a session', () => {
    for (const session of sessions.values()) expect(Math.max(...session.keys())).toBe(session.size);
  });

  test('lie between the first midnight and the end', () => {
    const firstMidnight = Date.UTC(2026, 2, 1, 16);
    const moments = [...events.map(({ at }) => at), ...envelopes.map(({ sentAt }) => sentAt)];
    expect(Math.min(...moments)).toBeGreaterThanOrEqual(firstMidnight);
    expect(Math.max(...moments)).toBeLessThanOrEqual(END_AT);
    expect(Math.max(...moments)).toBeGreaterThan(END_AT - HOUR_MS / 2);
  });

  test('know the night from the evening', () => {
    const visits = envelopes.flatMap(({ session }) => session.startAt);
    const between = (from: number, to: number) =>
      visits.filter((at) => at >= END_AT - DAY_MS + from * HOUR_MS && at < END_AT - DAY_MS + to * HOUR_MS).length;
    const [evening, night] = [between(2, 4), between(8, 10)]; // From 20:00, and from 2:00.
    expect(evening).toBeGreaterThan(5 * night);
  });

  test('hold requests of every outcome, and an incident that nobody can miss', () => {
    const payments = envelopes.flatMap(({ device, events: own }) =>
      own
        .filter((event) => event.kind === 'call' && event.name === 'requestPayment')
        .map((call) => ({ ...call, device })),
    );
    const failing = (hit: boolean) => {
      const { incident } = STORY;
      const settled = payments.filter(
        ({ at, device }) => (at >= incident.from && device.platform === incident.platform) === hit,
      );
      return settled.filter((call) => 'outcome' in call && call.outcome === 'fail').length / settled.length;
    };
    expect(failing(true)).toBeGreaterThan(0.7);
    expect(failing(false)).toBeLessThan(0.1);
    const answers = new Set(events.flatMap((event) => (event.kind === 'request' ? event.outcome : [])));
    expect(answers).toEqual(new Set(['ok', 'http_error', 'network_error', 'abort']));
  });

  test('are the same, byte for byte, with the same arguments, and others with another seed', () => {
    expect(linesOf()).toEqual(lines);
    expect(linesOf(8)).not.toEqual(lines);
  });
});
