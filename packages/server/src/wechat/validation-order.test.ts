import { ENDPOINTS } from '@minilens/wechat/endpoints';
import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startWechatServer, type WechatServer } from './wechat-server.fixture.js';

/** Noon of 24 November 2026 in China. */
const NOW = Date.UTC(2026, 10, 24, 4);
const LIFE_MS = 7_200_000;
const TREND = ENDPOINTS.getDailyVisitTrend.path;

/** Who asks: what is wrong with their token, or with the account whose token it is. */
type Who =
  | 'no token'
  | 'an unknown token'
  | 'an expired token'
  | 'a strange address'
  | 'no calls left'
  | 'no permission'
  | 'no grant'
  | 'must sign'
  | 'good';
const tokens: Partial<Record<Who, string>> = { 'an unknown token': '1_never' };

let server: WechatServer;
beforeAll(async () => {
  server = await startWechatServer(NOW - LIFE_MS);
  const elsewhere = { addresses: ['198.51.100.0/24'] };
  const spent = { dailyQuota: 1 };
  const lacking = { permissions: [] };
  const old = await server.newAccount({ ...elsewhere, ...spent, ...lacking });
  server.clock.now = NOW;
  const accounts = {
    'a strange address': await server.newAccount({ ...elsewhere, ...spent, ...lacking }),
    'no calls left': await server.newAccount({ ...spent, ...lacking }),
    'no permission': await server.newAccount(lacking),
    'must sign': await server.newAccount(),
    good: await server.newAccount(),
  };
  const mode = `/api/v1/apps/${accounts['must sign'].appid}/wechat-security`;
  await server.put(mode, { mode: 'required' }, server.asOwner);
  const provider = await server.newProvider();
  const code = await server.authorize(provider, accounts['must sign'], [3]);
  const redeemed = await server.post<{ authorization_info: { authorizer_access_token: string } }>(
    `${ENDPOINTS.queryAuth.path}?component_access_token=${provider.token}`,
    { component_appid: provider.appid, authorization_code: code },
  );
  tokens['an expired token'] = old.token;
  tokens['no grant'] = redeemed.body.authorization_info.authorizer_access_token;
  for (const [who, { token }] of Object.entries(accounts)) tokens[who as Who] = token;
  await server.app.inject({ method: 'POST', url: TREND, query: { access_token: accounts['no calls left'].token } });
});
afterAll(() => server.stop());
beforeEach(() => {
  server.clock.now = NOW;
});

const BAD_DATES = '{"begin_date":"x","end_date":"20991231"}';

/** In each row everything that the rows below find fault with is wrong too, as far as one request can hold it. */
test.each<[number, InjectOptions['method'] & string, string, Who, string]>([
  [-1, 'GET', '/datacube/getnothing', 'no token', ''],
  [43002, 'GET', TREND, 'no token', ''],
  [41001, 'POST', TREND, 'no token', ''],
  [40001, 'POST', TREND, 'an unknown token', ''],
  [42001, 'POST', TREND, 'an expired token', ''],
  [40164, 'POST', TREND, 'a strange address', ''],
  [45009, 'POST', TREND, 'no calls left', ''],
  [48001, 'POST', TREND, 'no permission', ''],
  [61007, 'POST', TREND, 'no grant', ''],
  [40231, 'POST', TREND, 'must sign', ''],
  [44002, 'POST', TREND, 'good', ''],
  [47001, 'POST', TREND, 'good', BAD_DATES.slice(0, -1)],
  [47001, 'POST', TREND, 'good', `[${BAD_DATES}]`],
  [47001, 'POST', TREND, 'good', '{"begin_date":"x"}'],
  [61500, 'POST', TREND, 'good', BAD_DATES],
  [61501, 'POST', TREND, 'good', '{"begin_date":"20261123","end_date":"20991231"}'],
])('%i comes before all that follow: %s %s, %s, %j', async (errcode, method, url, who, body) => {
  const answer = await server.app.inject({
    method,
    url,
    query: { access_token: tokens[who] ?? '' },
    ...(body !== '' && { payload: body }),
  });
  expect(answer.json().errcode).toBe(errcode);
});

/** The platform looks at an AppID before anything else that a token is asked with. */
test.each<[number, Record<string, string>]>([
  [41002, { grant_type: 'x', secret: '' }],
  [40013, { grant_type: 'x', secret: '', appid: 'x' }],
  [40002, { grant_type: 'x', secret: '', appid: 'known' }],
  [41004, { secret: '', appid: 'known' }],
  [40125, { secret: 'x', appid: 'frozen' }],
  [40243, { secret: 'right', appid: 'frozen' }],
])('of a token request %i comes before all that follow: %j', async (errcode, sent) => {
  const known = await server.newAccount({ isFrozen: true, addresses: ['198.51.100.0/24'] });
  const query: Record<string, string> = { grant_type: 'client_credential', ...sent };
  if (query.appid !== undefined && query.appid !== 'x') query.appid = known.appid;
  if (query.secret === 'right') query.secret = known.secret;
  const byQuery = await server.app.inject({ url: ENDPOINTS.getAccessToken.path, query });
  expect(byQuery.json().errcode).toBe(errcode);
  const byBody = await server.post<{ errcode: number }>(ENDPOINTS.getStableAccessToken.path, query);
  expect(byBody.body.errcode).toBe(errcode);
});

test.each(['/cgi-bin/%zz', '/wxa/%E0%A4%A?access_token=x', '/datacube/token%'])(
  'a URL with a broken escape, %s, is answered as the platform does',
  async (url) => {
    const answer = await server.app.inject(url);
    expect([answer.statusCode, answer.headers['content-type'], answer.json()]).toEqual([
      200,
      'application/json; encoding=utf-8',
      { errcode: -1, errmsg: `system error rid: ${server.rid()}` },
    ]);
  },
);

test('a broken escape elsewhere is a bad request', async () => {
  for (const url of ['/%zz', '/cgi-binx/%zz', '/api/v1/%zz'])
    expect((await server.app.inject(url)).statusCode).toBe(400);
});
