import { join } from 'node:path';
import { connectStore, execute } from '@minilens/store/connect';
import type { Answers, Catalogue, FilterValues, QuestionBody, Releases, Retention } from '@minilens/wire/questions';
import type { InterfaceDetail, InterfaceList, NewApp } from '@minilens/wire/report-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { envelopeOf, startTestServer, type TestServer } from '../testing/server.js';

/** 2026-03-04 12:30 in Shanghai, a Wednesday. */
const NOW = Date.UTC(2026, 2, 4, 4, 30);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MIDNIGHT = Date.UTC(2026, 2, 3, 16);
const RANGE = { from: '2026-03-02', to: '2026-03-04' };
const HOURS = { from: MIDNIGHT - 2 * DAY, to: MIDNIGHT + DAY, timezone: 'Asia/Shanghai' };

let server: TestServer;
let app: NewApp;

beforeAll(async () => {
  server = await startTestServer(NOW);
  app = await server.addApp('wx00000000000000aa');
  const visit = (user: string, at: number, version: string, wechat: string, scene: number, calls: string[]) => {
    const device = { platform: user === 'user-anna' ? 'ios' : 'android', version, wechat, level: 1, network: 'wifi' };
    const envelope = envelopeOf(app, at, {
      device,
      events: [
        { n: 1, at: at - 60_000, kind: 'page_show', page: 'pages/index/index' },
        ...calls.map((outcome, i) => ({ n: i + 2, at: at - 60_000 + i, kind: 'call', name: 'scanCode', outcome })),
      ],
    });
    return { ...envelope, session: { ...envelope.session, user, scene } };
  };
  const visits = [
    visit('user-anna', NOW - 2 * DAY, '1.0.0', '8.0.44', 1001, ['success', 'fail']),
    visit('user-bert', NOW - 2 * DAY, '1.0.0', '8.0.49', 1005, ['success']),
    visit('user-anna', NOW - DAY, '1.1.0', '8.0.49', 9999, ['fail']),
    visit('user-bert', NOW, '1.1.0', '8.0.49', 1006, ['success', 'success']),
    visit('user-carl', NOW, '', '', 1001, []),
  ];
  const lines = visits.map((envelope) => JSON.stringify(envelope)).join('\n');
  const { body } = await server.post(`/v1/import?app=${app.appid}`, lines, server.asOwner);
  expect(body).toMatchObject({ accepted: 11, dropped: {} });
  await server.drain();
});
afterAll(() => server.stop());

const post = (body: object, headers: Record<string, string> = server.asOwner) =>
  server.post<Answers & { code: string; message: string }>(`/api/v1/apps/${app.appid}/questions`, body, headers);
/** The answer to one question. */
const asked = async (question: QuestionBody, over: object = {}) => {
  const { status, body } = await post({ ...RANGE, questions: { one: question }, ...over });
  expect([status, body.message]).toEqual([200, undefined]);
  return body.answers.one as Answers['answers'][string];
};
const read = async <T>(path: string) => (await server.get<T>(path, server.asOwner)).body;

test('all questions of a screen are answered at once, under their names, of their hours', async () => {
  const { body } = await post({
    ...RANGE,
    questions: {
      visits: { metrics: ['session_cnt', 'visit_uv', 'visit_uv_new'] },
      today: { from: '2026-03-04', metrics: ['session_cnt'], by: ['day'] },
      calls: { metrics: ['calls', 'successRate', 'durationP95Ms'], by: ['name'] },
    },
  });
  expect(body.answers).toEqual({
    visits: { range: HOURS, rows: [{ session_cnt: 5, visit_uv: 3, visit_uv_new: 3 }], total: 1 },
    today: { range: { ...HOURS, from: MIDNIGHT }, rows: [{ day: MIDNIGHT, session_cnt: 2 }], total: 1 },
    calls: {
      range: HOURS,
      rows: [{ name: 'scanCode', calls: 6, successRate: 66.6667, durationP95Ms: null }],
      total: 1,
    },
  });
});

test('a question is narrowed by the filters of the request and by its own', async () => {
  const count = async (filters: object, own: object = {}) =>
    (await asked({ metrics: ['session_cnt'], filters: own }, { filters })).rows[0]?.session_cnt;
  expect(await count({ version: ['1.0.0', '1.1.0'] })).toBe(4);
  expect(await count({ version: ['1.0.0', '1.1.0'] }, { platform: ['ios'] })).toBe(2);
  expect(await count({ version: ['1.0.0'] }, { version: ['1.1.0'] })).toBe(2);
  expect(await count({ level: ['1'] })).toBe(5);
  expect(await count({ level: [2] })).toBe(0);
});

