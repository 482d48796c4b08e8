import { METHODS } from 'node:http';
import Fastify, { type InjectOptions } from 'fastify';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openTestAccess } from './access.fixture.js';
import type { TokenStore } from './access-tokens.js';
import type { Analysis } from './analysis.js';
import type { Operation } from './operation.js';
import { wechatApi } from './wechat-api.js';

const APPID = 'wx0123456789abcdef';
const SECRET = 'a-secret-of-the-test';
const NOW = Date.UTC(2026, 10, 22, 4); // noon of 22 November in China
const RID = `${Math.floor(NOW / 1000).toString(16)}-80000000-80000000`;
const LIFE_MS = 7_200_000;
const OVERLAP_MS = 300_000;

const TOKEN_PATH = '/cgi-bin/token';
const TREND_PATH = '/datacube/getweanalysisappiddailyvisittrend';
const TREND = {
  visit_depth: 2.6562,
  stay_time_session: 39.3706,
  stay_time_uv: 86.0586,
  visit_uv_new: 0,
  visit_uv: 495,
  visit_pv: 4573,
  session_cnt: 1082,
};
const NO_TREND = {
  session_cnt: 0,
  visit_pv: 0,
  visit_uv: 0,
  visit_uv_new: 0,
  stay_time_uv: 0,
  stay_time_session: 0,
  visit_depth: 0,
};

let now = NOW;
let logged = '';
let counted: number[] = [];
let tokens: TokenStore;
const asked: unknown[] = [];

const stream = {
  write(line: string) {
    logged += line;
  },
};
const app = Fastify({ logger: { level: 'info', stream } });

beforeAll(async () => {
  const access = await openTestAccess(() => now);
  tokens = access.tokens;
  await app.register(wechatApi, {
    ...access,
    async verifySecret(appid, secret) {
      if (appid !== APPID) return 'unknown_app';
      return secret === SECRET ? 'ok' : 'wrong_secret';
    },
    analysis: {
      async visitTrend(appid, period) {
        asked.push([appid, new Date(period.from).toISOString(), new Date(period.to).toISOString()]);
        if (period.from === Date.parse('2026-11-10T16:00:00Z')) throw new Error('the store is down');
        return period.from === Date.parse('2021-09-11T16:00:00Z') ? TREND : NO_TREND;
      },
    } as Partial<Analysis> as Analysis,
    operation: {} as Operation,
    now: () => now,
    random: () => 0.5,
    count: (errcode) => void counted.push(errcode),
  });
  app.post('/elsewhere', async ({ body }) => body);
});
afterAll(() => app.close());
beforeEach(() => {
  now = NOW;
  logged = '';
  counted = [];
  asked.length = 0;
});

const error = (errcode: number, text: string) => `{"errcode":${errcode},"errmsg":"${text} rid: ${RID}"}`;
const INVALID_CREDENTIAL = error(
  40001,
  'invalid credential, access_token is invalid or not latest, could get access_token by getStableAccessToken, more details at https://mmbizurl.cn/s/JtxxFh33r',
);

/** Sends a request and checks what is true of every answer. */
async function send(options: InjectOptions) {
  const answer = await app.inject(options);
  expect(answer.statusCode).toBe(200);
  expect(answer.headers['content-type']).toBe('application/json; encoding=utf-8');
  return answer.body;
}

/** Asks for visits, with a fresh token unless the query is given. */
const askTrend = async (payload?: InjectOptions['payload'], more: InjectOptions = {}) =>
  send({
    method: 'POST',
    url: TREND_PATH,
    query: more.query ?? { access_token: await tokens.issue(APPID, now) },
    ...(payload === undefined ? {} : { payload }),
    ...more,
  });

// --- GET /cgi-bin/token -----------------------------------------------------------------------------------------

const GOOD = { grant_type: 'client_credential', appid: APPID, secret: SECRET };

