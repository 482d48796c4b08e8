import Fastify, { type InjectOptions } from 'fastify';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createApps } from '../admin/apps.js';
import { openTestAccess } from './access.fixture.js';
import type { Analysis } from './analysis.js';
import type { Operation } from './operation.js';
import { wechatApi } from './wechat-api.js';

const NOW = Date.UTC(2026, 10, 22, 4); // noon of 22 November in China
const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const DAY_MS = 86_400_000;

const TOKEN_PATH = '/cgi-bin/token';
const STABLE_PATH = '/cgi-bin/stable_token';
const TREND_PATH = '/datacube/getweanalysisappiddailyvisittrend';
const TREND = {
  session_cnt: 0,
  visit_pv: 0,
  visit_uv: 0,
  visit_uv_new: 0,
  stay_time_uv: 0,
  stay_time_session: 0,
  visit_depth: 0,
};

let now = NOW;
let access: Awaited<ReturnType<typeof openTestAccess>>;
const app = Fastify();

/** A new app for each test, so that none feels another's quotas. */
let appid = '';
let secret = '';
let apps = 0;
const addApp = async () => {
  const id = `wx${(++apps).toString(16).padStart(16, '0')}`;
  return createApps(access.db, () => now).add(id, `App ${apps}`);
};

beforeAll(async () => {
  access = await openTestAccess(() => now);
  await app.register(wechatApi, {
    ...access,
    analysis: { visitTrend: async () => TREND } as Partial<Analysis> as Analysis,
    operation: {} as Operation,
    now: () => now,
    random: Math.random,
  });
});
afterAll(async () => {
  await app.close();
  await access.db.destroy();
});
beforeEach(async () => {
  now = NOW;
  ({ appid, secret } = await addApp());
});

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at field by field
type Answer = any;
async function send(options: InjectOptions): Promise<Answer> {
  const answer = await app.inject(options);
  expect(answer.statusCode).toBe(200);
  return answer.json();
}
const post = (url: string, payload: object, more: InjectOptions = {}) =>
  send({ method: 'POST', url, payload, ...more });
const fetchToken = (over: Record<string, string> = {}, more: InjectOptions = {}) =>
  send({ url: TOKEN_PATH, query: { grant_type: 'client_credential', appid, secret, ...over }, ...more });
const fetchStable = (over: object = {}, more: InjectOptions = {}) =>
  post(STABLE_PATH, { grant_type: 'client_credential', appid, secret, ...over }, more);
const askTrend = (access_token: string, more: InjectOptions = {}) =>
  post(TREND_PATH, { begin_date: '20261121', end_date: '20261121' }, { query: { access_token }, ...more });
const works = async (token: string) => 'list' in (await askTrend(token));
const codeOf = async (token: string) => (await askTrend(token)).errcode;

// --- Stable tokens ----------------------------------------------------------------------------------------------

test('the stable token is the same until its last five minutes, and says what is left of its life', async () => {
  const first = await fetchStable();
  expect(first).toEqual({ access_token: expect.stringMatching(/^1_[A-Za-z0-9_-]{130}$/), expires_in: 7_200 });
  now += 6_900 * SECOND_MS;
  expect(await fetchStable()).toEqual({ access_token: first.access_token, expires_in: 300 });
  now += 1;
  const second = await fetchStable();
  expect(second.expires_in).toBe(7_200);
  expect(second.access_token).not.toBe(first.access_token);
  expect(await works(first.access_token)).toBe(true);
  now += 300 * SECOND_MS - 1;
  expect(await codeOf(first.access_token)).toBe(42001);
  expect(await works(second.access_token)).toBe(true);
});

test('asked for at the same moment, the stable token is the same for all', async () => {
  const all = await Promise.all(Array.from({ length: 10 }, () => fetchStable()));
  expect(new Set(all.map(({ access_token }) => access_token)).size).toBe(1);
});

test('a stable token is not stored, neither as it is nor as anything it could be made from without the secret', async () => {
  const { access_token } = await fetchStable();
  const stored = JSON.stringify(await access.db.selectFrom('access_tokens').selectAll().execute());
  expect(stored).not.toContain(access_token);
  expect(stored).not.toContain(secret);
});

