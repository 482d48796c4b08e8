import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { NewApp } from '@minilens/wire/report-api';
import type { Authorized, NewComponent, NewSecret, Ticket } from '@minilens/wire/wechat-access';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDb } from '../testing/database.js';
import { startTestServer, type TestServer } from '../testing/server.js';
import { createAppAccesses } from './app-access.js';
import { createApps } from './apps.js';

const NOW = Date.UTC(2026, 10, 22, 4);
const APPID = 'wx00000000000000aa';
const COMPONENT = 'wx00000000000000cc';

let server: TestServer;
let app: NewApp;
let component: NewComponent;
beforeAll(async () => {
  server = await startTestServer(NOW);
  app = await server.addApp(APPID);
  component = (await server.post<NewComponent>('/api/v1/components', { appid: COMPONENT, name: 'P' }, server.asOwner))
    .body;
});
afterAll(() => server.stop());

const post = <T = unknown>(path: string, body: unknown = {}) => server.post<T>(path, body, server.asOwner);
const fetchToken = async (secret: string) =>
  (await server.get(`/cgi-bin/token?grant_type=client_credential&appid=${APPID}&secret=${secret}`)).body as {
    access_token?: string;
    errcode?: number;
  };

test.each([
  ['GET', `/api/v1/apps/${APPID}/access`],
  ['PUT', `/api/v1/apps/${APPID}/access`],
  ['POST', `/api/v1/apps/${APPID}/secret`],
  ['POST', `/api/v1/apps/${APPID}/tokens/revoke`],
  ['GET', '/api/v1/components'],
  ['PUT', `/api/v1/components/${COMPONENT}`],
  ['POST', `/api/v1/components/${COMPONENT}/secret`],
  ['GET', `/api/v1/components/${COMPONENT}/events`],
  ['GET', `/api/v1/components/${COMPONENT}/ticket`],
  ['POST', `/api/v1/components/${COMPONENT}/authorizations/${APPID}/withdraw`],
] as const)('%s %s is for owners', async (method, url) => {
  const body = url.endsWith('/secret') ? { overlapSeconds: 0 } : {};
  const ask = async (headers: Record<string, string>) =>
    (await server.app.inject({ method, url, headers, ...(method === 'GET' ? {} : { payload: body }) })).statusCode;
  expect(await ask({})).toBe(401);
  if (!url.endsWith('/ticket')) expect(await ask({ authorization: `Bearer ${component.secret}` })).toBe(401);
});

test('access is changed piece by piece, and what is no network is named', async () => {
  const change = (body: object) => server.put(`/api/v1/apps/${APPID}/access`, body, server.asOwner);
  const unbound = {
    addresses: null,
    permissions: null,
    dailyQuota: 10_000_000,
    minuteQuota: 100_000,
    frozenAt: null,
    oldSecretUntil: null,
  };
  expect((await server.get(`/api/v1/apps/${APPID}/access`, server.asOwner)).body).toEqual(unbound);
  expect((await change({ addresses: ['203.0.113.0/24'], dailyQuota: 5 })).body).toEqual({
    ...unbound,
    addresses: ['203.0.113.0/24'],
    dailyQuota: 5,
  });
  expect((await change({ isFrozen: true })).body).toMatchObject({ frozenAt: NOW, dailyQuota: 5 });
  expect((await fetchToken(app.secret)).errcode).toBe(40243);
  expect((await change({ isFrozen: false, addresses: null, dailyQuota: null })).body).toEqual(unbound);
  for (const wrong of ['203.0.113.256', '203.0.113.0/33', '203.0.113.0/', '::/129', 'example.com', '1.1.1.1/8/8', ''])
    expect(await change({ addresses: ['203.0.113.1', wrong] })).toMatchObject({
      status: 400,
      body: { message: expect.stringMatching(/is no address and no network\. Write 203\.0\.113\.7/) },
    });
  expect(await change({ anything: 1 })).toMatchObject({ status: 400 });
});

