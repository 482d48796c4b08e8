import type { ApiToken, AuditEntry, AuditList, NewApiToken, Session, User } from '@minilens/wire/accounts-api';
import type { NewApp } from '@minilens/wire/report-api';
import { TOTP } from 'otpauth';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  asPage,
  cookieOf,
  join,
  makeFirstAccount,
  newAddress,
  PASSWORD,
  type PageHeaders,
  signInBy,
} from '../testing/browser.js';
import { envelopeOf, startTestServer, type TestServer } from '../testing/server.js';

const NOW = Date.UTC(2026, 10, 29, 4);
const DAY_MS = 86_400_000;
/** After all that the tests before do. */
const LATER = NOW + DAY_MS;
const SHOP = 'wx00000000000000aa';
const OTHER = 'wx00000000000000bb';

let server: TestServer;
let admin: PageHeaders;
let owner: PageHeaders;
let app: NewApp;
beforeAll(async () => {
  server = await startTestServer(NOW);
  admin = await makeFirstAccount(server);
  app = await server.addApp(SHOP);
  await server.addApp(OTHER);
  owner = await join(server, SHOP, 'owner', { login: 'owner' });
});
afterAll(() => server.stop());

const signIn = async (login: string, more: object = {}) => {
  const response = await server.app.inject({
    method: 'POST',
    url: '/api/v1/login',
    remoteAddress: newAddress(),
    headers: { 'user-agent': 'Browser/1' },
    payload: { login, password: PASSWORD, ...more },
  });
  return {
    status: response.statusCode,
    body: response.json(),
    header: String(response.headers['set-cookie']),
    page: asPage(cookieOf(response.headers['set-cookie'])),
  };
};
const statusOf = async (path: string, headers: Record<string, string>) => (await server.get(path, headers)).status;
const tokenOf = ({ body }: { body: { path: string } }) => body.path.split('#')[1] as string;
const audit = async (path = '/api/v1/audit') =>
  (await server.get<AuditList>(`${path}?limit=200`, server.asOwner)).body.items;