test('a token answer holds the token and its life, and nothing else', async () => {
  const body = await send({ url: TOKEN_PATH, query: GOOD });
  expect(body).toMatch(/^\{"access_token":"[0-9]+_[A-Za-z0-9_-]{130}","expires_in":7200\}$/);
  expect(await send({ url: TOKEN_PATH, query: GOOD })).not.toBe(body);
});

test.each<[string, Record<string, string>, string]>([
  ['nothing at all', {}, error(41002, 'appid missing')],
  ['an empty AppID', { ...GOOD, appid: '' }, error(41002, 'appid missing')],
  ['no AppID', { appid: 'APPID' }, error(40013, 'invalid appid')],
  ['an unknown AppID and no grant type', { appid: 'wx00000000000000ff' }, error(40013, 'invalid appid')],
  ['an unknown AppID', { ...GOOD, appid: 'wx00000000000000ff' }, error(40013, 'invalid appid')],
  ['no grant type', { appid: APPID, secret: SECRET }, error(40002, 'invalid grant_type')],
  ['another grant type', { ...GOOD, grant_type: 'authorization_code' }, error(40002, 'invalid grant_type')],
  ['a wrong secret and another grant type', { appid: APPID, secret: 'x' }, error(40002, 'invalid grant_type')],
  ['no secret', { grant_type: GOOD.grant_type, appid: APPID }, error(41004, 'appsecret missing')],
  ['an empty secret', { ...GOOD, secret: '' }, error(41004, 'appsecret missing')],
  ['a wrong secret', { ...GOOD, secret: 'x' }, error(40125, 'invalid appsecret')],
])('a token request with %s is refused', async (_name, query, body) => {
  expect(await send({ url: TOKEN_PATH, query })).toBe(body);
});

test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'] as const)(
  'a token request by %s is refused',
  async (method) => {
    expect(await send({ method, url: TOKEN_PATH, query: GOOD })).toBe(error(43001, 'require GET method'));
  },
);

test('asking for the head of a token issues none', async () => {
  const token = await tokens.issue(APPID, NOW);
  await send({ method: 'HEAD', url: TOKEN_PATH, query: GOOD });
  expect(counted).toEqual([43001]);
  expect(await tokens.find(token, NOW + OVERLAP_MS)).toMatchObject({ appid: APPID });
});

test('a parameter sent twice counts as the first', async () => {
  const url = `${TOKEN_PATH}?grant_type=client_credential&appid=${APPID}&appid=x&secret=${SECRET}&secret=y`;
  expect(await send({ url })).toContain('"access_token"');
});

// --- POST /datacube/getweanalysisappiddailyvisittrend -----------------------------------------------------------

test('the visits of a day are answered in the platform’s order of keys', async () => {
  expect(await askTrend({ begin_date: '20210912', end_date: '20210912' })).toBe(
    '{"list":[{"ref_date":"20210912","session_cnt":1082,"visit_pv":4573,"visit_uv":495,"visit_uv_new":0,"stay_time_uv":86.0586,"stay_time_session":39.3706,"visit_depth":2.6562}]}',
  );
  expect(asked).toEqual([[APPID, '2021-09-11T16:00:00.000Z', '2021-09-12T16:00:00.000Z']]);
});

test('a day without sessions is one item of zeros', async () => {
  expect(await askTrend({ begin_date: '20261121', end_date: '20261121' })).toBe(
    '{"list":[{"ref_date":"20261121","session_cnt":0,"visit_pv":0,"visit_uv":0,"visit_uv_new":0,"stay_time_uv":0,"stay_time_session":0,"visit_depth":0}]}',
  );
});

test('yesterday is the last day answered, and it begins at midnight in China', async () => {
  const today = { begin_date: '20261122', end_date: '20261122' };
  now = Date.parse('2026-11-22T15:59:59.999Z');
  expect(await askTrend(today)).toContain('"errcode":61501');
  now = Date.parse('2026-11-22T16:00:00Z');
  expect(await askTrend(today)).toContain('"list"');
});

