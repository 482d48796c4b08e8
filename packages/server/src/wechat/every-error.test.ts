import { ENDPOINTS, PLATFORM_ORIGIN } from '@minilens/wechat/endpoints';
import { ERRORS, type Errcode } from '@minilens/wechat/errors';
import type { AppAccessBody } from '@minilens/wire/wechat-access';
import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Account, type Provider, startWechatServer, type WechatServer } from './wechat-server.fixture.js';

/** Noon of 24 November 2026 in China. */
const NOW = Date.UTC(2026, 10, 24, 4);
const NOW_S = NOW / 1000;
const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;
const DAY = { begin_date: '20261123', end_date: '20261123' };
const NOBODY = 'wxffffffffffffffff';

let server: WechatServer;
let shop: Account;
let other: Account;
let sealed: Account;
let sealer: Awaited<ReturnType<WechatServer['newSealer']>>;
let provider: Provider;

beforeAll(async () => {
  server = await startWechatServer(NOW);
  [shop, other, sealed] = [await server.newAccount(), await server.newAccount(), await server.newAccount()];
  sealer = await server.newSealer(sealed);
  provider = await server.newProvider();
});
afterAll(() => server.stop());
beforeEach(() => {
  server.clock.now = NOW;
});

// --- How it is asked --------------------------------------------------------------------------------------------

type Asked = InjectOptions;

const get = (path: string, query: Record<string, string> = {}, more: Asked = {}): Asked => ({
  url: path,
  query,
  ...more,
});
const post = (path: string, token: string, payload: object | string = '', more: Asked = {}): Asked => ({
  method: 'POST',
  url: path,
  query: { access_token: token },
  payload,
  ...more,
});
const trend = (token: string, payload: object | string = DAY, more: Asked = {}) =>
  post(ENDPOINTS.getDailyVisitTrend.path, token, payload, more);
const fetchToken = (over: Record<string, string> = {}, more: Asked = {}) =>
  get(
    ENDPOINTS.getAccessToken.path,
    { grant_type: 'client_credential', appid: shop.appid, secret: shop.secret, ...over },
    more,
  );
const rid = (text: string, token = shop.token) => post(ENDPOINTS.getRidInfo.path, token, { rid: text });
const quotaOf = (cgi_path: string, token = shop.token) => post(ENDPOINTS.getApiQuota.path, token, { cgi_path });
const boot = (over: object = {}) =>
  post(ENDPOINTS.getPerformanceData.path, shop.token, {
    ...{ module: '10022', time: { begin_timestamp: NOW_S, end_timestamp: NOW_S }, params: [] },
    ...over,
  });
const jsErrors = (over: object = {}) =>
  post(ENDPOINTS.getJsErrList.path, shop.token, {
    ...{ appVersion: '0', errType: '0', startTime: '2026-11-01', endTime: '2026-11-23', keyword: '', openid: '' },
    ...{ orderby: 'uv', desc: '1', offset: 0, limit: 30, ...over },
  });
/** The third-party platform family, with the provider's own token unless another is given. */
const component = (name: string, body: object = {}, token = provider.token) =>
  post(`/cgi-bin/component/${name}`, token, { component_appid: provider.appid, ...body });
const componentToken = (over: object = {}, more: Asked = {}) =>
  post(
    ENDPOINTS.getComponentAccessToken.path,
    '',
    {
      component_appid: provider.appid,
      component_appsecret: provider.secret,
      component_verify_ticket: provider.ticket,
      ...over,
    },
    more,
  );
const authorizerToken = async (permissions: number[]) => {
  const code = await server.authorize(provider, shop, permissions);
  const answer = await server.app.inject(component('api_query_auth', { authorization_code: code }));
  return answer.json().authorization_info.authorizer_access_token as string;
};
const seal = (fields: object, { appid = sealed.appid, timestamp = NOW_S } = {}) =>
  sealer.seal(PLATFORM_ORIGIN + ENDPOINTS.getDailyVisitTrend.path, appid, timestamp, { ...fields });
