import { deliverySession } from '@minilens/simulator/delivery-session';
import { eventfulSession } from '@minilens/simulator/eventful-session';
import { createSeededRandom } from '@minilens/simulator/seeded-random';
import { ENDPOINTS, type Endpoint } from '@minilens/wechat/endpoints';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  ANALYSIS_REQUESTS,
  ANSWERS,
  API_NAMES,
  type ApiName,
  NOON_OF_20_JANUARY,
} from '../packages/server/src/wechat/every-api.fixture.js';
import {
  type Account,
  type Provider,
  startWechatServer,
  type WechatServer,
} from '../packages/server/src/wechat/wechat-server.fixture.js';
import { SAMPLES } from '../packages/wechat/src/samples.fixture.js';

const NOW = NOON_OF_20_JANUARY;
const DAY_MS = 86_400_000;

let server: WechatServer;
let account: Account;
let provider: Provider;
let code = '';
let refreshToken = '';
let rid = '';
let issue: object;

beforeAll(async () => {
  server = await startWechatServer(NOW);
  account = await server.newAccount();
  provider = await server.newProvider();
  const random = createSeededRandom(5);
  const moment = () => NOW - DAY_MS / 2 - Math.floor(random() * 50 * DAY_MS);
  const recent = () => NOW - DAY_MS / 2 - Math.floor(random() * DAY_MS);
  const told = [
    ...Array.from({ length: 150 }, (_, index) => eventfulSession(account, random, index % 2 ? recent() : moment())),
    ...Array.from({ length: 20 }, (_, index) => [deliverySession(account, random, index % 2 ? recent() : moment())]),
  ].flat();
  const lines = told.map((envelope) => JSON.stringify(envelope)).join('\n');
  expect(await server.post(`/v1/import?app=${account.appid}`, lines, server.asOwner)).toMatchObject({ status: 200 });
  await server.drain();

  const used = await server.authorize(provider, account, [3, 18]);
  const redeemed = await send('queryAuth', { component_appid: provider.appid, authorization_code: used });
  refreshToken = JSON.parse(redeemed).authorization_info.authorizer_refresh_token;
  code = await server.authorize(provider, account, [3, 18]);
  await send('getVisitPage', { begin_date: 'x' });
  rid = server.rid();
  [issue] = JSON.parse(await send('getJsErrList', ANALYSIS_REQUESTS.getJsErrList ?? {})).data;
});
afterAll(() => server.stop());

/** The text of an answer, with the token that the API wants. */
async function send(name: ApiName, fields: object): Promise<string> {
  const { method, path, token, fields: place }: Endpoint = ENDPOINTS[name];
  const access_token = { account: account.token, component: provider.token, none: '' }[token];
  const isInQuery = method === 'GET' || place === 'query';
  const query = { access_token, ...(isInQuery && fields) };
  return (await server.app.inject({ method, url: path, query, ...(!isInQuery && { payload: fields }) })).body;
}

const requestOf = (name: ApiName): object => {
  const own = { grant_type: 'client_credential', appid: account.appid, secret: account.secret };
  const component_appid = provider.appid;
  const authorizer_appid = account.appid;
  const others: Partial<Record<ApiName, object>> = {
    getAccessToken: own,
    getStableAccessToken: own,
    getComponentAccessToken: {
      component_appid,
      component_appsecret: provider.secret,
      component_verify_ticket: provider.ticket,
    },
    startPushTicket: { component_appid, component_secret: provider.secret },
    createPreAuthCode: { component_appid },
    queryAuth: { component_appid, authorization_code: code },
    getAuthorizerAccessToken: { component_appid, authorizer_appid, authorizer_refresh_token: refreshToken },
    getAuthorizerInfo: { component_appid, authorizer_appid },
    getAuthorizerList: { component_appid, offset: 0, count: 20 },
    clearQuota: { appid: account.appid },
    clearQuotaByAppSecret: { appid: account.appid, appsecret: account.secret },
    getApiQuota: { cgi_path: ENDPOINTS.getVisitPage.path },
    getRidInfo: { rid },
    getJsErrDetail: { ...ANALYSIS_REQUESTS.getJsErrDetail, ...issue },
  };
  return others[name] ?? ANALYSIS_REQUESTS[name] ?? {};
};