test('a channel is the scenes of it, and other is the scenes of none', async () => {
  const count = async (filters: object) =>
    (await asked({ metrics: ['session_cnt'] }, { filters })).rows[0]?.session_cnt;
  expect(await count({ channel: [2] })).toBe(2);
  expect(await count({ channel: [10] })).toBe(1);
  expect(await count({ channel: ['1', 10] })).toBe(3);
  expect(await count({ channel: [2], scene: [1005, 1001] })).toBe(1);
  expect(await count({ channel: [3], scene: [1001] })).toBe(0);
});

test('text that looks like a number stays text', async () => {
  const { rows } = await asked({
    metrics: ['session_cnt'],
    by: ['version', 'scene'],
    sort: { by: 'scene', order: 'desc' },
  });
  expect(rows[0]).toEqual({ version: '1.1.0', scene: 9999, session_cnt: 1 });
});

test('a page of rows says how many there are', async () => {
  const page = (limit: number, offset = 0) =>
    asked({ metrics: ['session_cnt', 'visit_uv'], by: ['scene'], limit, offset });
  expect(await page(2)).toMatchObject({ rows: [{ scene: 1001 }, { scene: 1005 }], total: 4 });
  expect(await page(2, 3)).toMatchObject({ rows: [{ scene: 9999 }], total: 4 });
  expect(await page(2, 8)).toMatchObject({ rows: [], total: 4 });
  expect(await page(4)).toMatchObject({ total: 4 });
  const hours = await asked({ metrics: ['session_cnt'], by: ['hour'], fill: true, limit: 24, offset: 24 });
  expect([hours.rows.length, hours.rows[0]?.hour, hours.total]).toEqual([24, MIDNIGHT - DAY, 72]);
});

test('what no rollup tells is counted from events', async () => {
  const narrowed = { wechat: ['8.0.49'] };
  expect(
    (await asked({ metrics: ['session_cnt', 'calls', 'affectedUsers', 'visit_uv_new'], filters: narrowed })).rows,
  ).toEqual([{ session_cnt: 3, calls: 4, affectedUsers: 1, visit_uv_new: 1 }]);
  expect((await asked({ metrics: ['calls'], by: ['wechat'] })).rows).toEqual([
    { wechat: '8.0.44', calls: 2 },
    { wechat: '8.0.49', calls: 4 },
  ]);
});

test.each<[object, string]>([
  [{ metrics: ['visits'] }, 'Question one: There is no metric visits. There are session_cnt, visit_pv,'],
  [{ metrics: ['toString'] }, 'Question one: There is no metric toString'],
  [{ metrics: ['calls'], by: ['colour'] }, '/questions/one/by/0'],
  [
    { metrics: ['calls'], by: ['path'] },
    'Question one: The metric calls cannot be split by path. It can be split by hour, day, week, month, name, version, env',
  ],
  [{ metrics: ['calls'], by: ['channel'] }, 'Question one: A channel is a filter only'],
  [
    { metrics: ['calls'], filters: { path: ['/'] } },
    'cannot be filtered by path. It can be filtered by name, version, env',
  ],
  [
    { metrics: ['lossRate'], filters: { platform: ['ios'] } },
    'cannot be filtered by platform. It can be filtered by agent.',
  ],
  [{ metrics: ['session_cnt'], nameContains: 'a' }, 'The metric session_cnt cannot be filtered by name'],
  [
    { metrics: ['session_cnt'], filters: { level: ['high'] } },
    'The filter level takes whole numbers from 0 to 65535, and not high.',
  ],
  [{ metrics: ['session_cnt'], filters: { scene: [65536] } }, 'not 65536'],
  [
    { metrics: ['session_cnt'], filters: { channel: [58] } },
    'There is no channel 58. Channels are numbered from 1 to 57.',
  ],
  [{ metrics: ['session_cnt'], filters: { user: ['a'] } }, 'is not allowed here'],
  [
    { metrics: ['session_cnt'], sort: { by: 'calls', order: 'asc' } },
    'cannot be sorted by calls, which it does not ask for. It asks for session_cnt.',
  ],
  [{ metrics: ['session_cnt'], by: ['day', 'version'], fill: true }, 'Only rows by one time'],
  [{ metrics: ['session_cnt'], limit: 1001 }, 'limit'],
  [{ metrics: ['session_cnt'], from: '2026-02-30' }, 'Question one: from=2026-02-30'],
  [{ metrics: [] }, 'metrics'],
])('%j is refused, naming what is wrong', async (question, sentence) => {
  const { status, body } = await post({ ...RANGE, questions: { two: { metrics: ['calls'] }, one: question } });
  expect(status).toBe(400);
  expect(body.message).toContain(sentence);
});

test('a value is never SQL', async () => {
  const { rows } = await asked({ metrics: ['session_cnt'], filters: { version: ["' OR 1=1 --"] } });
  expect(rows).toEqual([{ session_cnt: 0 }]);
});