/** A sealed question, with headers changed or, where they are undefined, left out. */
const sealedTrend = (
  over: Record<string, string | undefined> = {},
  { fields = DAY as object, timestamp = NOW_S, token = sealed.token } = {},
) => {
  const { headers, body } = seal(fields, { timestamp });
  const sent = Object.entries({ ...headers, ...over }).filter(([, value]) => value !== undefined);
  return trend(token, body, { headers: Object.fromEntries(sent) as Record<string, string> });
};
const accountWith = (access: AppAccessBody) => server.newAccount(access);
const asOftenAs = async (times: number, asked: Asked) => {
  for (let time = 0; time < times; time++) await server.app.inject(asked);
  return asked;
};

// --- The table --------------------------------------------------------------------------------------------------

/** Code, text, when, and a request that is answered so. */
const ROWS: [Errcode, string, string, () => Asked | Promise<Asked>][] = [
  [-1, 'system error', 'no such path', () => post('/datacube/getusersummary', shop.token, DAY)],
  [
    -1,
    'system error',
    'an API that is not served',
    () => get(ENDPOINTS.getFeedback.path, { access_token: shop.token }),
  ],

  [
    40001,
    'invalid credential, access_token is invalid or not latest, could get access_token by getStableAccessToken, more details at https://mmbizurl.cn/s/JtxxFh33r',
    'a token that was never issued',
    () => trend('1_never'),
  ],
  [
    40001,
    'invalid credential, access_token is invalid or not latest, could get access_token by getStableAccessToken, more details at https://mmbizurl.cn/s/JtxxFh33r',
    'a provider’s token where an account’s belongs',
    () => trend(provider.token),
  ],
  [40002, 'invalid grant_type', 'another grant type', () => fetchToken({ grant_type: 'authorization_code' })],
  [40013, 'invalid appid', 'not the form of an AppID', () => fetchToken({ appid: 'APPID' })],
  [40013, 'invalid appid', 'an AppID unknown here', () => fetchToken({ appid: NOBODY })],
  [
    40013,
    'invalid appid',
    'the quota of another app',
    () => post(ENDPOINTS.clearQuota.path, shop.token, { appid: other.appid }),
  ],
  [40013, 'invalid appid', 'an unknown provider', () => componentToken({ component_appid: NOBODY })],
  [40097, 'invalid args', 'a module that is none', () => boot({ module: '10020' })],
  [
    40097,
    'invalid args',
    'over thirty days of performance',
    () => boot({ time: { begin_timestamp: NOW_S - 30 * 86_400 - 1, end_timestamp: NOW_S } }),
  ],
  [40097, 'invalid args', 'a page that is too long', () => jsErrors({ limit: 31 })],
  [40125, 'invalid appsecret', 'a wrong secret', () => fetchToken({ secret: 'x' })],
  [40125, 'invalid appsecret', 'a provider’s wrong secret', () => componentToken({ component_appsecret: 'x' })],
  [
    40164,
    'invalid ip 203.0.113.9 ipv6 ::ffff:203.0.113.9, not in whitelist',
    'an address that is not on the list',
    async () => {
      const { token } = await accountWith({ addresses: ['198.51.100.0/24'] });
      return trend(token, DAY, { remoteAddress: '203.0.113.9' });
    },
  ],
  [
    40164,
    'invalid ip 2001:db8::9 ipv6 2001:db8::9, not in whitelist',
    'an IPv6 address that is not',
    async () => {
      const { appid, secret } = await accountWith({ addresses: ['198.51.100.0/24'] });
      return fetchToken({ appid, secret }, { remoteAddress: '2001:db8::9' });
    },
  ],
  [
    40170,
    'args count exceed count limit',
    'over 500 accounts on a page',
    () => component('api_get_authorizer_list', { offset: 0, count: 501 }),
  ],
  [
    40243,
    'appsecret is frozen',
    'a frozen secret',
    async () => {
      const { appid, secret } = await accountWith({ isFrozen: true });
      return fetchToken({ appid, secret });
    },
  ],

  [40231, 'API_Missing_Wechatmp_Timestamp', 'no time', () => sealedTrend({ 'wechatmp-timestamp': undefined })],
  [40232, 'API_Missing_Wechatmp_Signature', 'no signature', () => sealedTrend({ 'wechatmp-signature': undefined })],
  [40233, 'API_Missing_Wechatmp_Appid', 'no AppID', () => sealedTrend({ 'wechatmp-appid': undefined })],
  [40234, 'API_Invalid_Signature', 'another signature', () => sealedTrend({ 'wechatmp-signature': 'AAAA' })],
  [40234, 'API_Invalid_Signature', 'the same once more', async () => asOftenAs(1, sealedTrend())],
  [40235, 'API_Invalid_Encrypt', 'fields of another app', () => sealedTrend({}, { fields: { _appid: other.appid } })],
  [40236, 'API_Invalid_Wechatmp_Appid', 'an AppID unknown here', () => sealedTrend({ 'wechatmp-appid': NOBODY })],
  [
    40237,
    'API_Invalid_Wechatmp_Appidmatch',
    'an AppID that is not the token’s',
    () => sealedTrend({}, { token: other.token }),
  ],
  [
    40238,
    'API_NoExist_DevSecretSym',
    'an app without keys',
    () => sealedTrend({ 'wechatmp-appid': other.appid }, { token: other.token }),
  ],
  [
    40239,
    'API_NoExist_DevSecretAsym',
    'an app whose public key was revoked',
    async () => {
      const account = await server.newAccount();
      const { serials } = await server.newSealer(account);
      const revoke = `/api/v1/apps/${account.appid}/wechat-keys/revoke`;
      await server.post(revoke, { serial: serials.developer }, server.asOwner);
      return sealedTrend({ 'wechatmp-appid': account.appid }, { token: account.token });
    },
  ],
  [40240, 'API_Expired_Wechatmp_Timestamp', 'long ago', () => sealedTrend({}, { timestamp: NOW_S - 301 })],
  [40240, 'API_Expired_Wechatmp_Timestamp', 'no time at all', () => sealedTrend({ 'wechatmp-timestamp': 'noon' })],

  [41001, 'access_token missing', 'no token', () => trend('')],
  [41001, 'access_token missing', 'a token in the body', () => trend('', { ...DAY, access_token: shop.token })],
  [41002, 'appid missing', 'no AppID', () => fetchToken({ appid: '' })],
  [41004, 'appsecret missing', 'no secret', () => fetchToken({ secret: '' })],
  [
    42001,
    'access_token expired',
    'a token of two hours ago',
    () => {
      server.clock.now = NOW + 2 * HOUR_MS;
      return trend(shop.token);
    },
  ],
  [43001, 'require GET method', 'a token by POST', () => ({ ...fetchToken(), method: 'POST' })],
  [43002, 'require POST method', 'visits by GET', () => get(ENDPOINTS.getDailyVisitTrend.path)],
  [44002, 'empty post data', 'no body', () => trend(shop.token, '')],
  [
    45009,
    'reach max api daily quota limit',
    'the second of one call a day',
    async () => asOftenAs(1, trend((await accountWith({ dailyQuota: 1 })).token)),
  ],
  [
    45011,
    'api minute-quota reach limit  mustslower  retry next minute',
    'the second of one call a minute',
    async () => asOftenAs(1, trend((await accountWith({ minuteQuota: 1 })).token)),
  ],
  [47001, 'data format error', 'not JSON', () => trend(shop.token, 'begin_date=20261123')],
  [47001, 'data format error', 'a field is missing', () => trend(shop.token, { begin_date: '20261123' })],
  [47001, 'data format error', 'too large', () => trend(shop.token, JSON.stringify(DAY).padEnd(65_537))],
  [
    47001,
    'data format error',
    'another name for the time',
    () => boot({ time: { start_timestamp: NOW_S, end_timestamp: NOW_S } }),
  ],
  [
    48001,
    'api unauthorized',
    'an account without it',
    async () => trend((await accountWith({ permissions: [3] })).token),
  ],
  [
    48006,
    'forbid to clear quota because of reaching the limit',
    'the eleventh time in a month',
    () => asOftenAs(10, post(ENDPOINTS.clearQuota.path, shop.token, { appid: shop.appid })),
  ],
  [
    48006,
    'forbid to clear quota because of reaching the limit',
    'the eleventh time without a token',
    () => {
      const { appid, secret } = other;
      const query = { appid, appsecret: secret };
      return asOftenAs(10, { method: 'POST', url: ENDPOINTS.clearQuotaByAppSecret.path, query });
    },
  ],

  [
    61003,
    'component is not authorized by this account',
    'an account that authorised nobody',
    () => component('api_get_authorizer_info', { authorizer_appid: other.appid }),
  ],
  [
    61004,
    'access clientip is not registered',
    'an address that is not on the provider’s list',
    async () => {
      const { appid, secret, ticket } = await server.newProvider();
      await server.put(`/api/v1/components/${appid}`, { addresses: ['198.51.100.7'] }, server.asOwner);
      return componentToken({
        component_appid: appid,
        component_appsecret: secret,
        component_verify_ticket: ticket,
      });
    },
  ],
  [
    61005,
    'component ticket is expired',
    'a ticket of twelve hours ago',
    () => {
      server.clock.now = NOW + 12 * HOUR_MS;
      return componentToken();
    },
  ],
  [61006, 'component ticket is invalid', 'no ticket of ours', () => componentToken({ component_verify_ticket: 'x' })],
  [
    61007,
    'api is unauthorized to component',
    'a permission set that was not granted',
    async () => trend(await authorizerToken([3])),
  ],
  [
    61007,
    'api is unauthorized to component',
    'the analysis of interfaces with the set of visits',
    async () =>
      post(ENDPOINTS.getInterfaceSummary.path, await authorizerToken([18]), {
        ...{ begin_date: '2026-11-23', end_date: '2026-11-23' },
      }),
  ],
  [61009, 'code is invalid', 'no code of ours', () => component('api_query_auth', { authorization_code: 'x' })],
  [
    61010,
    'code is expired',
    'a code of an hour ago',
    async () => {
      const authorization_code = await server.authorize(provider, shop, [18]);
      server.clock.now = NOW + HOUR_MS;
      return component('api_query_auth', { authorization_code });
    },
  ],
  [
    61011,
    'invalid component',
    'another provider in the body',
    () => component('api_create_preauthcode', { component_appid: NOBODY }),
  ],
  [
    61014,
    'must use component token for component api',
    'an account’s token',
    () => component('api_create_preauthcode', {}, shop.token),
  ],
  [
    61023,
    'refresh_token is invalid',
    'no refresh token of ours',
    async () => {
      await server.authorize(provider, shop, [18]);
      return component('api_authorizer_token', { authorizer_appid: shop.appid, authorizer_refresh_token: 'x' });
    },
  ],

  [61500, 'date format error', 'dashes', () => trend(shop.token, { begin_date: '2026-11-23', end_date: '2026-11-23' })],
  [
    61500,
    'date format error',
    'no such day',
    () => trend(shop.token, { begin_date: '20260229', end_date: '20260229' }),
  ],
  [61501, 'date range error', 'two days', () => trend(shop.token, { ...DAY, begin_date: '20261122' })],
  [61501, 'date range error', 'today', () => trend(shop.token, { begin_date: '20261124', end_date: '20261124' })],
  [
    61501,
    'date range error',
    'a week from Tuesday',
    () => post(ENDPOINTS.getWeeklyVisitTrend.path, shop.token, { begin_date: '20261117', end_date: '20261123' }),
  ],
  [
    61501,
    'date range error',
    'thirty-one days of deliveries',
    () => post(ENDPOINTS.getInterfaceSummary.path, shop.token, { begin_date: '2026-10-24', end_date: '2026-11-23' }),
  ],

  [76001, 'rid not found', 'no such request', () => rid(`${NOW_S.toString(16)}-00000000-00000000`)],
  [76002, 'rid is error', 'not the form of a rid', () => rid('6aac005a-01bfdbee')],
  [
    76003,
    'could not query this rid,no permission',
    'another account’s request',
    async () => {
      server.clock.now = NOW + 7 * SECOND_MS;
      await server.app.inject(trend(other.token, ''));
      return rid(server.rid());
    },
  ],
  [
    76004,
    'rid time is error',
    'a request of eight days ago',
    () => rid(`${(NOW_S - 691_200).toString(16)}-0-0`.replaceAll('-0', '-00000000')),
  ],
  [76021, 'cgi_path not found, please check', 'no such path', () => quotaOf('/datacube/nothing')],
  [
    76022,
    'could not use this cgi_path，no permission',
    'a path the account may not use',
    () => quotaOf(ENDPOINTS.createPreAuthCode.path),
  ],
  [
    200002,
    'parameter startTime or endTime is invalid',
    'days without dashes',
    () => jsErrors({ startTime: '20261101' }),
  ],
  [
    200002,
    'parameter startTime or endTime is invalid',
    'days back to front',
    () => jsErrors({ startTime: '2026-11-24' }),
  ],
];