/** Answers for which there is no sample beside the schemas. Made-up values of the documented form. */
const OTHER_SAMPLES: Partial<Record<ApiName, string>> = {
  getAccessToken: '{"access_token":"a","expires_in":7200}',
  getStableAccessToken: '{"access_token":"a","expires_in":7200}',
  getApiDomainIp: '{"ip_list":["127.0.0.1"]}',
  getCallbackIp: '{"ip_list":["127.0.0.1"]}',
  getComponentAccessToken: '{"component_access_token":"a","expires_in":7200}',
  startPushTicket: '{"errcode":0,"errmsg":"ok"}',
  createPreAuthCode: '{"pre_auth_code":"a","expires_in":600}',
  getAuthorizerAccessToken: '{"authorizer_access_token":"a","expires_in":7200,"authorizer_refresh_token":"b"}',
  getAuthorizerInfo:
    '{"authorizer_info":{"nick_name":"a","head_img":"b","service_type_info":{"id":0},"verify_type_info":{"id":-1},"user_name":"c","alias":"d","qrcode_url":"e","business_info":{},"principal_name":"f","signature":"g","MiniProgramInfo":{"network":{},"categories":[],"visit_status":0}},"authorization_info":{"authorizer_appid":"h","authorizer_refresh_token":"i","func_info":[{"funcscope_category":{"id":18}}]}}',
  clearQuota: '{"errcode":0,"errmsg":"ok"}',
  clearQuotaByAppSecret: '{"errcode":0,"errmsg":"ok"}',
  // The portrait of the platform has people and places in it, which no device tells.
  getUserPortrait:
    '{"ref_date":"20251221-20260119","visit_uv_new":{"province":[],"city":[],"genders":[],"platforms":[{"id":1,"name":"iPhone","value":1}],"devices":[{"name":"OPPO R9","value":1}],"ages":[]},"visit_uv":{"province":[],"city":[],"genders":[],"platforms":[{"id":1,"name":"iPhone","value":1}],"devices":[{"name":"OPPO R9","value":1}],"ages":[]}}',
};

function sampleOf(name: ApiName): string {
  const [, , sample] = SAMPLES.find(([, schema]) => schema === ANSWERS[name]) ?? [];
  const found = OTHER_SAMPLES[name] ?? sample;
  if (found === undefined) throw new Error(`There is no sample of the answer of ${name}.`);
  return found;
}

/**
 * What the text of an answer must match to be written like the sample: the same keys in the same order and no white space;
 * whole numbers where it has whole ones, at most four decimals where it has some; text where it has text. An element of a
 * list must be written like one of the sample’s.
 */
function patternOf(sample: unknown): string {
  if (Array.isArray(sample)) {
    const item = `(?:${[...new Set(sample.map(patternOf))].join('|')})`;
    return sample.length === 0 ? '\\[\\]|\\[.*?\\]' : `\\[(?:${item}(?:,${item})*)?\\]`;
  }
  if (typeof sample === 'object' && sample !== null)
    return `\\{${Object.entries(sample)
      .map(([key, value]) => `"${key}":(?:${patternOf(value)})`)
      .join(',')}\\}`;
  if (typeof sample === 'string') return '"(?:[^"\\\\]|\\\\.)*"';
  if (typeof sample === 'boolean') return 'true|false';
  return Number.isInteger(sample) ? '-?(?:0|[1-9]\\d*)' : '-?(?:0|[1-9]\\d*)(?:\\.\\d{1,4})?';
}

test.each(API_NAMES.filter((name) => name in ANSWERS))('%s is written as the platform writes it', async (name) => {
  const text = await send(name, requestOf(name));
  expect(text).toMatch(new RegExp(`^${patternOf(JSON.parse(sampleOf(name)))}$`));
});

test('numbers that have decimals are written with them, and all counters without', async () => {
  expect(await send('getDailyVisitTrend', requestOf('getDailyVisitTrend'))).toMatch(
    /^\{"list":\[\{"ref_date":"20260119","session_cnt":[1-9]\d*,"visit_pv":\d+,"visit_uv":\d+,"visit_uv_new":\d+,"stay_time_uv":\d+\.\d{1,4},"stay_time_session":\d+\.\d{1,4},"visit_depth":\d+\.\d{1,4}\}\]\}$/,
  );
  expect(await send('getVisitPage', requestOf('getVisitPage'))).toMatch(/"page_staytime_pv":\d+\.\d{1,4},/);
  expect(await send('getPerformanceData', requestOf('getPerformanceData'))).toMatch(/"value":"\d+\.\d{1,4}"/);
});

test('hours of deliveries are written as hours and minutes in one number', async () => {
  const text = await send('getInterfaceSummaryHour', requestOf('getInterfaceSummaryHour'));
  expect(text).toMatch(/"ref_hour":/);
  for (const [, hour] of text.matchAll(/"ref_hour":(\d+)/g)) expect(hour).toMatch(/^(0|[1-9]00|1\d00|2[0-3]00)$/);
});

test('the times of launches are JSON text within JSON', async () => {
  expect(await send('getPerformance', requestOf('getPerformance'))).toMatch(
    /^\{"default_time_data":"\{\\"list\\":\[\{\\"ref_date\\":\\"\d{8}\\",\\"cost_time_type\\":2,\\"cost_time\\":\d+(\.\d{1,4})?\}/,
  );
});