test('who may not read the app is answered nothing', async () => {
  const body = { ...RANGE, questions: { one: { metrics: ['calls'] } } };
  expect((await post(body, {})).status).toBe(401);
  for (const path of ['filters', 'releases', 'retention'])
    expect((await server.get(`/api/v1/apps/${app.appid}/${path}?from=2026-03-02&to=2026-03-04&unit=day`)).status).toBe(
      401,
    );
  expect((await server.post('/api/v1/apps/wx00000000000000ff/questions', body, server.asOwner)).status).toBe(403);
  expect((await server.get('/api/v1/metrics')).status).toBe(401);
});

test('the catalogue names every metric with what it can be split and filtered by', async () => {
  const { metrics } = await read<Catalogue>('/api/v1/metrics');
  expect(metrics.find(({ name }) => name === 'visit_uv')).toEqual({
    ...{ name: 'visit_uv', unit: 'count', zh: '访问人数', en: 'Users' },
    meaning: 'Distinct users with a session in the period; each counts once.',
    meaningZh: '该时段内有会话的去重用户数，每人只计一次。',
    by: ['version', 'env', 'platform', 'level', 'network', 'scene'],
    byEvents: ['wechat', 'sdk', 'model'],
    filters: ['page'],
  });
});

test('filters name the values that are there, the most frequent first', async () => {
  const { range, values } = await read<FilterValues>(`/api/v1/apps/${app.appid}/filters?from=2026-03-02&to=2026-03-04`);
  expect(range).toEqual(HOURS);
  expect(values).toEqual({
    version: [
      { value: '1.0.0', sessions: 2 },
      { value: '1.1.0', sessions: 2 },
      { value: '', sessions: 1 },
    ],
    env: [{ value: '', sessions: 5 }],
    platform: [
      { value: 'android', sessions: 3 },
      { value: 'ios', sessions: 2 },
    ],
    level: [{ value: 1, sessions: 5 }],
    network: [{ value: 'wifi', sessions: 5 }],
    scene: [
      { value: 1001, sessions: 2 },
      { value: 1005, sessions: 1 },
      { value: 1006, sessions: 1 },
      { value: 9999, sessions: 1 },
    ],
    channel: [
      { value: 1, sessions: 2 },
      { value: 2, sessions: 2 },
      { value: 10, sessions: 1 },
    ],
    page: [{ value: 'pages/index/index', sessions: 5 }],
    wechat: [
      { value: '8.0.49', sessions: 3 },
      { value: '', sessions: 1 },
      { value: '8.0.44', sessions: 1 },
    ],
    sdk: [{ value: '', sessions: 5 }],
    model: [{ value: '', sessions: 5 }],
  });
});

test('a question about fewer hours than another one of its request is answered as if it were alone', async () => {
  const visits: QuestionBody = { metrics: ['session_cnt', 'visit_uv_new'] };
  const fewer: QuestionBody[] = [
    { to: '2026-03-03' },
    { from: '2026-03-03', to: '2026-03-03' },
    { from: '2026-03-04' },
  ].map((range) => ({ ...visits, ...range }));
  const questions = Object.fromEntries([visits, ...fewer].map((question, index) => [`q${index}`, question]));
  const { body } = await post({ ...RANGE, questions });
  for (const [name, question] of Object.entries(questions)) expect(body.answers[name]).toEqual(await asked(question));
});

test('a question about the newest releases says which they are, whatever version the rest is narrowed to', async () => {
  const calls: QuestionBody = { metrics: ['calls'], by: ['name', 'version'], sort: { by: 'version', order: 'asc' } };
  const two = await asked({ ...calls, releases: 2 }, { filters: { version: ['9.9.9'] } });
  expect(two.releases?.map(({ version, sessions }) => [version, sessions])).toEqual([
    ['1.1.0', 2],
    ['1.0.0', 2],
  ]);
  expect(two.rows.map(({ version, calls }) => [version, calls])).toEqual([
    ['1.0.0', 3],
    ['1.1.0', 3],
  ]);
  expect((await asked({ ...calls, releases: 1 })).rows.map(({ version }) => version)).toEqual(['1.1.0']);
  expect((await asked({ ...calls, from: '2026-03-04', releases: 5 })).releases).toHaveLength(1);
  expect(await asked(calls)).not.toHaveProperty('releases');
});

test('with nobody’s release in the range there is nothing to say', async () => {
  const { rows, total, releases } = await asked({
    from: '2026-02-01',
    to: '2026-02-02',
    metrics: ['calls'],
    by: ['version'],
    releases: 2,
  });
  expect({ rows, total, releases }).toEqual({ rows: [], total: 0, releases: [] });
});

