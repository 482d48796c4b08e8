import type { Envelope } from '@minilens/wire/envelope';
import type { CallRecordList } from '@minilens/wire/records';
import type { InterfaceList, NewApp } from '@minilens/wire/report-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { envelopeOf, startTestServer, type TestServer } from '../testing/server.js';

/** 2026-03-02 12:00 in Shanghai. */
const NOW = Date.UTC(2026, 2, 2, 4);
const DAY = 86_400_000;
const TODAY = 'from=2026-03-02&to=2026-03-02';

let server: TestServer;
let app: NewApp;
beforeAll(async () => {
  server = await startTestServer(NOW);
  app = await server.addApp('wx00000000000000aa');
});
afterAll(() => server.stop());

let apps = 0;
const collect = (payload: unknown) => server.post('/v1/collect', payload);
const batch = (over: Partial<Envelope> = {}) => envelopeOf(app, NOW, over);
const shifted = (envelope: Envelope, ms: number): Envelope => ({
  ...envelope,
  sentAt: envelope.sentAt + ms,
  session: { ...envelope.session, startAt: envelope.session.startAt + ms },
  events: envelope.events.map((event) => ({ ...(event as object), at: (event as { at: number }).at + ms })),
});
const interfaces = async (appid: string, range = TODAY) => {
  await server.drain();
  return (await server.get<InterfaceList>(`/api/v1/apps/${appid}/interfaces?${range}`, server.asOwner)).body.items;
};

test.each<[string, () => unknown, number, object]>([
  ['a good batch', () => batch(), 200, { accepted: 3, dropped: {} }],
  [
    'properties of a newer agent',
    () => ({ ...batch(), extra: 1, device: { foldable: true } }),
    200,
    { accepted: 3, dropped: {} },
  ],
  [
    'a kind of a newer agent',
    () => batch({ events: [...batch().events, { n: 4, at: NOW, kind: 'gesture' }] }),
    200,
    { accepted: 3, dropped: { unknown_kind: 1 } },
  ],
  [
    'one bad event among good ones',
    () => batch({ events: [...batch().events, { n: 4, at: NOW, kind: 'call', name: 'x', outcome: 'maybe' }, null, 7] }),
    200,
    { accepted: 3, dropped: { invalid: 3 } },
  ],
  [
    'the prototype of an object as kind',
    () =>
      batch({
        events: [
          { n: 1, at: NOW, kind: '__proto__' },
          { n: 2, at: NOW, kind: 'constructor' },
        ],
      }),
    200,
    { accepted: 0, dropped: { unknown_kind: 2 } },
  ],
  [
    'an event of eight days ago',
    () => batch({ events: [{ n: 1, at: NOW - 8 * DAY, kind: 'launch' }] }),
    200,
    { accepted: 0, dropped: { too_old: 1 } },
  ],
  [
    'an event of tomorrow',
    () => batch({ events: [{ n: 1, at: NOW + DAY, kind: 'launch' }] }),
    200,
    { accepted: 0, dropped: { future: 1 } },
  ],
  ['a key of nobody', () => batch({ key: 'k_wrong' }), 401, { code: 'WRONG_KEY', retry: false }],
  ['no key', () => ({ ...batch(), key: undefined }), 401, { code: 'WRONG_KEY', retry: false }],
  ['an app of nobody', () => batch({ app: 'wx00000000000000ff' }), 401, { code: 'UNKNOWN_APP', retry: false }],
  [
    'an app id that is none',
    () => batch({ app: "wx' OR 1=1" }),
    400,
    { code: 'INVALID_ENVELOPE', message: expect.stringContaining('/app') },
  ],
  [
    'an unknown version of the protocol',
    () => ({ ...batch(), v: 9 }),
    400,
    { code: 'INVALID_ENVELOPE', message: expect.stringContaining('/v') },
  ],
  ['no events', () => batch({ events: [] }), 200, { accepted: 0, dropped: {} }],
  [
    'more tags than a batch may have',
    () => batch({ tags: Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`t${i}`, 'x'])) }),
    400,
    { code: 'INVALID_ENVELOPE', message: expect.stringContaining('/tags') },
  ],
  [
    'a tag that is no text, whatever its name',
    () => batch({ tags: { 'two\nlines': {} as string } }),
    400,
    { code: 'INVALID_ENVELOPE', message: expect.stringContaining('/tags/two') },
  ],
  [
    'a tag with too long a name',
    () => batch({ tags: { ['n'.repeat(65)]: 'x' } }),
    400,
    { code: 'INVALID_ENVELOPE', message: expect.stringMatching(/\/tags\/n+ is not allowed here: leave it out/) },
  ],
  [
    'too many events',
    () => batch({ events: Array.from({ length: 101 }, (_, i) => ({ n: i + 1, at: NOW, kind: 'launch' })) }),
    400,
    { code: 'INVALID_ENVELOPE' },
  ],
  [
    'a number sent as text',
    () => ({ ...batch(), sentAt: String(NOW) }),
    400,
    { code: 'INVALID_ENVELOPE', message: expect.stringContaining('/sentAt') },
  ],
  ['broken JSON', () => '{"v":1,', 400, { code: 'INVALID_JSON', retry: false }],
  ['a body that poisons prototypes', () => '{"__proto__":{"v":1}}', 400, { code: 'INVALID_ENVELOPE', retry: false }],
  ['a body nested without end', () => '['.repeat(30_000), 400, { code: 'INVALID_JSON', retry: false }],
  ['an empty body', () => '', 400, { code: 'INVALID_ENVELOPE', retry: false }],
  ['a body too large', () => `"${'x'.repeat(65_536)}"`, 413, { code: 'BODY_TOO_LARGE', retry: false }],
])('collect answers %s', async (_name, payload, status, body) => {
  expect(await collect(payload())).toEqual({ status, body: expect.objectContaining(body) });
});

