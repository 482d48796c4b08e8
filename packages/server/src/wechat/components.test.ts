import Fastify, { type InjectOptions } from 'fastify';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createApps } from '../admin/apps.js';
import { keyId } from '../admin/secret-key.js';
import { openTestAccess } from './access.fixture.js';
import type { Analysis } from './analysis.js';
import { createComponents } from './components.js';
import type { Operation } from './operation.js';
import { wechatApi } from './wechat-api.js';

const NOW = Date.UTC(2026, 10, 22, 4);
const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

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
const pushed: string[] = [];
const app = Fastify();

/** A new provider and a new account for each test. */
let component = '';
let componentSecret = '';
let account = '';
let accountSecret = '';
let ids = 0;
const newId = () => `wx${(++ids).toString(16).padStart(16, '0')}`;

beforeAll(async () => {
  access = await openTestAccess(() => now);
  await app.register(wechatApi, {
    ...access,
    pushTicket: (id) => void pushed.push(id),
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
  pushed.length = 0;
  ({ appid: component, secret: componentSecret } = await access.components.add(newId(), 'Provider'));
  ({ appid: account, secret: accountSecret } = await createApps(access.db, () => now).add(newId(), 'Shop'));
});

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at field by field
type Answer = any;
async function post(url: string, payload: object, more: InjectOptions = {}): Promise<Answer> {
  const answer = await app.inject({ method: 'POST', url, payload, ...more });
  expect(answer.statusCode).toBe(200);
  return answer.json();
}

const fetchComponentToken = async (over: object = {}, more: InjectOptions = {}) =>
  post(
    '/cgi-bin/component/api_component_token',
    {
      component_appid: component,
      component_appsecret: componentSecret,
      component_verify_ticket: (await access.components.ticket(component)).ticket,
      ...over,
    },
    more,
  );
const componentToken = async () => (await fetchComponentToken()).component_access_token as string;

/** Asks the family with the component's token. */
const ask = async (name: string, body: object = {}, token?: string) =>
  post(
    `/cgi-bin/component/${name}`,
    { component_appid: component, ...body },
    { query: { component_access_token: token ?? (await componentToken()) } },
  );
const authorize = (permissions = [18]) => access.components.authorize(component, account, permissions);
const redeem = async (permissions = [18]) => {
  const { authorizationCode } = await authorize(permissions);
  return (await ask('api_query_auth', { authorization_code: authorizationCode })).authorization_info;
};
const keyIdOf = (appid: string) =>
  access.db.selectFrom('components').select('key_id').where('appid', '=', appid).executeTakeFirstOrThrow();
const createTokenOfAccount = async () => access.tokens.issue(account, now);
const askTrend = (access_token: string, more: InjectOptions = {}) =>
  post(TREND_PATH, { begin_date: '20261121', end_date: '20261121' }, { query: { access_token }, ...more });
const codeOf = async (token: string) => (await askTrend(token)).errcode;

// --- Tickets and component tokens -------------------------------------------------------------------------------

test('a component fetches its token with secret and ticket, and asks with it under either name', async () => {
  const answer = await fetchComponentToken();
  expect(answer).toEqual({
    component_access_token: expect.stringMatching(/^1_[A-Za-z0-9_-]{130}$/),
    expires_in: 7_200,
  });
  for (const name of ['access_token', 'component_access_token'])
    expect(
      await post(
        '/cgi-bin/component/api_create_preauthcode',
        { component_appid: component },
        { query: { [name]: answer.component_access_token } },
      ),
    ).toEqual({ pre_auth_code: expect.stringMatching(/^preauthcode@@@/), expires_in: 600 });
});

test('the ticket changes every ten minutes, and each is good for twelve hours', async () => {
  const { ticket, expiresAt } = await access.components.ticket(component);
  expect(ticket).toMatch(/^ticket@@@/);
  const ask = async () => (await fetchComponentToken({ component_verify_ticket: ticket })).errcode;
  now = expiresAt - 12 * HOUR_MS + 10 * MINUTE_MS - 1;
  expect((await access.components.ticket(component)).ticket).toBe(ticket);
  now += 1;
  expect((await access.components.ticket(component)).ticket).not.toBe(ticket);
  now = expiresAt - 1;
  expect(await ask()).toBeUndefined();
  now = expiresAt;
  expect(await ask()).toBe(61005);
  now = NOW - 10 * MINUTE_MS; // a ticket of a time to come was forged, or the clock went back
  expect(await ask()).toBe(61006);
});

test('the ticket of another component is none', async () => {
  const other = await access.components.add(newId(), 'Other');
  const { ticket } = await access.components.ticket(other.appid);
  expect((await fetchComponentToken({ component_verify_ticket: ticket })).errcode).toBe(61006);
});

test.each<[string, object, number]>([
  ['an AppID that is none', { component_appid: 'x' }, 40013],
  ['an unknown AppID', { component_appid: 'wxffffffffffffffff' }, 40013],
  ['a wrong secret', { component_appsecret: 'x' }, 40125],
  ['a wrong ticket', { component_verify_ticket: 'ticket@@@x' }, 61006],
  ['a wrong secret and a wrong ticket', { component_appsecret: 'x', component_verify_ticket: 'x' }, 40125],
  ['no ticket', { component_verify_ticket: undefined }, 47001],
])('a component token request with %s is refused', async (_name, over, errcode) => {
  expect((await fetchComponentToken(over)).errcode).toBe(errcode);
});

test('a component is called from its own addresses only, with its own tokens and those of accounts', async () => {
  const { authorizer_access_token } = await redeem();
  const token = await componentToken();
  await access.components.change(component, { addresses: ['203.0.113.9'] });
  const here = { remoteAddress: '203.0.113.9' };
  expect((await fetchComponentToken()).errmsg).toMatch(/^access clientip is not registered rid: /);
  expect(await fetchComponentToken({}, here)).toHaveProperty('component_access_token');
  expect((await ask('api_create_preauthcode', {}, token)).errcode).toBe(61004);
  expect(await codeOf(authorizer_access_token)).toBe(61004);
  expect(await askTrend(authorizer_access_token, here)).toHaveProperty('list');
});

test('a secret rotated with overlap works until its end', async () => {
  const { secret } = await access.components.rotate(component, HOUR_MS);
  expect(await fetchComponentToken()).toHaveProperty('component_access_token');
  expect(await fetchComponentToken({ component_appsecret: secret })).toHaveProperty('component_access_token');
  now += HOUR_MS;
  expect((await fetchComponentToken()).errcode).toBe(40125);
});

test('a secret rotated without overlap ends at once, with the tokens it fetched for itself and for accounts', async () => {
  const own = await componentToken();
  const { authorizer_access_token } = await redeem();
  const other = await createTokenOfAccount();
  await access.components.rotate(component, 0);
  expect((await ask('api_create_preauthcode', {}, own)).errcode).toBe(40001);
  expect(await codeOf(authorizer_access_token)).toBe(40001);
  expect(await codeOf(other)).toBeUndefined();
});

test('tokens that cannot be ended keep the secret they were fetched with', async () => {
  const failing = createComponents(
    access.db,
    {
      revoke: async () => {
        throw new Error('killed');
      },
    },
    Buffer.alloc(32),
    () => now,
  );
  await access.db
    .updateTable('components')
    .set({ key_id: keyId(Buffer.alloc(32)) })
    .where('appid', '=', component)
    .execute();
  await expect(failing.rotate(component, 0)).rejects.toThrow('killed');
  expect(await access.components.verifySecret(component, componentSecret)).toBe('ok');
});

test('a component asks for its ticket to be pushed with its secret', async () => {
  const start = (over: object = {}) =>
    post('/cgi-bin/component/api_start_push_ticket', {
      component_appid: component,
      component_secret: componentSecret,
      ...over,
    });
  expect(await start()).toEqual({ errcode: 0, errmsg: 'ok' });
  expect(pushed).toEqual([component]);
  expect((await start({ component_secret: 'x' })).errcode).toBe(40125);
  expect(pushed).toEqual([component]);
});

test('only a component’s own token opens the family, and only for itself', async () => {
  const { access_token } = (
    await app.inject({
      url: '/cgi-bin/token',
      query: { grant_type: 'client_credential', appid: account, secret: accountSecret },
    })
  ).json();
  const { authorizer_access_token } = await redeem();
  for (const token of [access_token, authorizer_access_token])
    expect((await ask('api_create_preauthcode', {}, token)).errmsg).toMatch(
      /^must use component token for component api rid: /,
    );
  const token = await componentToken();
  expect((await ask('api_create_preauthcode', {}, 'x')).errcode).toBe(40001);
  expect((await post('/cgi-bin/component/api_create_preauthcode', {})).errcode).toBe(41001);
  expect((await ask('api_create_preauthcode', { component_appid: 'wxffffffffffffffff' }, token)).errcode).toBe(61011);
  expect(await codeOf(token)).toBe(40001);
  now += 7_200 * SECOND_MS;
  expect((await ask('api_create_preauthcode', {}, token)).errcode).toBe(42001);
});

// --- Authorisation ----------------------------------------------------------------------------------------------

test('an authorisation code gives the account’s tokens and what is granted, once', async () => {
  const { authorizationCode } = await authorize([18, 3]);
  const query = (code: string) => ask('api_query_auth', { authorization_code: code });
  const { authorization_info } = await query(authorizationCode);
  expect(authorization_info).toEqual({
    authorizer_appid: account,
    authorizer_access_token: expect.stringMatching(/^1_/),
    expires_in: 7_200,
    authorizer_refresh_token: expect.stringMatching(/^refreshtoken@@@/),
    func_info: [{ funcscope_category: { id: 3 } }, { funcscope_category: { id: 18 } }],
  });
  expect(await askTrend(authorization_info.authorizer_access_token)).toHaveProperty('list');
  expect((await query(authorizationCode)).errmsg).toMatch(/^code is invalid rid: /);
  expect((await query('x')).errcode).toBe(61009);
  const later = await authorize([18]);
  now = later.expiresAt;
  expect((await query(later.authorizationCode)).errmsg).toMatch(/^code is expired rid: /);
});

test('a code is of use to no other component', async () => {
  const { authorizationCode } = await authorize();
  const token = await componentToken();
  const [mine, mySecret] = [component, componentSecret];
  ({ appid: component, secret: componentSecret } = await access.components.add(newId(), 'Other'));
  expect((await ask('api_query_auth', { authorization_code: authorizationCode })).errcode).toBe(61009);
  [component, componentSecret] = [mine, mySecret];
  expect(await ask('api_query_auth', { authorization_code: authorizationCode }, token)).toHaveProperty(
    'authorization_info',
  );
});

test('a pre-authorisation code is used up by an authorisation, within ten minutes', async () => {
  const ask = async () => (await access.components.createPreAuthCode(component)).code;
  const authorizeWith = (code: string) => access.components.authorize(component, account, [18], code);
  const code = await ask();
  expect(await authorizeWith(code)).toHaveProperty('authorizationCode');
  await expect(authorizeWith(code)).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  const late = await ask();
  now += 10 * MINUTE_MS;
  await expect(authorizeWith(late)).rejects.toThrow(/is expired/);
});

test('a pre-authorisation code is not used up by an authorisation that did not come to its end', async () => {
  const { code } = await access.components.createPreAuthCode(component);
  const key = Buffer.alloc(32);
  let looks = 0;
  // Once to take the code, once for the authorisation, and not once more for the code that tells of it.
  const mortal = createComponents(access.db, access.tokens, key, () => {
    if (++looks > 2) throw new Error('killed');
    return now;
  });
  const { key_id } = await keyIdOf(component);
  await access.db
    .updateTable('components')
    .set({ key_id: keyId(key) })
    .where('appid', '=', component)
    .execute();
  await expect(mortal.authorize(component, account, [18], code)).rejects.toThrow('killed');
  await access.db.updateTable('components').set({ key_id }).where('appid', '=', component).execute();
  expect(await access.components.authorization(component, account)).toBeUndefined();
  expect(await access.components.authorize(component, account, [18], code)).toHaveProperty('authorizationCode');
});

test('the refresh token stays the same until the account takes its authorisation back', async () => {
  const { authorizer_refresh_token } = await redeem([18]);
  const refresh = (token: string) =>
    ask('api_authorizer_token', { authorizer_appid: account, authorizer_refresh_token: token });
  const refreshed = await refresh(authorizer_refresh_token);
  expect(refreshed).toEqual({
    authorizer_access_token: expect.stringMatching(/^1_/),
    expires_in: 7_200,
    authorizer_refresh_token,
  });
  expect((await redeem([18, 3])).authorizer_refresh_token).toBe(authorizer_refresh_token);
  expect((await refresh('refreshtoken@@@x')).errmsg).toMatch(/^refresh_token is invalid rid: /);

  const { authorizationCode } = await authorize();
  expect(await access.components.withdraw(component, account)).toBe(true);
  expect(await codeOf(refreshed.authorizer_access_token)).toBe(40001);
  expect((await refresh(authorizer_refresh_token)).errcode).toBe(61003);
  expect((await ask('api_query_auth', { authorization_code: authorizationCode })).errcode).toBe(61009);
  expect(await access.components.withdraw(component, account)).toBe(false);

  const again = await redeem([18]);
  expect(again.authorizer_refresh_token).not.toBe(authorizer_refresh_token);
  expect((await refresh(authorizer_refresh_token)).errcode).toBe(61023);
});

test('refresh tokens and tickets are not stored, and another key makes others', async () => {
  const { authorizer_refresh_token } = await redeem();
  const stored = JSON.stringify([
    await access.db.selectFrom('components').selectAll().execute(),
    await access.db.selectFrom('authorizations').selectAll().execute(),
    await access.db.selectFrom('component_codes').selectAll().execute(),
  ]);
  expect(stored).not.toContain(authorizer_refresh_token);
  const elsewhere = createComponents(access.db, access.tokens, Buffer.alloc(32, 8), () => now);
  await expect(elsewhere.ticket(component)).rejects.toThrow(/Set the same MINILENS_SECRET_KEY for all processes/);
  await expect(elsewhere.authorization(component, account)).rejects.toThrow(/MINILENS_SECRET_KEY/);
});

test('what an account has not granted is refused, and what it lacks itself before that', async () => {
  const { authorizer_access_token: token } = await redeem([3]);
  expect((await askTrend(token)).errmsg).toMatch(/^api is unauthorized to component rid: /);
  await authorize([3, 18]);
  expect(await askTrend(token)).toHaveProperty('list');
  await access.appAccesses.change(account, { permissions: [3] });
  expect((await askTrend(token)).errmsg).toMatch(/^api unauthorized rid: /);
});

test('tokens of the account itself and of two components do not touch each other', async () => {
  const first = await redeem();
  const own = await access.tokens.issue(account, now);
  ({ appid: component, secret: componentSecret } = await access.components.add(newId(), 'Other'));
  const second = await redeem();
  await access.tokens.issue(account, now);
  now += 301 * SECOND_MS;
  expect(await codeOf(own)).toBe(40001);
  expect(await codeOf(first.authorizer_access_token)).toBeUndefined();
  await access.components.withdraw(component, account);
  expect(await codeOf(second.authorizer_access_token)).toBe(40001);
  expect(await codeOf(first.authorizer_access_token)).toBeUndefined();
});

test('an account and what it granted are told about', async () => {
  const { authorizer_refresh_token } = await redeem([18]);
  const info = (authorizer_appid: string) => ask('api_get_authorizer_info', { authorizer_appid });
  const answer = await info(account);
  expect(answer.authorizer_info).toMatchObject({ nick_name: 'Shop', service_type_info: { id: 0 } });
  expect(answer.authorization_info).toEqual({
    authorizer_appid: account,
    authorizer_refresh_token,
    func_info: [{ funcscope_category: { id: 18 } }],
  });
  expect((await info('wxffffffffffffffff')).errmsg).toMatch(/^component is not authorized by this account rid: /);
  expect((await info('x')).errcode).toBe(40013);
});

test('accounts are listed in pages, the oldest first, each component’s own only', async () => {
  const accounts: string[] = [];
  const apps = createApps(access.db, () => now);
  for (let i = 0; i < 3; i++) {
    now += SECOND_MS;
    const { appid } = await apps.add(newId(), 'Shop');
    await access.components.authorize(component, appid, [18]);
    accounts.push(appid);
  }
  const list = (offset: number, count: number) => ask('api_get_authorizer_list', { offset, count });
  expect(await list(1, 500)).toEqual({
    total_count: 3,
    list: accounts.slice(1).map((authorizer_appid, i) => ({
      authorizer_appid,
      refresh_token: expect.stringMatching(/^refreshtoken@@@/),
      auth_time: NOW / 1000 + 2 + i,
    })),
  });
  expect((await list(0, 1)).list).toHaveLength(1);
  expect((await list(0, 501)).errmsg).toMatch(/^args count exceed count limit rid: /);
  expect((await list(-1, 1)).errcode).toBe(47001);
  ({ appid: component, secret: componentSecret } = await access.components.add(newId(), 'Other'));
  expect(await list(0, 500)).toEqual({ total_count: 0, list: [] });
});

test.each([1, 2 ** 32, 2 ** 53, 2 ** 63, 1e308])('a page of accounts from number %d on is empty', async (offset) => {
  await authorize();
  const page = await ask('api_get_authorizer_list', { offset, count: 1 });
  expect(page).toEqual({ total_count: 1, list: [] });
});