test('releases are told by when they were first seen, the newest first, with who used them in the range', async () => {
  const releases = async (from: string) =>
    (await read<Releases>(`/api/v1/apps/${app.appid}/releases?from=${from}&to=2026-03-04`)).releases;
  const hour = (at: number) => Math.floor((at - 60_000) / HOUR) * HOUR;
  const old = { version: '1.0.0', firstAt: hour(NOW - 2 * DAY), sessions: 2, users: 2 };
  expect(await releases('2026-03-02')).toEqual([
    { version: '1.1.0', firstAt: hour(NOW - DAY), sessions: 2, users: 2 },
    old,
  ]);
  expect(await releases('2026-03-04')).toEqual([{ version: '1.1.0', firstAt: hour(NOW - DAY), sessions: 1, users: 1 }]);
});

test('retention tells who came again in the days that are over', async () => {
  const days = async () =>
    (await read<Retention>(`/api/v1/apps/${app.appid}/retention?from=2026-03-02&to=2026-03-04&unit=day`)).cohorts;
  expect(await days()).toEqual([
    { at: MIDNIGHT - 2 * DAY, retained_uv: [2, 1], retained_uv_new: [2, 1] },
    { at: MIDNIGHT - DAY, retained_uv: [1], retained_uv_new: [0] },
  ]);
  server.clock.now = NOW + DAY;
  expect(await days()).toEqual([
    { at: MIDNIGHT - 2 * DAY, retained_uv: [2, 1, 1], retained_uv_new: [2, 1, 1] },
    { at: MIDNIGHT - DAY, retained_uv: [1, 0], retained_uv_new: [0, 0] },
    { at: MIDNIGHT, retained_uv: [2], retained_uv_new: [1] },
  ]);
  server.clock.now = NOW;
});

test('rolling up changes no answer', async () => {
  const answers = async () => [
    (
      await post({
        ...RANGE,
        questions: { one: { metrics: ['session_cnt', 'visit_uv', 'calls'], by: ['day', 'version'] } },
      })
    ).body,
    await read(`/api/v1/apps/${app.appid}/releases?from=2026-03-02&to=2026-03-04`),
    await read(`/api/v1/apps/${app.appid}/retention?from=2026-03-02&to=2026-03-04&unit=day`),
    (await asked({ metrics: ['session_cnt', 'calls'], filters: { wechat: ['8.0.49'], version: ['1.1.0'] } })).rows,
  ];
  const before = await answers();
  await server.post(`/api/v1/apps/${app.appid}/rollup`, { from: '2026-03-02', to: '2026-03-04' }, server.asOwner);
  expect(await answers()).toEqual(before);
});

test('a release that turns out to be older than it seemed is told so, though nothing of the range changed', async () => {
  const firstAt = async () =>
    (await asked({ from: '2026-03-04', metrics: ['calls'], by: ['version'], releases: 1 })).releases?.[0]?.firstAt;
  expect(await firstAt()).toBe(Math.floor((NOW - DAY - 60_000) / HOUR) * HOUR);
  const at = NOW - 9 * DAY;
  const early = envelopeOf(app, at, {
    device: { version: '1.1.0' },
    events: [{ n: 1, at, kind: 'page_show', page: 'pages/index/index' }],
  });
  await server.post(`/v1/import?app=${app.appid}`, JSON.stringify(early), server.asOwner);
  await server.drain();
  expect(await firstAt()).toBe(Math.floor((at - 60_000) / HOUR) * HOUR);
});

test('rolled-up hours are counted once for whoever asks, and again when something in them changed', async () => {
  const range = 'from=2026-03-02&to=2026-03-04';
  const answers = async () => {
    const { rows } = await asked({ metrics: ['calls'], by: ['name'] });
    const list = await read<InterfaceList>(`/api/v1/apps/${app.appid}/interfaces?${range}`);
    const detail = await read<InterfaceDetail>(`/api/v1/apps/${app.appid}/interfaces/scanCode?${range}`);
    return [rows[0]?.calls, list.items[0]?.calls, detail.summary.calls];
  };
  expect(await answers()).toEqual([6, 6, 6]);
  // Behind the server's back: who counts again finds nothing.
  const store = connectStore({ path: join(server.data, 'events') });
  await execute(store, 'TRUNCATE TABLE call_hours');
  await store.close();
  expect(await answers()).toEqual([6, 6, 6]);
  const late = envelopeOf(app, NOW - DAY, {
    events: [{ n: 1, at: NOW - DAY, kind: 'call', name: 'scanCode', outcome: 'fail' }],
  });
  await server.post(`/v1/import?app=${app.appid}`, JSON.stringify(late), server.asOwner);
  await server.drain();
  // That hour is counted from its events, of which there are two, the others from what was taken away.
  expect(await answers()).toEqual([2, 2, 2]);
});