test.each<[string, object]>([
  ['a known word of the wrong kind', { view: 'x', stayMs: 'abc', durationMs: -1, status: {} }],
  ['a word nobody knows, nested deep', { x: JSON.parse('['.repeat(1_500) + ']'.repeat(1_500)) }],
  ['half a character', { page: 'a\ud83d' }],
  ['words of an object itself', { constructor: { prototype: 1 }, toString: 1 }],
])('%s in one event costs neither its batch nor the loader', async (_name, words) => {
  const own = await server.addApp(`wx000000000000c${String(++apps).padStart(3, '0')}`);
  const bad = { n: 4, at: NOW, kind: 'app_hide', ...words };
  const envelope = envelopeOf(own, NOW);
  expect((await collect({ ...envelope, events: [...envelope.events, bad] })).body).toEqual({
    accepted: 4,
    dropped: {},
  });
  expect(await interfaces(own.appid)).toMatchObject([{ calls: 1 }]);
  expect((await server.get<string>('/metrics')).body).toContain('minilens_batches_refused 0');
});

test.each<[string, object, object]>([
  ['a count beyond 32 bits', { kind: 'error', source: 'app', name: '', errMsg: '', count: 2 ** 32 }, { invalid: 1 }],
  ['a value that is no number', { kind: 'performance', name: 'memory', value: 'much' }, { invalid: 1 }],
  ['steps that are no texts', { kind: 'error', source: 'app', name: '', errMsg: '', steps: [1, null] }, { invalid: 1 }],
  [
    'steps without end',
    { kind: 'error', source: 'app', name: '', errMsg: '', steps: Array(21).fill('x') },
    { invalid: 1 },
  ],
  [
    'a step cut in half',
    { kind: 'error', source: 'app', name: '', errMsg: '\ud83d', steps: ['a\ud83d', '\udc00'] },
    {},
  ],
  ['the largest numbers there are', { kind: 'performance', name: 'x', count: 2 ** 32 - 1, value: 2 ** 53 - 1 }, {}],
  ['a fraction', { kind: 'performance', name: 'x', value: 5e-324 }, {}],
])('%s costs at most its own event, and the store takes the rest', async (_name, words, dropped) => {
  const own = await server.addApp(`wx000000000000d${String(++apps).padStart(3, '0')}`);
  const envelope = envelopeOf(own, NOW, { tags: { 'half\ud83d': '\udc00', __proto__x: '"', 'a\u0000b': '\n' } });
  const answer = await collect({ ...envelope, events: [...envelope.events, { n: 4, at: NOW, ...words }] });
  expect(answer.body).toEqual({ accepted: Object.keys(dropped).length > 0 ? 3 : 4, dropped });
  expect(await interfaces(own.appid)).toMatchObject([{ calls: 1 }]);
  expect((await server.get<string>('/metrics')).body).toContain('minilens_batches_refused 0');
});