test('a secret is rotated and tokens are revoked', async () => {
  const { access_token } = await fetchToken(app.secret);
  const rotated = await post<NewSecret>(`/api/v1/apps/${APPID}/secret`, { overlapSeconds: 60 });
  expect(rotated.body).toEqual({
    appid: APPID,
    secret: expect.stringMatching(/^[0-9a-f]{32}$/),
    oldSecretUntil: NOW + 60_000,
  });
  expect(await fetchToken(app.secret)).toHaveProperty('access_token');
  expect(await fetchToken(rotated.body.secret)).toHaveProperty('access_token');
  await post(`/api/v1/apps/${APPID}/tokens/revoke`);
  const asked = await server.post(`/cgi-bin/clear_quota?access_token=${access_token}`, { appid: APPID });
  expect(asked.body).toMatchObject({ errcode: 40001 });
  expect((await post('/api/v1/apps/wx00000000000000ff/secret', { overlapSeconds: 0 })).status).toBe(403);
});

test('a component fetches its ticket with its own secret, and is authorised by the owner', async () => {
  const path = `/api/v1/components/${COMPONENT}`;
  const asItself = { authorization: `Bearer ${component.secret}` };
  const { ticket } = (await server.get<Ticket>(`${path}/ticket`, asItself)).body;
  expect((await server.get<Ticket>(`${path}/ticket`, server.asOwner)).body.ticket).toBe(ticket);
  const { component_access_token } = (
    await server.post<{ component_access_token: string }>('/cgi-bin/component/api_component_token', {
      component_appid: COMPONENT,
      component_appsecret: component.secret,
      component_verify_ticket: ticket,
    })
  ).body;
  const authorized = await post<Authorized>(`${path}/authorizations`, { appid: APPID, permissions: [18, 3] });
  const query = await server.post(`/cgi-bin/component/api_query_auth?access_token=${component_access_token}`, {
    component_appid: COMPONENT,
    authorization_code: authorized.body.authorizationCode,
  });
  expect(query.body).toMatchObject({ authorization_info: { authorizer_appid: APPID } });
  expect((await server.get('/api/v1/components', server.asOwner)).body).toEqual([
    {
      appid: COMPONENT,
      name: 'P',
      addresses: null,
      eventUrl: null,
      authorizations: [{ appid: APPID, permissions: [3, 18], authorizedAt: NOW }],
    },
  ]);
  expect((await post(`${path}/authorizations/${APPID}/withdraw`)).status).toBe(200);
  expect(await post(`${path}/authorizations/${APPID}/withdraw`)).toMatchObject({ status: 404 });

  await server.put(path, { addresses: ['203.0.113.1'] }, server.asOwner);
  expect((await server.get(`${path}/ticket`, asItself)).status).toBe(403);
});

test.each(['http://[', 'https://', 'http://user:password@provider.example/', 'file:///etc/passwd'])(
  'nothing is pushed to %s, which is refused when it is set',
  async (eventUrl) => {
    const path = `/api/v1/components/${COMPONENT}`;
    expect((await server.put(path, { eventUrl }, server.asOwner)).status).toBe(400);
    expect((await server.get<{ eventUrl: string | null }>(`${path}/events`, server.asOwner)).body.eventUrl).toBeNull();
  },
);

test('a secret is not rotated where its tokens cannot be ended', async () => {
  const appid = 'wx00000000000000dd';
  const db = await openTestDb();
  await createApps(db, () => NOW).add(appid, 'Shop');
  const hash = async () => (await db.selectFrom('apps').select('secret_hash').executeTakeFirstOrThrow()).secret_hash;
  const before = await hash();
  const revoke = async () => {
    throw new Error('killed');
  };
  await expect(createAppAccesses(db, { revoke }, () => NOW).rotate(appid, 0)).rejects.toThrow('killed');
  expect(await hash()).toBe(before);
  await db.destroy();
});

test('what is not there is said to be not there', async () => {
  expect(await post('/api/v1/components', { appid: COMPONENT })).toMatchObject({ status: 409 });
  expect(await server.get('/api/v1/components/wx00000000000000ff/ticket', server.asOwner)).toMatchObject({
    status: 404,
    body: { message: 'There is no component wx00000000000000ff. Add it with minilens component add.' },
  });
  const unknown = { appid: 'wx00000000000000ff', permissions: [18] };
  expect(await post(`/api/v1/components/${COMPONENT}/authorizations`, unknown)).toMatchObject({
    body: { code: 'UNKNOWN_APP' },
  });
});

test('the server’s key lies in a file for its owner only', () => {
  const path = join(server.data, 'secret.key');
  expect(existsSync(path)).toBe(true);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});