test('a forced refresh ends the token before at once, and the one before that too', async () => {
  const first = await fetchStable();
  now += 6_901 * SECOND_MS;
  const second = await fetchStable();
  const third = await fetchStable({ force_refresh: true });
  expect(new Set([first, second, third].map(({ access_token }) => access_token)).size).toBe(3);
  expect(await codeOf(first.access_token)).toBe(40001);
  expect(await codeOf(second.access_token)).toBe(40001);
  expect(await works(third.access_token)).toBe(true);
  expect(await fetchStable()).toEqual(third);
});

test('a forced refresh within thirty seconds of the last refreshes nothing, and the twenty-first of a day is refused', async () => {
  const first = await fetchStable({ force_refresh: true });
  now += 29_999;
  expect((await fetchStable({ force_refresh: true })).access_token).toBe(first.access_token);
  for (let times = 2; times <= 20; times++) {
    now += 30_000;
    expect((await fetchStable({ force_refresh: true })).expires_in).toBe(7_200);
  }
  now += 30_000;
  expect((await fetchStable({ force_refresh: true })).errcode).toBe(45009);
  expect(await works((await fetchStable()).access_token)).toBe(true);
  now = Date.parse('2026-11-22T16:00:00Z'); // midnight in China
  expect((await fetchStable({ force_refresh: true })).expires_in).toBe(7_200);
});

test('the two token endpoints leave each other’s tokens alone', async () => {
  const { access_token: plain } = await fetchToken();
  const { access_token: stable } = await fetchStable();
  await fetchStable({ force_refresh: true });
  await fetchToken();
  now += 301 * SECOND_MS;
  expect(await codeOf(plain)).toBe(40001); // superseded by its own kind
  expect(await codeOf(stable)).toBe(40001); // ended by force
  const { access_token: kept } = await fetchStable();
  for (let times = 0; times < 3; times++) await fetchToken();
  now += 301 * SECOND_MS;
  expect(await works(kept)).toBe(true);
});

test.each<[string, object, number]>([
  ['no AppID', { appid: undefined }, 41002],
  ['an unknown AppID and no grant type', { appid: 'wxffffffffffffffff', grant_type: undefined }, 40013],
  ['an AppID that is none', { appid: 'appid' }, 40013],
  ['no grant type', { grant_type: undefined }, 40002],
  ['no secret', { secret: undefined }, 41004],
  ['a wrong secret', { secret: 'x' }, 40125],
  ['a number for a secret', { secret: 1 }, 47001],
  ['a word for force_refresh', { force_refresh: 'yes' }, 47001],
])('a stable token request with %s is refused', async (_name, over, errcode) => {
  expect((await fetchStable(over)).errcode).toBe(errcode);
});

test('a stable token is asked for by POST, with a body', async () => {
  expect((await send({ url: STABLE_PATH })).errcode).toBe(43002);
  expect((await send({ method: 'POST', url: STABLE_PATH })).errcode).toBe(44002);
});

// --- Secrets and addresses --------------------------------------------------------------------------------------

test('while two secrets overlap both fetch tokens, each the same stable one; then the old one ends', async () => {
  const before = await fetchStable();
  const { secret: newer } = await access.appAccesses.rotate(appid, 10 * MINUTE_MS);
  const after = await fetchStable({ secret: newer });
  expect(await fetchStable()).toEqual(before);
  expect(await fetchStable({ secret: newer })).toEqual(after);
  expect(await works(before.access_token)).toBe(true);
  expect(await works((await fetchToken()).access_token)).toBe(true);
  now += 10 * MINUTE_MS;
  expect((await fetchStable()).errcode).toBe(40125);
  expect((await fetchToken()).errcode).toBe(40125);
  expect((await fetchToken({ secret: newer })).expires_in).toBe(7_200);
});

test('a secret rotated without overlap ends at once, with the tokens it fetched', async () => {
  const { access_token } = await fetchToken();
  const stable = await fetchStable();
  const { secret: newer } = await access.appAccesses.rotate(appid, 0);
  expect(newer).not.toBe(secret);
  expect((await fetchToken()).errcode).toBe(40125);
  expect(await codeOf(access_token)).toBe(40001);
  expect(await codeOf(stable.access_token)).toBe(40001);
});