test('who was invited makes an account, and is told what they may', async () => {
  const invited = await server.post<{ path: string; endsAt: number }>(
    `/api/v1/apps/${SHOP}/invitations`,
    { role: 'viewer' },
    owner,
  );
  expect(invited).toEqual({
    status: 201,
    body: { path: expect.stringMatching(/^\/invitation#[\w-]{43}$/), endsAt: NOW + 7 * DAY_MS },
  });
  const token = tokenOf(invited);
  expect((await server.post('/api/v1/invitations/look', { token })).body).toMatchObject({
    app: { appid: SHOP },
    role: 'viewer',
    login: null,
  });
  const accept = (more: object) => signInBy(server, '/api/v1/invitations/accept', { token, ...more });
  expect((await accept({ login: 'viewer' })).body).toMatchObject({ message: expect.stringContaining('password') });
  expect((await accept({ login: 'a b', password: PASSWORD })).status).toBe(400);
  expect((await accept({ login: 'owner', password: PASSWORD })).body).toMatchObject({ code: 'LOGIN_TAKEN' });
  const { body, page } = await accept({ login: 'viewer', password: PASSWORD });
  expect(body).toEqual({
    id: expect.any(String),
    login: 'viewer',
    isAdministrator: false,
    hasPassword: true,
    hasSecondFactor: false,
    apps: [{ appid: SHOP, name: SHOP, timezone: 'Asia/Shanghai', role: 'viewer' }],
  });
  expect((await accept({ login: 'again', password: PASSWORD })).body).toMatchObject({ code: 'LINK_ENDED' });
  expect((await server.get('/api/v1/apps', page)).body).toEqual([{ appid: SHOP, name: SHOP }]);
});

test('a role is changed and taken away at once, and the last owner stays', async () => {
  const page = await join(server, SHOP, 'viewer', { login: 'guest' });
  const { body: me } = await server.get<{ id: string }>('/api/v1/me', page);
  const configure = () => server.put(`/api/v1/apps/${SHOP}/agent-config`, {}, page);
  const members = `/api/v1/apps/${SHOP}/members`;
  expect((await configure()).body).toMatchObject({
    code: 'NO_ACCESS',
    message: `You are viewer of ${SHOP}, and this needs the role editor.`,
  });
  await server.put(`${members}/${me.id}`, { role: 'editor' }, owner);
  expect((await configure()).status).toBe(200);
  expect((await server.post(`/api/v1/apps/${SHOP}/leave`, {}, owner)).body).toMatchObject({ code: 'LAST_OWNER' });
  await server.post(`${members}/${me.id}/remove`, {}, owner);
  expect(await statusOf(`/api/v1/apps/${SHOP}`, page)).toBe(403);
  expect((await server.get<{ login: string }[]>(members, owner)).body.map(({ login }) => login)).not.toContain('guest');
});

test('an app that is not mine answers as one that is not there', async () => {
  const ask = async (appid: string) => {
    const { status, body } = await server.get<{ message: string }>(`/api/v1/apps/${appid}`, owner);
    return { status, body: { ...body, message: body.message.replace(appid, 'it') } };
  };
  expect(await ask(OTHER)).toEqual(await ask('wx00000000000000ff'));
});

test('a session is seen and ended from another, and a new password ends all others', async () => {
  await join(server, SHOP, 'viewer', { login: 'roamer' });
  const [here, there, elsewhere] = [await signIn('roamer'), await signIn('roamer'), await signIn('roamer')];
  const { body: seen } = await server.get<Session[]>('/api/v1/sessions', here.page);
  expect(seen.filter(({ isThis }) => isThis)).toEqual([
    {
      id: expect.any(String),
      isThis: true,
      createdAt: NOW,
      seenAt: NOW,
      endsAt: NOW + 7 * DAY_MS,
      userAgent: 'Browser/1',
      ip: expect.stringMatching(/^198\.18\./),
    },
  ]);
  const { body: ofThere } = await server.get<Session[]>('/api/v1/sessions', there.page);
  const idOfThere = ofThere.find(({ isThis }) => isThis)?.id;
  expect((await server.post(`/api/v1/sessions/${idOfThere}/end`, {}, owner)).status).toBe(404);
  expect((await server.post(`/api/v1/sessions/${idOfThere}/end`, {}, here.page)).status).toBe(200);
  expect(await statusOf('/api/v1/me', there.page)).toBe(401);
  expect(await statusOf('/api/v1/me', elsewhere.page)).toBe(200);

  const change = (current: string) =>
    server.post('/api/v1/password', { current, password: 'another battery' }, here.page);
  expect((await change('wrong password')).body).toMatchObject({ code: 'WRONG_LOGIN' });
  expect((await change(PASSWORD)).status).toBe(200);
  expect(await statusOf('/api/v1/me', here.page)).toBe(200);
  expect(await statusOf('/api/v1/me', elsewhere.page)).toBe(401);
  expect((await signIn('roamer')).status).toBe(401);
  expect((await signIn('roamer', { password: 'another battery' })).status).toBe(200);
});

test('a session that is not used for a week ends, and one in use after two', async () => {
  const [idle, used] = [await signIn('owner'), await signIn('owner')];
  for (const day of [5, 10]) {
    server.clock.now = NOW + day * DAY_MS;
    expect(await statusOf('/api/v1/me', used.page)).toBe(200);
  }
  expect(await statusOf('/api/v1/me', idle.page)).toBe(401);
  server.clock.now = NOW + 14 * DAY_MS;
  expect(await statusOf('/api/v1/me', used.page)).toBe(401);
  server.clock.now = NOW;
});

test('a second factor is asked for at every sign-in, until it is turned off with a code', async () => {
  await join(server, SHOP, 'viewer', { login: 'careful' });
  const { page } = await signIn('careful');
  const codeOf = (secret: string) =>
    TOTP.generate({ secret: new TOTP({ secret }).secret, timestamp: server.clock.now });
  const post = <T>(path: string, body: object) => server.post<T>(`/api/v1/second-factor${path}`, body, page);

  expect((await post('', { password: 'wrong password' })).body).toMatchObject({ code: 'WRONG_LOGIN' });
  const { body: factor } = await post<{ secret: string }>('', { password: PASSWORD });
  expect((await signIn('careful')).status).toBe(200);
  const { body: confirmed } = await post<{ recoveryCodes: string[] }>('/confirm', { code: codeOf(factor.secret) });
  expect((await server.get('/api/v1/me', page)).body).toMatchObject({ hasSecondFactor: true });

  expect((await signIn('careful')).body).toMatchObject({ code: 'SECOND_FACTOR' });
  expect((await signIn('careful', { code: codeOf(factor.secret) })).body).toMatchObject({ code: 'SECOND_FACTOR' });
  server.clock.now += 30_000;
  expect((await signIn('careful', { code: codeOf(factor.secret) })).status).toBe(200);
  expect((await signIn('careful', { code: confirmed.recoveryCodes[0] })).status).toBe(200);
  expect((await signIn('careful', { code: confirmed.recoveryCodes[0] })).status).toBe(401);

  expect((await post('/disable', { code: 'wrong-recovery-code' })).status).toBe(401);
  expect((await post('/disable', { code: confirmed.recoveryCodes[1] as string })).status).toBe(200);
  expect((await signIn('careful')).status).toBe(200);
  server.clock.now = NOW;
});

test('an API token may do what its scopes and its maker may, for its apps, until it ends', async () => {
  const editor = await join(server, SHOP, 'editor', { login: 'maker' });
  await join(server, OTHER, 'viewer', { page: editor });
  const make = async (more: object) => {
    const { body } = await server.post<NewApiToken>(
      '/api/v1/tokens',
      { name: 'ci', scopes: ['read:reports'], apps: null, days: 30, ...more },
      editor,
    );
    return { ...body, as: { authorization: `Bearer ${body.token}` } };
  };
  const config = `/api/v1/apps/${SHOP}/agent-config`;
  const reader = await make({});
  expect(reader).toMatchObject({ token: expect.stringMatching(/^mlt_[\w-]{43}$/), endsAt: NOW + 30 * DAY_MS });
  expect(await statusOf(config, reader.as)).toBe(200);
  expect((await server.put(config, {}, reader.as)).body).toMatchObject({
    message: 'This API token has not the scope manage. Make one that has.',
  });
  expect((await server.put(config, {}, (await make({ scopes: ['manage'] })).as)).status).toBe(200);

  const ofShop = await make({ apps: [SHOP] });
  expect((await server.get('/api/v1/apps', ofShop.as)).body).toEqual([{ appid: SHOP, name: SHOP }]);
  expect(await statusOf(`/api/v1/apps/${OTHER}`, ofShop.as)).toBe(403);
  expect(await statusOf(`/api/v1/apps/${OTHER}`, reader.as)).toBe(200);
  const ofStranger = { name: 'x', scopes: ['manage'], apps: ['wx00000000000000ff'], days: 1 };
  expect((await server.post('/api/v1/tokens', ofStranger, editor)).status).toBe(403);

  const importer = await make({ scopes: ['import'] });
  const line = JSON.stringify(envelopeOf(app, NOW));
  expect((await server.post(`/v1/import?app=${SHOP}`, line, importer.as)).status).toBe(200);
  expect((await server.post(`/v1/import?app=${SHOP}`, line, reader.as)).status).toBe(403);

  server.clock.now = NOW + 60_000;
  await server.get(config, reader.as);
  const { body: listed } = await server.get<ApiToken[]>('/api/v1/tokens', editor);
  expect(listed.find(({ id }) => id === reader.id)?.usedAt).toBe(NOW);
  expect(JSON.stringify(listed)).not.toContain(reader.token);
  expect((await server.post(`/api/v1/tokens/${reader.id}/end`, {}, owner)).status).toBe(404);
  expect((await server.post(`/api/v1/tokens/${reader.id}/end`, {}, editor)).status).toBe(200);
  expect(await statusOf(config, reader.as)).toBe(401);
  server.clock.now = NOW + 31 * DAY_MS;
  expect(await statusOf(config, ofShop.as)).toBe(401);
  server.clock.now = NOW;
});

test('a token does less as soon as its maker does', async () => {
  const page = await join(server, SHOP, 'viewer', { login: 'fading' });
  const body = { name: 'n', scopes: ['read:reports'], apps: null, days: 1 };
  const { body: made } = await server.post<NewApiToken>('/api/v1/tokens', body, page);
  const as = { authorization: `Bearer ${made.token}` };
  expect(await statusOf(`/api/v1/apps/${SHOP}`, as)).toBe(200);
  await server.post(`/api/v1/apps/${SHOP}/leave`, {}, page);
  expect(await statusOf(`/api/v1/apps/${SHOP}`, as)).toBe(403);
});

test.each<[string, Record<string, string>, number]>([
  ['a page of this server', { 'sec-fetch-site': 'same-origin' }, 200],
  ['a page of this server, over plain HTTP', { origin: 'https://lens.example' }, 200],
  ['a page of another port', { origin: 'https://lens.example:81' }, 403],
  ['a page of another site', { origin: 'https://evil.example' }, 403],
  [
    'a page of another site that claims an origin',
    { 'sec-fetch-site': 'cross-site', origin: 'https://lens.example' },
    403,
  ],
  ['a page of a sibling', { 'sec-fetch-site': 'same-site' }, 403],
  ['a page without an origin', { origin: 'null' }, 403],
  ['something that says nothing', {}, 403],
])('with a cookie %s %j is answered %i to a change', async (_who, headers, status) => {
  const sent = { cookie: owner.cookie, host: 'lens.example', ...headers };
  expect((await server.put(`/api/v1/apps/${SHOP}/agent-config`, {}, sent)).status).toBe(status);
  const accepted = await server.app.inject({
    method: 'POST',
    url: '/api/v1/invitations/accept',
    remoteAddress: newAddress(),
    headers: sent,
    payload: { token: 'x' },
  });
  expect(accepted.json().code).toBe(status === 200 ? 'LINK_ENDED' : 'NO_ACCESS');
  expect((await server.get('/api/v1/me', sent)).status).toBe(200);
});

test('no other page signs anybody in, and a program that is no page may', async () => {
  const body = { login: 'owner', password: PASSWORD };
  expect((await server.post('/api/v1/login', body, { origin: 'https://evil.example' })).status).toBe(403);
  expect((await server.post('/api/v1/login', body)).status).toBe(200);
});

test('the cookie is for this site and no script, and over HTTPS only where people come by it', async () => {
  const { header } = await signIn('owner');
  expect(header).toMatch(/^minilens_login=[\w-]{43}; Max-Age=1209600; Path=\/; HttpOnly; SameSite=Strict$/);
});

test('an administrator invites, lets choose another password, and removes', async () => {
  const users = '/api/v1/users';
  const invited = await server.post<{ path: string }>(users, { login: 'second', isAdministrator: true }, admin);
  const second = await signInBy(server, '/api/v1/invitations/accept', { token: tokenOf(invited), password: PASSWORD });
  expect(second.body).toMatchObject({
    login: 'second',
    isAdministrator: true,
    apps: [{ role: 'owner' }, { role: 'owner' }],
  });

  const secondToken = await server.post<{ token: string }>(
    '/api/v1/tokens',
    { name: 'left behind', scopes: ['read:reports'], apps: null, days: 30 },
    second.page,
  );
  const bearer = { authorization: `Bearer ${secondToken.body.token}` };
  expect(await statusOf('/api/v1/apps', bearer)).toBe(200);
  const reset = await server.post<{ path: string }>(`${users}/second/password`, {}, admin);
  const choose = { token: tokenOf(reset), password: 'a new battery' };
  expect((await server.post('/api/v1/password/reset', choose)).status).toBe(200);
  expect(await statusOf('/api/v1/me', second.page)).toBe(401);
  expect(await statusOf('/api/v1/apps', bearer)).toBe(401);
  expect((await server.post('/api/v1/password/reset', choose)).body).toMatchObject({ code: 'LINK_ENDED' });
  expect((await signIn('second', { password: 'a new battery' })).status).toBe(200);

  const late = await server.post<{ path: string }>(`${users}/second/password`, {}, admin);
  server.clock.now += DAY_MS;
  const tooLate = { token: tokenOf(late), password: 'a new battery' };
  expect((await server.post('/api/v1/password/reset', tooLate)).body).toMatchObject({ code: 'LINK_ENDED' });
  server.clock.now = NOW;

  expect((await server.post(`${users}/second/remove`, {}, admin)).status).toBe(200);
  expect((await signIn('second', { password: 'a new battery' })).status).toBe(401);
  expect((await server.post(`${users}/admin/remove`, {}, admin)).body).toMatchObject({
    message: 'This is the last administrator. Make another one first.',
  });
  const { body: listed } = await server.get<User[]>(users, admin);
  expect(listed.find(({ login }) => login === 'owner')).toEqual({
    login: 'owner',
    isAdministrator: false,
    hasSecondFactor: false,
    createdAt: NOW,
    apps: [{ appid: SHOP, role: 'owner' }],
  });
});

test('it is written down who did what, on what and from where, and no secret of it', async () => {
  server.clock.now = LATER + 1_000;
  await signIn('owner', { password: 'wrong battery' });
  server.clock.now = LATER + 1_500;
  await signIn('wrong battery', { password: 'owner' });
  server.clock.now = LATER + 2_000;
  const secret = await server.post<{ secret: string }>(`/api/v1/apps/${SHOP}/secret`, { overlapSeconds: 60 }, owner);
  server.clock.now = LATER + 3_000;
  await server.post(`/api/v1/apps/${SHOP}/secret`, { overlapSeconds: -1 }, owner);
  const url = `/api/v1/apps/${SHOP}/export?from=2026-11-28&to=2026-11-28&format=ndjson`;
  await server.app.inject({ url, headers: owner });
  server.clock.now = NOW;

  const all = await audit();
  const entry = (more: Partial<AuditEntry>) => ({ at: NOW, app: SHOP, about: '', ip: '127.0.0.1', ...more });
  expect(all.slice(0, 4)).toEqual([
    entry({ at: LATER + 3_000, who: 'owner', action: 'export' }),
    entry({ at: LATER + 2_000, who: 'owner', action: 'rotate_secret' }),
    {
      ...entry({ at: LATER + 1_500, who: 'nobody', action: 'login_refused', app: null }),
      ip: expect.stringMatching(/^198\.18\./),
    },
    {
      ...entry({ at: LATER + 1_000, who: 'nobody', action: 'login_refused', app: null, about: 'owner' }),
      ip: expect.stringMatching(/^198\.18\./),
    },
  ]);
  expect(all).toContainEqual(entry({ who: 'maker (ci)', action: 'configure_agents' }));
  expect(all).toContainEqual(entry({ who: 'command line', action: 'add_app' }));
  expect(all).toContainEqual(entry({ who: 'owner', action: 'change_member', about: 'guest: editor' }));
  const text = JSON.stringify(all);
  for (const secretText of [secret.body.secret, PASSWORD, 'mlt_', 'wrong battery'])
    expect(text).not.toContain(secretText);

  const ofShop = await audit(`/api/v1/apps/${SHOP}/audit`);
  expect(ofShop).toEqual(all.filter(({ app }) => app === SHOP));
  const paged = await server.get<AuditList>('/api/v1/audit?limit=2&offset=1', admin);
  expect(paged.body).toEqual({ total: all.length, items: all.slice(1, 3) });
});

test('the dashboard runs no script but files of its own', async () => {
  const { headers } = await server.app.inject({ url: '/', headers: { accept: 'text/html' } });
  const policy = new Map(
    String(headers['content-security-policy'])
      .split(';')
      .map((part) => part.trim().split(/ (.*)/).slice(0, 2) as [string, string]),
  );
  expect(policy.get('script-src')).toBe("'self'");
  expect(policy.get('script-src-attr')).toBe("'none'");
  expect(policy.get('default-src')).toBe("'self'");
  expect(policy.get('object-src')).toBe("'none'");
  expect(policy.get('base-uri')).toBe("'none'");
  expect(policy.get('frame-ancestors')).toBe("'none'");
  expect(headers['x-content-type-options']).toBe('nosniff');
  expect(headers['referrer-policy']).toBe('no-referrer');
});
