import type { EventList, Live, Paths, SessionDetail, SessionList, UserDetail } from '@minilens/wire/records';
import type { NewApp } from '@minilens/wire/report-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAccounts } from '../admin/accounts.js';
import { createMembers } from '../admin/members.js';
import { createSessions } from '../admin/sessions.js';
import { envelopeOf, startTestServer, type TestServer } from '../testing/server.js';

/** 2026-03-02 12:30 in Shanghai. */
const NOW = Date.UTC(2026, 2, 2, 4, 30);
const TODAY = 'from=2026-03-02&to=2026-03-02';
const ANNA = 'user-of-anna-1';
const BERT = 'user-of-bert-1';

let server: TestServer;
let app: NewApp;
let other: NewApp;
/** Ids of sessions, by their user. */
const sessions: Record<string, string> = {};

beforeAll(async () => {
  server = await startTestServer(NOW);
  app = await server.addApp('wx00000000000000aa');
  other = await server.addApp('wx00000000000000bb');
  await visit(ANNA, { platform: 'ios', version: '1.0.0', level: 1 }, 1001);
  await visit(BERT, { platform: 'android', version: '' }, 9999);
  await server.drain();
});
afterAll(() => server.stop());

async function visit(user: string, device: object, scene: number) {
  const envelope = envelopeOf(app, NOW);
  const at = NOW - 60_000;
  sessions[user] = envelope.session.id;
  await server.post('/v1/collect', {
    ...envelope,
    ...{ session: { ...envelope.session, user, scene }, device },
    events: [
      ...[...envelope.events, { n: 5, at: at + 6_000, kind: 'user', openid: `o-${user}`, unionid: `u-${user}` }],
      { n: 6, at: at + 7_000, kind: 'page_show', page: 'pages/pay/pay' },
      {
        n: 7,
        at: at + 8_000,
        kind: 'request',
        method: 'GET',
        host: 'a.example',
        path: '/o/:id',
        outcome: 'network_error',
      },
    ],
  });
}

const url = (path: string, { appid } = app) => `/api/v1/apps/${appid}${path}`;
const read = async <T>(path: string, of = app) => (await server.get<T>(url(path, of), server.asOwner)).body;

test('an event says what its kind tells, and nothing of what it does not', async () => {
  const { total, items, range } = await read<EventList>(`/events?${TODAY}&user=${ANNA}&kind=call,request`);
  const common = {
    ...{ user: ANNA, session: sessions[ANNA], receivedAt: NOW, platform: 'ios', version: '1.0.0' },
    ...{ system: '', model: '', wechat: '', sdk: '', network: '', env: '' },
  };
  expect(range).toMatchObject({ timezone: 'Asia/Shanghai' });
  expect([total, ...items]).toEqual([
    2,
    {
      ...{ ...common, n: 7, at: NOW - 52_000, kind: 'request', outcome: 'network_error' },
      ...{ method: 'GET', host: 'a.example', path: '/o/:id' },
    },
    {
      ...{ ...common, n: 3, at: NOW - 55_000, kind: 'call', name: 'requestPayment', outcome: 'fail' },
      ...{ durationMs: 40, errMsg: 'requestPayment:fail no money' },
    },
  ]);
});

test.each([
  ['version=1.0.0', [ANNA]],
  ['version=', [BERT]],
  ['platform=ios,android', [ANNA, BERT]],
  ['level=1', [ANNA]],
  ['level=0', [BERT]],
  ['scene=9999', [BERT]],
  ['channel=1', [ANNA]],
  ['channel=46', []],
  ['channel=10', [BERT]],
  ['channel=1,10', [ANNA, BERT]],
  [`openid=o-${ANNA}`, [ANNA]],
  [`openid=u-${BERT}`, [BERT]],
  [`user=${BERT}`, [BERT]],
  ['page=pages/pay/pay', [ANNA, BERT]],
  ['page=pages/none/none', []],
  ['having=failedCalls', [ANNA, BERT]],
  ['having=errors', []],
  ['having=errors,failedRequests&platform=ios', [ANNA]],
])('sessions of %s are those of %j', async (query, users) => {
  const { total, items } = await read<SessionList>(`/sessions?${TODAY}&${query}`);
  expect([total, items.map(({ user }) => user).sort()]).toEqual([users.length, users]);
});

test.each([
  ['GET', 2],
  ['GET,PUT', 2],
  ['POST', 0],
])('requests by %s are %i', async (method, total) => {
  expect((await read<EventList>(`/events?${TODAY}&kind=request&host=a.example&method=${method}`)).total).toBe(total);
});

test('a session is read whole, with what is missing of it', async () => {
  const detail = await read<SessionDetail>(`/sessions/${sessions[ANNA]}`);
  expect(detail).toMatchObject({
    session: { user: ANNA, openid: `o-${ANNA}`, events: 6, pages: 2, failedCalls: 1, failedRequests: 1, scene: 1001 },
    missing: 1,
    more: false,
  });
  expect(detail.events.map(({ n, kind }) => `${n} ${kind}`)).toEqual([
    '1 launch',
    '2 page_show',
    '3 call',
    '5 user',
    '6 page_show',
    '7 request',
  ]);
});

test('a user is known by their ids and sessions, and pages by what is seen beside them', async () => {
  expect(await read<UserDetail>(`/users/${ANNA}`)).toEqual({
    ...{ user: ANNA, openids: [`o-${ANNA}`], unionids: [`u-${ANNA}`], sessions: 1 },
    ...{ firstSessionAt: NOW - 60_000, lastSessionAt: NOW - 60_000 },
  });
  expect(await read<Paths>(`/pages/around?${TODAY}&page=pages/pay/pay&platform=ios`)).toMatchObject({
    views: 1,
    before: [{ page: 'pages/index/index', views: 1 }],
    after: [{ page: '', views: 1 }],
  });
});