test('a frozen secret fetches no token and tells strangers nothing; tokens that are out go on', async () => {
  const { access_token } = await fetchToken();
  await access.appAccesses.change(appid, { isFrozen: true });
  expect((await fetchToken()).errcode).toBe(40243);
  expect((await fetchStable()).errcode).toBe(40243);
  expect((await fetchToken({ secret: 'x' })).errcode).toBe(40125);
  expect(await works(access_token)).toBe(true);
  await access.appAccesses.change(appid, { isFrozen: false });
  expect((await fetchToken()).expires_in).toBe(7_200);
});

test('an app is called from its own addresses only, and others are told theirs in both forms', async () => {
  const { access_token } = await fetchToken();
  await access.appAccesses.change(appid, { addresses: ['203.0.113.0/24', '2001:db8::/32'] });
  const from = (remoteAddress: string) => ({ remoteAddress });
  for (const ip of ['203.0.113.9', '::ffff:203.0.113.9', '2001:db8::9']) {
    expect(await askTrend(access_token, from(ip))).toHaveProperty('list');
    expect(await fetchToken({}, from(ip))).toHaveProperty('access_token');
  }
  const { access_token: newest } = await fetchToken({}, from('203.0.113.9'));
  for (const answer of [await askTrend(newest, from('198.51.100.1')), await fetchToken({}, from('198.51.100.1'))])
    expect(answer).toEqual({
      errcode: 40164,
      errmsg: expect.stringMatching(/^invalid ip 198\.51\.100\.1 ipv6 ::ffff:198\.51\.100\.1, not in whitelist rid: /),
    });
  expect((await askTrend(newest, from('2001:db9::1'))).errmsg).toMatch(/^invalid ip 2001:db9::1 ipv6 2001:db9::1, not/);
  expect((await fetchToken({ secret: 'x' }, from('198.51.100.1'))).errcode).toBe(40125);
  await access.appAccesses.change(appid, { addresses: null });
  expect(await askTrend(newest, from('198.51.100.1'))).toHaveProperty('list');
});

test('a token never answers for another app, and revoked tokens end at once', async () => {
  const other = await addApp();
  const { access_token: mine } = await fetchToken();
  const { access_token: theirs } = await fetchToken({ appid: other.appid, secret: other.secret });
  expect((await post('/cgi-bin/clear_quota', { appid: other.appid }, { query: { access_token: mine } })).errcode).toBe(
    40013,
  );
  expect((await fetchToken({ appid: other.appid })).errcode).toBe(40125);
  await access.tokens.revoke(appid);
  expect(await codeOf(mine)).toBe(40001);
  expect(await works(theirs)).toBe(true);
});

// --- Quotas -----------------------------------------------------------------------------------------------------

test('the day’s quota is used up at its end and not before, and begins anew at midnight in China', async () => {
  await access.appAccesses.change(appid, { dailyQuota: 3 });
  const { access_token } = await fetchToken();
  for (let call = 0; call < 3; call++) expect(await works(access_token)).toBe(true);
  expect(await askTrend(access_token)).toMatchObject({
    errcode: 45009,
    errmsg: expect.stringMatching(/^reach max api daily quota limit rid: /),
  });
  now = Date.parse('2026-11-22T15:59:59.999Z');
  const { access_token: late } = await fetchToken();
  expect(await codeOf(late)).toBe(45009);
  now += 1;
  expect(await works(late)).toBe(true);
});

test('the minute’s quota begins anew with the minute', async () => {
  await access.appAccesses.change(appid, { minuteQuota: 2 });
  const { access_token } = await fetchToken();
  for (let call = 0; call < 2; call++) expect(await works(access_token)).toBe(true);
  expect(await codeOf(access_token)).toBe(45011);
  now += MINUTE_MS;
  expect(await works(access_token)).toBe(true);
});