test('a batch without events leaves no trace: neither in the spool nor of its session', async () => {
  const own = await server.addApp('wx000000000000c104');
  const envelope = envelopeOf(own, NOW);
  await server.drain();
  // Had the session been remembered, its start would now be the wrong one.
  const empty = { ...envelope, events: [], session: { ...envelope.session, startAt: NOW - 3 * DAY } };
  expect((await collect(empty)).body).toEqual({ accepted: 0, dropped: {} });
  expect(server.pendingBatches()).toBe(0);
  expect((await collect(envelope)).body).toEqual({ accepted: 3, dropped: {} });
  expect(await interfaces(own.appid)).toMatchObject([{ affectedUsers: 1 }]);
});

test('strange words of session and device are left at the door too', async () => {
  const own = await server.addApp('wx000000000000c100');
  const envelope = envelopeOf(own, NOW);
  const strange = {
    ...envelope,
    session: { ...envelope.session, extra: [[1]] },
    device: { model: '\ud800', level: 1, app: 7 },
  };
  expect((await collect(strange)).body).toEqual({ accepted: 3, dropped: {} });
  expect(await interfaces(own.appid)).toMatchObject([{ calls: 1 }]);
});

test('what a body calls its prototype stays words that nobody knows', async () => {
  const own = await server.addApp('wx000000000000c107');
  const text = JSON.stringify({ ...envelopeOf(own, NOW), poison: 0, tags: { poison: 'x' } });
  const poisoned = text
    .replace('"poison":0', '"__proto__":{"app":"wx00000000000000ff"},"constructor":{"prototype":{"n":7}}')
    .replace('"poison"', '"__proto__"')
    .replaceAll('{"n":', '{"__proto__":{"kind":"launch"},"n":');
  const answer = await server.post('/v1/collect', poisoned, { 'content-type': 'application/json' });
  expect(answer.body).toEqual({ accepted: 3, dropped: {} });
  expect(await interfaces(own.appid)).toMatchObject([{ calls: 1 }]);
  expect(({} as { kind?: string }).kind).toBeUndefined();
});

test('a session start that cannot be does not decide for the batches after it', async () => {
  const own = await server.addApp('wx000000000000c101');
  const good = envelopeOf(own, NOW);
  expect((await collect({ ...good, session: { ...good.session, startAt: 0 } })).body).toEqual({
    accepted: 0,
    dropped: { too_old: 3 },
  });
  expect((await collect(good)).body).toEqual({ accepted: 3, dropped: {} });
  expect(await interfaces(own.appid)).toMatchObject([{ calls: 1, affectedUsers: 1 }]);
});

test('a session goes on when its device mends a clock that was a year behind', async () => {
  const own = await server.addApp('wx000000000000c102');
  const first = shifted(envelopeOf(own, NOW), -365 * DAY);
  expect((await collect(first)).body).toEqual({ accepted: 3, dropped: {} });
  const later = {
    ...first,
    sentAt: NOW,
    events: [{ n: 4, at: NOW, kind: 'call', name: 'requestPayment', outcome: 'success' }],
  };
  expect((await collect(later)).body).toEqual({ accepted: 1, dropped: {} });
  expect(await interfaces(own.appid)).toMatchObject([{ calls: 2, affectedUsers: 1, failedUsers: 0 }]);
});