const day = (begin_date: unknown, end_date: unknown = begin_date) => JSON.stringify({ begin_date, end_date });

test.each<[string, string | Buffer | undefined, string]>([
  ['no body', undefined, error(44002, 'empty post data')],
  ['an empty body', '', error(44002, 'empty post data')],
  ['a blank body', ' ', error(47001, 'data format error')],
  ['half a body', '{"begin_date":"20261121"', error(47001, 'data format error')],
  ['a form', 'begin_date=20261121&end_date=20261121', error(47001, 'data format error')],
  ['bytes that are no text', Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), error(47001, 'data format error')],
  ['null', 'null', error(47001, 'data format error')],
  ['an array', `[${day('20261121')}]`, error(47001, 'data format error')],
  ['a text', '"20261121"', error(47001, 'data format error')],
  ['no end', '{"begin_date":"20261121"}', error(47001, 'data format error')],
  ['no begin', '{"end_date":"20261121"}', error(47001, 'data format error')],
  ['numbers for dates', day(20261121), error(47001, 'data format error')],
  ['null for a date', day('20261121', null), error(47001, 'data format error')],
  ['a date behind the prototype', `{"__proto__":${day('20261121')}}`, error(47001, 'data format error')],
  ['a body over 64 KB', day('20261121').padEnd(65_537), error(47001, 'data format error')],
  ['an empty date', day(''), error(61500, 'date format error')],
  ['a date with dashes', day('2026-11-21'), error(61500, 'date format error')],
  ['a day the calendar has not', day('20260229'), error(61500, 'date format error')],
  ['a bad end', day('20261121', '20261131'), error(61500, 'date format error')],
  ['two days', day('20261120', '20261121'), error(61501, 'date range error')],
  ['days back to front', day('20261121', '20261120'), error(61501, 'date range error')],
  ['today', day('20261122'), error(61501, 'date range error')],
  ['a day to come', day('20991231'), error(61501, 'date range error')],
  ['a day before there were computers', day('00010101'), error(61501, 'date range error')],
])('a trend request with %s is refused', async (_name, payload, body) => {
  expect(await askTrend(payload)).toBe(body);
  expect(asked).toEqual([]);
});

test.each([
  'application/json',
  'application/json; charset=utf-8',
  'text/plain;charset=UTF-8',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'nonsense',
  '',
])('a body is read as JSON when it is called %j', async (type) => {
  expect(await askTrend(day('20261121'), { headers: { 'content-type': type } })).toContain('"list"');
});

test('a body may begin with a byte order mark, and hold more than is asked', async () => {
  expect(await askTrend(`\uFEFF{"more":1,${day('20261121').slice(1)}`)).toContain('"list"');
});

test('a body of exactly 64 KB is read', async () => {
  expect(await askTrend(day('20261121').padEnd(65_536))).toContain('"list"');
});

test.each(['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'] as const)('a trend request by %s is refused', async (method) => {
  expect(await askTrend(undefined, { method })).toBe(error(43002, 'require POST method'));
});

test.each<[string, InjectOptions['query'] & object]>([
  ['no token', {}],
  ['an empty token', { access_token: '' }],
  ['a token of another name', { token: 'x' }],
])('%s in the query is a missing token, whatever the body says', async (_name, query) => {
  const payload = { ...JSON.parse(day('20261121')), access_token: await tokens.issue(APPID, NOW) };
  expect(await askTrend(payload, { query })).toBe(error(41001, 'access_token missing'));
});

test('tokens are looked at before bodies', async () => {
  expect(await askTrend('not JSON', { query: { access_token: 'x' } })).toBe(INVALID_CREDENTIAL);
  expect(await askTrend(undefined, { query: { access_token: 'x' } })).toBe(INVALID_CREDENTIAL);
  expect(await askTrend('x'.repeat(100_000), { query: {} })).toBe(error(41001, 'access_token missing'));
});