test('live shows what has just arrived and who is here', async () => {
  const live = await read<Live>('/live?kind=call');
  expect(live).toMatchObject({ now: NOW, online: { sessions: 2, users: 2 } });
  expect(live.minutes.at(-2)).toEqual({ at: NOW - 60_000, events: 12, sessions: 2, errors: 0, failedCalls: 2 });
  expect(live.items.map(({ kind }) => kind)).toEqual(['call', 'call']);
  expect((await read<Live>(`/live?after=${NOW}`)).items).toEqual([]);
});

test('a name that no query knows changes nothing, however often it is said', async () => {
  const plain = await read<Live>('/live');
  expect(await read('/live?x=1&x=2')).toEqual(plain);
  expect(await read(`/live?app=${other.appid}`)).toEqual(plain);
  const events = await read<EventList>(`/events?${TODAY}`);
  expect(await read(`/events?${TODAY}&app=${other.appid}`)).toEqual(events);
});

test('nobody is told the address that anything came from', async () => {
  for (const path of [`/events?${TODAY}`, '/live', `/sessions?${TODAY}`, `/sessions/${sessions[ANNA]}`])
    expect(JSON.stringify(await read(path))).not.toContain('127.0.0.1');
});

test('another app has none of it, and does not say that it is elsewhere', async () => {
  expect(await read(`/events?${TODAY}`, other)).toMatchObject({ total: 0, items: [] });
  expect(await read(`/sessions?${TODAY}`, other)).toMatchObject({ total: 0, items: [] });
  expect(await read('/live', other)).toMatchObject({ online: { sessions: 0, users: 0 }, items: [] });
  for (const [path, unknown] of [
    [`/sessions/${sessions[ANNA]}`, '/sessions/session-unknown'],
    [`/users/${ANNA}`, '/users/user-unknown'],
  ] as const) {
    const [foreign, none] = [
      await server.get(url(path, other), server.asOwner),
      await server.get(url(unknown), server.asOwner),
    ];
    expect([foreign.status, none.status]).toEqual([404, 404]);
    expect(foreign.body).toMatchObject({ code: 'NOT_FOUND', retry: false });
  }
});

test.each([
  [`/events?${TODAY}&kind=push_delivery`, /kind=push_delivery is no kind of event/],
  [`/events?${TODAY}&sort=colour`, /sort/],
  [`/events?${TODAY}&limit=201`, /limit/],
  [`/events?from=2026-03-03&to=2026-03-02`, /before it begins/],
  [`/sessions?${TODAY}&channel=99`, /channel=99 is no channel/],
  [`/sessions?${TODAY}&scene=home`, /scene=home is no whole number/],
  [`/sessions?${TODAY}&level=256`, /level=256/],
  [`/sessions?${TODAY}&version=${'1,'.repeat(60)}`, /version names 61 values/],
  [`/sessions?${TODAY}&having=luck`, /having=luck .*failedCalls, failedRequests, errors/],
  [`/sessions?${TODAY}&having=`, /having= /],
  [`/live?limit=0`, /limit/],
  [`/pages/around?${TODAY}`, /page/],
])('%s is refused, naming what is wrong', async (path, sentence) => {
  const answer = await server.get<{ message: string }>(url(path), server.asOwner);
  expect(answer.status).toBe(400);
  expect(answer.body.message).toMatch(sentence);
});

test('only who may read the app reads its records', async () => {
  const db = await server.openDb();
  const now = () => NOW;
  const member = await createAccounts(db, now).create(db, { login: 'member', role: 'member', passwordHash: '' });
  await createMembers(db, now).add(db, member.id, app.appid, 'viewer');
  const login = await createSessions(db, now).open(member, { ip: '127.0.0.1', userAgent: '' });
  const asMember = { cookie: `minilens_login=${login}` };
  await db.destroy();
  for (const path of [
    ...[`/events?${TODAY}`, '/live', `/sessions?${TODAY}`, `/sessions/${sessions[ANNA]}`, `/users/${ANNA}`],
    `/pages/around?${TODAY}&page=p`,
  ]) {
    const statusOf = async (of: NewApp, headers: Record<string, string>) =>
      (await server.get(url(path, of), headers)).status;
    expect([await statusOf(app, {}), await statusOf(app, asMember), await statusOf(other, asMember)]).toEqual([
      401, 200, 403,
    ]);
  }
});

test('who was erased is in none of it', async () => {
  await server.post(url('/erase'), { user: ANNA }, server.asOwner);
  await server.drain();
  for (const path of [`/events?${TODAY}`, '/live', `/sessions?${TODAY}`, `/sessions?${TODAY}&openid=o-${ANNA}`]) {
    const text = JSON.stringify(await read(path));
    expect(text).not.toContain(ANNA);
    expect(text).not.toContain(sessions[ANNA]);
  }
  for (const path of [`/sessions/${sessions[ANNA]}`, `/users/${ANNA}`])
    expect((await server.get(url(path), server.asOwner)).status).toBe(404);
  expect(await read(`/pages/around?${TODAY}&page=pages/pay/pay`)).toMatchObject({ views: 1 });
  expect(await read<SessionList>(`/sessions?${TODAY}`)).toMatchObject({ total: 1, items: [{ user: BERT }] });
});