test.each([
  ['a year behind', -365 * DAY],
  ['a year ahead', 365 * DAY],
  ['nine days behind', -9 * DAY],
])('events queued under a clock %s, and sent after it was mended, keep their time', async (_name, ms) => {
  const own = await server.addApp(`wx000000000000e${String(++apps).padStart(3, '0')}`);
  const call = (n: number, at: number) => ({ n, at, kind: 'call', name: 'scanCode', outcome: 'fail' });
  const first = shifted(envelopeOf(own, NOW), ms);
  await collect(first);
  // One event of before the clock was mended, one of after it.
  const later = { ...first, sentAt: NOW, events: [call(4, NOW + ms - 20_000), call(5, NOW - 10_000)] };
  expect((await collect(later)).body).toEqual({ accepted: 2, dropped: {} });
  expect((await collect(later)).body).toEqual({ accepted: 0, dropped: { duplicate: 2 } });
  await server.drain();
  const records = `/api/v1/apps/${own.appid}/interfaces/scanCode/records?${TODAY}`;
  const { body } = await server.get<CallRecordList>(records, server.asOwner);
  expect(body.items.map(({ n, at }) => [n, at])).toEqual([
    [5, NOW - 10_000],
    [4, NOW - 20_000],
  ]);
});

test('events queued under a right clock, and sent after it was lost, keep their time', async () => {
  const own = await server.addApp('wx000000000000c105');
  const first = envelopeOf(own, NOW);
  await collect(first);
  const later = { ...first, sentAt: NOW - 365 * DAY, events: [{ n: 4, at: NOW - 20_000, kind: 'launch' }] };
  expect((await collect(later)).body).toEqual({ accepted: 1, dropped: {} });
});

test('an event that fits its session by no clock is judged by that of its batch', async () => {
  const own = await server.addApp('wx000000000000c106');
  const first = shifted(envelopeOf(own, NOW), -365 * DAY);
  await collect(first);
  const later = { ...first, sentAt: NOW, events: [{ n: 4, at: NOW - 100 * DAY, kind: 'launch' }] };
  expect((await collect(later)).body).toEqual({ accepted: 0, dropped: { too_old: 1 } });
});

test('a session that began ten days ago and is still in sight reports', async () => {
  const own = await server.addApp('wx000000000000c103');
  const envelope = envelopeOf(own, NOW);
  const long = { ...envelope, session: { ...envelope.session, startAt: NOW - 10 * DAY } };
  expect((await collect(long)).body).toEqual({ accepted: 3, dropped: {} });
});

test.each(['', ';', 'json', 'text', 'application/x-www-form-urlencoded'])(
  'a body labelled %j is read as JSON',
  async (label) => {
    expect(await server.post('/v1/collect', batch(), { 'content-type': label })).toMatchObject({ status: 200 });
  },
);

test('the key of another app is refused, and its numbers stay clean', async () => {
  const other = await server.addApp('wx00000000000000ab');
  expect(await collect(batch({ app: other.appid }))).toMatchObject({ status: 401, body: { code: 'WRONG_KEY' } });
  expect(await interfaces(other.appid)).toEqual([]);
});

test('a batch sent twice, out of order and in pieces counts once', async () => {
  const own = await server.addApp('wx00000000000000ac');
  const call = (n: number) => ({
    n,
    at: NOW - 1000 + n,
    kind: 'call',
    name: 'scanCode',
    outcome: 'success',
    durationMs: 5,
  });
  const first = envelopeOf(own, NOW, { events: [1, 2, 3].map(call) });
  const second = { ...first, events: [4, 5, 6].map(call) };
  const overlap = { ...first, events: [3, 4, 7].map(call) };
  expect((await collect(second)).body).toEqual({ accepted: 3, dropped: {} });
  expect((await collect(first)).body).toEqual({ accepted: 3, dropped: {} });
  expect((await collect(first)).body).toEqual({ accepted: 0, dropped: { duplicate: 3 } });
  expect((await collect(overlap)).body).toEqual({ accepted: 1, dropped: { duplicate: 2 } });
  expect(await interfaces(own.appid)).toMatchObject([{ name: 'scanCode', calls: 7 }]);
});