test('tokens, rate and rights are looked at in this order, and all before the body', async () => {
  await access.appAccesses.change(appid, { dailyQuota: 1, permissions: [3] });
  const { access_token } = await fetchToken();
  const ask = (query: Record<string, string>) => send({ method: 'POST', url: TREND_PATH, query, payload: 'no JSON' });
  expect((await send({ url: TREND_PATH })).errcode).toBe(43002);
  expect((await ask({})).errcode).toBe(41001);
  expect((await ask({ access_token: 'x' })).errcode).toBe(40001);
  expect((await ask({ access_token })).errcode).toBe(48001);
  expect((await ask({ access_token })).errcode).toBe(45009);
  await access.appAccesses.change(appid, { dailyQuota: null, permissions: null });
  expect((await ask({ access_token })).errcode).toBe(47001);
});

test('an app is told what it has used, across processes, and may begin anew ten times a month', async () => {
  await access.appAccesses.change(appid, { dailyQuota: 5 });
  const { access_token } = await fetchToken();
  const quota = async (cgi_path = TREND_PATH) =>
    post('/cgi-bin/openapi/quota/get', { cgi_path }, { query: { access_token } });
  expect(await quota()).toEqual({ errcode: 0, errmsg: 'ok', quota: { daily_limit: 5, used: 0, remain: 5 } });
  await works(access_token);
  await access.quotas.flush();
  await access.db.updateTable('api_usage').set({ used: 4 }).where('appid', '=', appid).execute(); // as others count
  expect((await quota()).quota).toEqual({ daily_limit: 5, used: 4, remain: 1 });
  expect(await works(access_token)).toBe(true);
  expect(await codeOf(access_token)).toBe(45009);

  const clear = () => post('/cgi-bin/clear_quota', { appid }, { query: { access_token } });
  const clearBySecret = () => post(`/cgi-bin/clear_quota/v2?appid=${appid}&appsecret=${secret}`, {});
  expect(await clear()).toEqual({ errcode: 0, errmsg: 'ok' });
  expect(await works(access_token)).toBe(true);
  expect((await quota()).quota.used).toBe(1);
  for (let times = 2; times <= 10; times++) expect((await clearBySecret()).errcode).toBe(0);
  for (const refused of [await clear(), await clearBySecret()])
    expect(refused.errmsg).toMatch(/^forbid to clear quota because of reaching the limit rid: /);
  now = Date.parse('2026-11-30T16:00:00Z'); // December in China
  expect((await clearBySecret()).errcode).toBe(0);
});

test.each<[string, string, number]>([
  ['no slash', 'cgi-bin/token', 76021],
  ['a path that is none', '/cgi-bin/nothing', 76021],
  ['a path of components', '/cgi-bin/component/api_query_auth', 76022],
  ['a path whose permission the account lacks', '/datacube/getinterfacesummary', 76022],
])('the quota of %s is refused', async (_name, cgi_path, errcode) => {
  await access.appAccesses.change(appid, { permissions: [18] });
  const { access_token } = await fetchToken();
  expect((await post('/cgi-bin/openapi/quota/get', { cgi_path }, { query: { access_token } })).errcode).toBe(errcode);
});

test('quotas are cleared by secret only with the right one', async () => {
  expect((await post(`/cgi-bin/clear_quota/v2?appid=${appid}&appsecret=x`, {})).errcode).toBe(40125);
  expect((await post('/cgi-bin/clear_quota/v2', {})).errcode).toBe(41002);
  expect((await post(`/cgi-bin/clear_quota/v2?appid=${appid}`, {})).errcode).toBe(41004);
});

test('of the plain token two thousand are issued a day', async () => {
  for (let times = 0; times < 2_000; times++)
    await access.quotas.spend(appid, TOKEN_PATH, { daily: 2_000, minute: 9_999 }, now);
  expect((await fetchToken()).errcode).toBe(45009);
  expect((await fetchToken({ secret: 'x' })).errcode).toBe(40125);
  expect((await fetchStable()).expires_in).toBe(7_200);
});

// --- Requests by their rid --------------------------------------------------------------------------------------

const ridOf = ({ errmsg }: Answer) => /rid: (\S+)$/.exec(errmsg)?.[1] as string;
const askRid = (rid: string, access_token: string) =>
  post('/cgi-bin/openapi/rid/get', { rid }, { query: { access_token } });