/** Errors of the table that this server never gives, and why. */
const NEVER: Partial<Record<Errcode, string>> = {
  [-3]: 'We have no second word for busy: what fails inside answers −1',
  40014: 'These endpoints answer 40001',
  40230: 'No client sends a serial, so its absence is no fault',
  42007: 'Accounts here have no password in WeChat',
  43003: 'Whether TLS is wanted is for the listener or the proxy in front of it',
  46001: 'Feedback and its media stay with WeChat: agents do not see them',
  48004: 'Nobody blocks single APIs of an account here; what it may not use answers 48001',
  50002: 'Accounts are not restricted here',
  50004: 'Fetching tokens is forbidden by freezing the secret, 40243',
  50007: 'Secrets are frozen, not accounts',
  61502: 'Mini games are answered like Mini Programs',
  61503: 'Numbers that are not added up yet are counted when they are asked for',
  61504: 'Too many at once wait for their turn; the quotas bound them',
  9001001: 'No API here is documented with it but those that are not served',
  20011: 'The quotas answer 45009 and 45011 for every API',
  200007: 'The search of realtime logs is not served',
  200010: 'The search of realtime logs is not served',
  507010: 'Every app has the scenes and versions that its events name, published or not',
};

test.each(ROWS)('%i %s: %s', async (errcode, errmsg, _when, ask) => {
  const asked = await ask();
  const answer = await server.app.inject(asked);
  expect([answer.statusCode, answer.headers['content-type'], answer.body]).toEqual([
    200,
    'application/json; encoding=utf-8',
    `{"errcode":${errcode},"errmsg":"${errmsg} rid: ${server.rid()}"}`,
  ]);
});

test('every error of the table is given here, or there is a reason why not', () => {
  const given = ROWS.map(([errcode]) => errcode);
  const never = Object.keys(NEVER).map(Number);
  expect(given.filter((errcode) => never.includes(errcode))).toEqual([]);
  const ascending = (codes: number[]) => [...new Set(codes)].sort((a, b) => a - b);
  expect(ascending([...given, ...never])).toEqual(ascending(Object.keys(ERRORS).map(Number)));
});