test.each([
  ['two years behind', 'wx00000000000000b1', -2 * 365 * DAY],
  ['two years ahead', 'wx00000000000000b2', 2 * 365 * DAY],
  ['half a minute ahead, which is believed', 'wx00000000000000b3', 30_000],
])('a clock %s does not move events to another day', async (_name, appid, ms) => {
  const own = await server.addApp(appid);
  expect((await collect(shifted(envelopeOf(own, NOW), ms))).body).toEqual({ accepted: 3, dropped: {} });
  expect(await interfaces(appid)).toMatchObject([{ calls: 1, affectedUsers: 1 }]);
});

test('all batches of a session agree on its start, though each took another time to arrive', async () => {
  const own = await server.addApp('wx00000000000000ad');
  // By the device, the session starts a second before an hour ends; its clock is a year behind, give or take the network.
  const hourEnd = Date.UTC(2026, 2, 2, 4);
  const first = shifted(envelopeOf(own, hourEnd + 59_000), -365 * DAY);
  server.clock.now = hourEnd + 59_000;
  await collect({
    ...first,
    events: [{ n: 1, at: first.session.startAt, kind: 'call', name: 'login', outcome: 'fail' }],
  });
  server.clock.now = hourEnd + 64_000;
  await collect({
    ...first,
    events: [{ n: 2, at: first.session.startAt, kind: 'call', name: 'login', outcome: 'success' }],
  });
  server.clock.now = NOW;
  const lastHour = 'from=2026-03-02T11:00:00%2B08:00&to=2026-03-02T12:00:00%2B08:00';
  // One session in which a call failed and one succeeded: affected, not failed.
  expect(await interfaces(own.appid, lastHour)).toMatchObject([{ affectedUsers: 1, failedUsers: 0 }]);
});

test('everything dropped and accepted is counted for the owner of the machine', async () => {
  const { body } = await server.get<string>('/metrics');
  expect(body).toMatch(/minilens_events_accepted_total [1-9]/);
  for (const reason of ['duplicate', 'invalid', 'unknown_kind', 'too_old', 'future'])
    expect(body).toContain(`reason="${reason}"`);
});

test('import trusts its times, repeats without counting twice, and takes all of a request or nothing', async () => {
  const own = await server.addApp('wx00000000000000ae');
  const old = shifted(envelopeOf(own, NOW), -300 * DAY);
  const lines = [old, shifted(envelopeOf(own, NOW), -299 * DAY)].map((envelope) => JSON.stringify(envelope)).join('\n');
  const url = `/v1/import?app=${own.appid}`;
  const asApp = { authorization: `Bearer ${own.secret}` };
  expect((await server.post(url, lines, asApp)).body).toEqual({ accepted: 6, dropped: {} });
  expect((await server.post(url, lines, asApp)).body).toEqual({ accepted: 0, dropped: { duplicate: 6 } });
  expect(await interfaces(own.appid, 'from=2025-05-01&to=2025-05-31')).toMatchObject([{ calls: 2 }]);

  const broken = `${JSON.stringify(envelopeOf(own, NOW))}\n{"v":1}`;
  expect(await server.post(url, broken, asApp)).toMatchObject({
    status: 400,
    body: { code: 'INVALID_ENVELOPE', message: expect.stringMatching(/^Line 2 .*Nothing/) },
  });
  expect(await server.post(url, JSON.stringify(batch()), asApp)).toMatchObject({
    status: 400,
    body: { message: expect.stringContaining('belongs to wx00000000000000aa') },
  });
  expect(await server.post(url, lines, { authorization: 'Bearer wrong' })).toMatchObject({ status: 401 });
  expect(await server.post(url, lines)).toMatchObject({ status: 401 });
  expect(await interfaces(own.appid)).toEqual([]);
});

test('a line of an import that would hold up everybody is refused unread', async () => {
  const own = await server.addApp('wx00000000000000fe');
  const answer = await server.post(`/v1/import?app=${own.appid}`, `\n${'['.repeat(2 * 1024 ** 2)}`, {
    authorization: `Bearer ${own.secret}`,
  });
  expect(answer).toMatchObject({
    status: 400,
    body: { message: expect.stringMatching(/^Line 2 is longer than 1048576 characters/) },
  });
});
