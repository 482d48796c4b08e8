import { afterEach, beforeEach, expect, test } from 'vitest';
import { ENDPOINTS } from '../endpoints.js';
import { createComponent } from './component.js';
import {
  APPID,
  AUTH_CODE,
  AUTHORIZER_REFRESH_TOKEN,
  COMPONENT_APPID,
  type Platform,
  refusal,
  SECRET,
  startPlatform,
  TICKET,
} from './platform.fixture.js';
import { memoryTokenCache } from './token-cache.js';

const DAY = { beginDate: '20210912', endDate: '20210912' };

let platform: Platform;
beforeEach(async () => {
  platform = await startPlatform();
  platform.answers(ENDPOINTS.getDailyRetain, { ref_date: '20210912', visit_uv_new: [], visit_uv: [] });
});
afterEach(() => platform.close());

const create = (tokens = memoryTokenCache()) =>
  createComponent({
    appid: COMPONENT_APPID,
    secret: SECRET,
    baseUrl: platform.baseUrl,
    tokens,
    now: platform.now,
    wait: async () => {},
  });

test('a ticket and the code an account came back with are all it takes to ask for that account', async () => {
  const component = create();
  await component.receiveTicket(TICKET);
  const authorization = await component.queryAuth({ authorizationCode: AUTH_CODE });
  expect(authorization).toMatchObject({ authorizerAppid: APPID, funcInfo: [{ funcscopeCategory: { id: 18 } }] });
  expect((await component.authorizer(APPID).analysis.getDailyRetain(DAY)).refDate).toBe('20210912');
  expect(platform.asked.map(({ path }) => path)).toEqual([
    ENDPOINTS.getComponentAccessToken.path,
    ENDPOINTS.queryAuth.path,
    ENDPOINTS.getDailyRetain.path,
  ]);
});

test('an account’s token is refreshed when it ends', async () => {
  const component = create();
  await component.receiveTicket(TICKET);
  await component.queryAuth({ authorizationCode: AUTH_CODE });
  platform.pass(7200);
  await component.authorizer(APPID).analysis.getDailyRetain(DAY);
  expect(platform.timesAsked(ENDPOINTS.getAuthorizerAccessToken)).toBe(1);
  const refresh = platform.asked.find(({ path }) => path === ENDPOINTS.getAuthorizerAccessToken.path);
  expect(JSON.parse(refresh?.body ?? '')).toEqual({
    component_appid: COMPONENT_APPID,
    authorizer_appid: APPID,
    authorizer_refresh_token: AUTHORIZER_REFRESH_TOKEN,
  });
});

test('another client goes on with what the cache holds', async () => {
  const tokens = memoryTokenCache();
  const component = create(tokens);
  await component.receiveTicket(TICKET);
  await component.queryAuth({ authorizationCode: AUTH_CODE });
  platform.pass(7200);
  await create(tokens).authorizer(APPID).analysis.getDailyRetain(DAY);
  expect(platform.timesAsked(ENDPOINTS.getDailyRetain)).toBe(1);
});

test('refused tokens, the account’s and the platform’s own, are each replaced once', async () => {
  const component = create();
  await component.receiveTicket(TICKET);
  const account = component.authorizer(APPID, { refreshToken: AUTHORIZER_REFRESH_TOKEN });
  await account.analysis.getDailyRetain(DAY);
  platform.revokeTokens();
  await account.analysis.getDailyRetain(DAY);
  expect(platform.timesAsked(ENDPOINTS.getDailyRetain)).toBe(3);
  expect(platform.timesAsked(ENDPOINTS.getAuthorizerAccessToken)).toBe(3);
  expect(platform.timesAsked(ENDPOINTS.getComponentAccessToken)).toBe(2);
});

test('a busy platform is asked for the account’s token as often as for anything else', async () => {
  const component = create();
  await component.receiveTicket(TICKET);
  platform.answers(ENDPOINTS.getAuthorizerAccessToken, refusal(-1));
  const account = component.authorizer(APPID, { refreshToken: AUTHORIZER_REFRESH_TOKEN });
  await expect(account.analysis.getDailyRetain(DAY)).rejects.toMatchObject({ errcode: -1 });
  expect(platform.timesAsked(ENDPOINTS.getAuthorizerAccessToken)).toBe(4);
});

test('a code is not sent again after a lost answer', async () => {
  const component = create();
  await component.receiveTicket(TICKET);
  platform.answers(ENDPOINTS.queryAuth, 'cut');
  await expect(component.queryAuth({ authorizationCode: AUTH_CODE })).rejects.toMatchObject({ reason: 'cut' });
  expect(platform.timesAsked(ENDPOINTS.queryAuth)).toBe(1);
});

test('the first ticket is asked for with the platform’s own secret', async () => {
  await create().startPushTicket();
  expect(platform.asked[0]?.body).toBe(`{"component_appid":"${COMPONENT_APPID}","component_secret":"${SECRET}"}`);
});

test('what is missing is said, before anything is sent', async () => {
  await expect(create().createPreAuthCode()).rejects.toThrow('receiveTicket');
  await expect(create().authorizer(APPID).analysis.getDailyRetain(DAY)).rejects.toThrow(`refresh token of ${APPID}`);
  expect(platform.asked).toEqual([]);
});