test('a token that was superseded, expired or revoked stops working, each with its own answer', async () => {
  const ask = async (access_token: string, atMs: number) => {
    now = atMs;
    return JSON.parse(await askTrend(day('20261121'), { query: { access_token } })).errcode;
  };
  const first = await tokens.issue(APPID, NOW);
  const second = await tokens.issue(APPID, NOW);
  expect(await ask(first, NOW + OVERLAP_MS - 1)).toBeUndefined();
  expect(await ask(first, NOW + OVERLAP_MS)).toBe(40001);
  expect(await ask(second, NOW + LIFE_MS - 1)).toBeUndefined();
  expect(await ask(second, NOW + LIFE_MS)).toBe(42001);
  await tokens.revoke(APPID);
  expect(await ask(second, NOW)).toBe(40001);
});

// --- Everything else --------------------------------------------------------------------------------------------

test.each([
  ['GET', '/cgi-bin/nothing'],
  ['POST', '/datacube/getweanalysisappidnothing?access_token=x'],
  ['POST', '/wxa/business/nothing/here'],
  ['DELETE', '/wxaapi/log/nothing'],
] as const)('%s %s is an unknown path', async (method, url) => {
  expect(await send({ method, url, payload: method === 'GET' ? '' : 'x'.repeat(100_000) })).toBe(
    error(-1, 'system error'),
  );
  expect(logged).toBe('');
});

test('a failure inside is answered as a busy system and logged under the rid the caller saw', async () => {
  expect(await askTrend(day('20261111'))).toBe(error(-1, 'system error'));
  const line = JSON.parse(logged);
  expect([line.level, line.rid, line.route, line.err.message]).toEqual([50, RID, TREND_PATH, 'the store is down']);
});

test('secrets and tokens stay out of the log', async () => {
  const token = JSON.parse(await send({ url: TOKEN_PATH, query: GOOD })).access_token;
  await send({ url: TOKEN_PATH, query: { ...GOOD, secret: 'nearly-the-secret' } });
  await askTrend(day('20261111'), { query: { access_token: token } });
  expect(logged).toContain('the store is down');
  for (const secret of [SECRET, token, 'nearly-the-secret']) expect(logged).not.toContain(secret);
});

test('every answer is counted once under its code', async () => {
  await send({ url: TOKEN_PATH, query: GOOD });
  await send({ url: TOKEN_PATH });
  await askTrend(day('20261111'));
  await send({ url: '/wxa/nothing' });
  expect(counted).toEqual([0, 41002, -1, -1]);
});

test('routes outside keep their own ways', async () => {
  const parsed = await app.inject({ method: 'POST', url: '/elsewhere', payload: { a: 1 } });
  expect([parsed.statusCode, parsed.headers['content-type'], parsed.body]).toEqual([
    200,
    'application/json; charset=utf-8',
    '{"a":1}',
  ]);
  const broken = await app.inject({
    method: 'POST',
    url: '/elsewhere',
    payload: '{',
    headers: { 'content-type': 'application/json' },
  });
  expect(broken.statusCode).toBe(400);
  expect((await app.inject('/nowhere')).statusCode).toBe(404);
});

test.each(METHODS.filter((method) => method !== 'CONNECT' && method !== 'HEAD'))(
  'the method %s is answered as the platform does',
  async (method) => {
    const answer = await app.inject({ method: method as 'GET', url: '/wxa/nothing' });
    expect([answer.statusCode, answer.json().errcode]).toEqual([200, -1]);
  },
);

test.each(['/cgi-bin', '/wxa?a=b', '/wxaapi/'])('the root %s itself is answered as the platform does', async (url) => {
  const answer = await app.inject(url);
  expect([answer.statusCode, answer.json().errcode]).toEqual([200, -1]);
});
