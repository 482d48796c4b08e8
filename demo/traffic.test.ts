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
  releases: [
    { version: '1.5.0', at: 0, rolloutMs: 0, slowness: 1, mistakes: ['noReviews', 'listNotCaught', 'paymentHint'] },
  ],
  incident: {
    from: END_AT - 6 * HOUR_MS,
    to: END_AT,
    version: '1.5.0',
    platform: 'android',
    failing: 0.9,
    errMsg: 'requestPayment:fail jsapi has no permission',
  },
};

const linesOf = (seed = 7, visitorsAtStart = 800) => [
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
    visitorsAtStart,
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

  test('know the stages of launches and requests, the memory in use, and how long pages take', () => {
    const measured = new Set(events.flatMap((event) => (event.kind === 'performance' ? event.name : [])));
    const entries = ['appLaunch', 'downloadPackage', 'evaluateScript', 'firstRender', 'route'];
    expect([...measured]).toEqual(expect.arrayContaining([...entries, 'memory']));
    const ready = events.flatMap((event) => (event.kind === 'page_ready' ? event.durationMs : []));
    expect(Math.min(...ready)).toBeGreaterThan(0);
    const requests = events.filter((event) => event.kind === 'request' && event.outcome === 'ok');
    const opened = requests.filter((event) => 'tlsMs' in event);
    expect(requests.every((event) => 'firstByteMs' in event)).toBe(true);
    expect(opened.length / requests.length).toBeGreaterThan(0.1);
    expect(opened.length / requests.length).toBeLessThan(0.6);
  });

  test('stumble over payments that fail, and over little else', () => {
    const errors = events.filter((event) => event.kind === 'error');
    const [rejected, failed] = ['promise', 'app'].map((source) => errors.filter((error) => error.source === source));
    expect(rejected?.map(({ errMsg }) => errMsg)).toContain('request:fail timeout');
    expect(failed?.filter(({ stack }) => stack?.includes('pages/pay/pay.js')).length).toBeGreaterThan(20);
    expect(new Set(failed?.map(({ name }) => name))).toEqual(new Set(['TypeError']));
    expect(errors.length).toBeLessThan(sessions.size / 5);
  });

  test('say the openid of some users, which is theirs for good', () => {
    const openids = new Map<string, Set<string>>();
    for (const { session, events: own } of envelopes)
      for (const event of own)
        if (event.kind === 'user')
          openids.set(session.user, (openids.get(session.user) ?? new Set()).add(event.openid ?? ''));
    const users = new Set(envelopes.map(({ session }) => session.user)).size;
    expect(openids.size / users).toBeGreaterThan(0.3);
    expect(openids.size / users).toBeLessThan(0.6);
    expect([...openids.values()].filter(({ size }) => size > 1)).toEqual([]);
    const all = [...openids.values()].flatMap((own) => [...own]);
    expect(all.every((openid) => /^o[\w-]{27}$/.test(openid))).toBe(true);
    expect(new Set(all).size).toBe(all.length);
  });

  test('report agents that miss nothing but the memory of some phones', () => {
    const reports = events.flatMap((event) => (event.kind === 'agent' ? [JSON.parse(event.props).hooks] : []));
    expect(new Set(reports.flatMap((hooks) => Object.keys(hooks)))).toEqual(new Set(['memory']));
  });

  test('are the same, byte for byte, with the same arguments, and others with another seed', () => {
    const few = linesOf(7, 100);
    expect(linesOf(7, 100)).toEqual(few);
    expect(linesOf(8, 100)).not.toEqual(few);
  });
});