test('a failed request is told about by its rid, without the credentials in it', async () => {
  const { access_token } = await fetchToken();
  const body = { begin_date: 'soon', end_date: '20261121', secret: 'hush' };
  const failed = await post(`${TREND_PATH}?access%5Ftoken=${access_token}&a=b`, body, { remoteAddress: '203.0.113.9' });
  expect(failed.errcode).toBe(61500);
  expect(await askRid(ridOf(failed), access_token)).toEqual({
    errcode: 0,
    errmsg: 'ok',
    request: {
      invoke_time: NOW / 1000,
      cost_in_ms: expect.any(Number),
      request_url: `${TREND_PATH}?access_token=***&a=b`,
      request_body: '{"begin_date":"soon","end_date":"20261121","secret":"***"}',
      response_body: JSON.stringify(failed),
      client_ip: '203.0.113.9',
    },
  });
});

test('a failed request with a zero byte in its body is told about, and no other is lost with it', async () => {
  const { access_token } = await fetchToken();
  const before = await askTrend(access_token, { payload: {} });
  const failed = await askTrend(access_token, { payload: 'a\u0000b' as unknown as object });
  expect((await askRid(ridOf(failed), access_token)).request).toMatchObject({ request_body: 'a\ufffdb' });
  expect((await askRid(ridOf(before), access_token)).request).toMatchObject({ request_body: '{}' });
});

test('a rid is answered to the app whose request it was, for seven days', async () => {
  const other = await addApp();
  const { access_token } = await fetchToken();
  const rid = ridOf(await askTrend(access_token, { payload: {} }));
  const { access_token: theirs } = await fetchToken({ appid: other.appid, secret: other.secret });
  expect((await askRid(rid, theirs)).errcode).toBe(76003);
  const asked = async (wanted: string) => (await askRid(wanted, (await fetchToken()).access_token)).errcode;
  expect(await asked('hello')).toBe(76002);
  expect(await asked(rid.replace(/.{8}$/, '00000000'))).toBe(76001);
  now = NOW + 7 * DAY_MS;
  expect(await asked(rid)).toBe(0);
  now += 1;
  expect(await asked(rid)).toBe(76004);
  await access.forget();
  expect(await access.db.selectFrom('failed_calls').select('rid').where('rid', '=', rid).execute()).toEqual([]);
});

test('requests of nobody we know are not kept, and of an app only so many', async () => {
  const kept = async () =>
    (await access.db.selectFrom('failed_calls').select('appid').execute()).filter((row) => row.appid === appid).length;
  await askTrend('x');
  await fetchToken({ secret: 'x' });
  const { access_token } = await fetchToken();
  for (let call = 0; call < 30; call++) await askTrend(access_token, { payload: {} });
  await access.flush();
  expect(await kept()).toBe(20);
  const row = await access.db
    .selectFrom('failed_calls')
    .selectAll()
    .where('appid', '=', appid)
    .executeTakeFirstOrThrow();
  for (let from = 0; from < 5_000; from += 500)
    await access.db
      .insertInto('failed_calls')
      .values(Array.from({ length: 500 }, (_, i) => ({ ...row, rid: `${appid}-${from + i}`, at: NOW + 1 + from + i })))
      .execute();
  await access.forget();
  expect(await kept()).toBe(5_000);
  expect(await access.db.selectFrom('failed_calls').select('rid').where('rid', '=', row.rid).execute()).toEqual([]);
});

test('looking up rids lets nobody write down more of them', async () => {
  const { access_token } = await fetchToken();
  for (let call = 0; call < 30; call++) {
    await askTrend(access_token, { payload: {} });
    await access.failedCalls.find('00000000-00000000-00000000');
  }
  const rows = await access.db.selectFrom('failed_calls').select('rid').where('appid', '=', appid).execute();
  expect(rows).toHaveLength(20);
});

test('an app is told from where it is served', async () => {
  const { access_token } = await fetchToken();
  for (const path of ['/cgi-bin/get_api_domain_ip', '/cgi-bin/getcallbackip'])
    expect(await send({ url: path, query: { access_token } })).toEqual({
      ip_list: expect.arrayContaining([expect.stringMatching(/^[\d.]+$/)]),
    });
});
