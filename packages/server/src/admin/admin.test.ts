import { afterAll, beforeAll, expect, test } from 'vitest';
import { asPage, PASSWORD } from '../testing/browser.js';
import { startTestServer, type TestServer } from '../testing/server.js';

const NOW = Date.UTC(2026, 2, 2, 4);

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer(NOW);
});
afterAll(() => server.stop());

/** Signs in as a browser does and gives the cookie. */
async function cookieFrom(
  path: string,
  payload: object,
): Promise<{ status: number; cookie: string; attributes: string }> {
  const response = await server.app.inject({ method: 'POST', url: path, payload });
  const header = String(response.headers['set-cookie'] ?? '');
  return { status: response.statusCode, cookie: header.split(';')[0] as string, attributes: header };
}

test('the first account needs the link from the terminal, and is made once', async () => {
  expect((await server.get('/api/v1/setup')).body).toEqual({ needed: true });
  const body = { login: 'owner', password: PASSWORD };
  expect(await server.post('/api/v1/setup', { ...body, token: 'guess' })).toMatchObject({
    status: 403,
    body: { code: 'SETUP_TOKEN' },
  });
  expect(await server.post('/api/v1/setup', { ...body, password: 'short', token: 'guess' })).toMatchObject({
    status: 400,
    body: { code: 'INVALID_REQUEST', message: expect.stringContaining('/password') },
  });

  const token = new URL(`http://x${server.setupPath}`).searchParams.get('token');
  const made = await cookieFrom('/api/v1/setup', { ...body, token });
  expect(made.status).toBe(200);
  expect(made.attributes).toMatch(/HttpOnly.*SameSite=Strict/);
  expect((await server.get('/api/v1/me', { cookie: made.cookie })).body).toEqual({
    id: expect.any(String),
    login: 'owner',
    isAdministrator: true,
    hasPassword: true,
    hasSecondFactor: false,
    apps: [],
  });

  expect(await server.post('/api/v1/setup', { ...body, token })).toMatchObject({
    status: 409,
    body: { code: 'SETUP_DONE' },
  });
  expect((await server.get('/api/v1/setup')).body).toEqual({ needed: false });
});

test('signing in needs the right password, and signing out ends it', async () => {
  expect(await server.post('/api/v1/login', { login: 'owner', password: 'wrong' })).toMatchObject({
    status: 401,
    body: { code: 'WRONG_LOGIN' },
  });
  expect(await server.post('/api/v1/login', { login: 'nobody', password: PASSWORD })).toMatchObject({
    status: 401,
    body: { code: 'WRONG_LOGIN' },
  });
  const { cookie } = await cookieFrom('/api/v1/login', { login: 'owner', password: PASSWORD });
  expect((await server.get('/api/v1/me', { cookie })).status).toBe(200);
  await server.post('/api/v1/logout', {}, asPage(cookie));
  expect((await server.get('/api/v1/me', { cookie })).status).toBe(401);
});

test('a login ends by itself after two weeks', async () => {
  const { cookie } = await cookieFrom('/api/v1/login', { login: 'owner', password: PASSWORD });
  server.clock.now += 15 * 86_400_000;
  expect((await server.get('/api/v1/me', { cookie })).status).toBe(401);
  server.clock.now = NOW;
});

test('an app is added once, its secret shown once, its key again', async () => {
  const { cookie } = await cookieFrom('/api/v1/login', { login: 'owner', password: PASSWORD });
  const added = await server.post<Record<string, string>>(
    '/api/v1/apps',
    { appid: 'wx00000000000000aa', name: 'Shop' },
    asPage(cookie),
  );
  expect(added).toMatchObject({
    status: 201,
    body: {
      appid: 'wx00000000000000aa',
      name: 'Shop',
      secret: expect.stringMatching(/^[0-9a-f]{32}$/),
      key: expect.stringMatching(/^k_/),
    },
  });
  expect(await server.post('/api/v1/apps', { appid: 'wx00000000000000aa' }, asPage(cookie))).toMatchObject({
    status: 409,
    body: { code: 'APP_EXISTS' },
  });
  expect(await server.post('/api/v1/apps', { appid: 'shop' }, asPage(cookie))).toMatchObject({
    status: 400,
    body: { message: expect.stringContaining('/appid') },
  });
  const detail = await server.get('/api/v1/apps/wx00000000000000aa', { cookie });
  expect(detail.body).toMatchObject({ key: added.body.key, timezone: 'Asia/Shanghai', lastEventAt: null });
  expect(JSON.stringify(detail.body)).not.toContain(added.body.secret);
});

test.each([
  ['GET', '/api/v1/me'],
  ['GET', '/api/v1/apps'],
  ['POST', '/api/v1/apps'],
  ['GET', '/api/v1/apps/wx00000000000000aa'],
  ['GET', '/api/v1/apps/wx00000000000000aa/interfaces?from=2026-03-01&to=2026-03-01'],
  ['GET', '/api/v1/apps/wx00000000000000aa/interfaces/scanCode?from=2026-03-01&to=2026-03-01'],
  ['GET', '/api/v1/apps/wx00000000000000aa/interfaces/scanCode/records?from=2026-03-01&to=2026-03-01'],
  ['GET', '/api/v1/apps/wx00000000000000aa/agent-config'],
  ['PUT', '/api/v1/apps/wx00000000000000aa/agent-config'],
  ['POST', '/api/v1/apps/wx00000000000000aa/rollup'],
  ['GET', '/api/v1/doctor'],
] as const)('a stranger is told nothing by %s %s', async (method, url) => {
  const payload = {
    GET: undefined,
    POST: { appid: 'wx00000000000000af', from: '2026-03-01', to: '2026-03-01' },
    PUT: { off: true },
  }[method];
  const response = await server.app.inject({
    method,
    url,
    headers: { authorization: 'Bearer guess', cookie: 'minilens_login=guess' },
    ...(payload && { payload }),
  });
  expect([response.statusCode, response.json().code]).toEqual([401, 'NOT_SIGNED_IN']);
});

test('an app that is not there looks like one that is not yours', async () => {
  expect(await server.get('/api/v1/apps/wx00000000000000ff', server.asOwner)).toMatchObject({
    status: 403,
    body: { code: 'NO_ACCESS' },
  });
});

test('guessing passwords is slowed down', async () => {
  const tries = await Promise.all(
    Array.from({ length: 15 }, () => server.post('/api/v1/login', { login: 'owner', password: 'guess' })),
  );
  expect(tries.map((entry) => entry.status)).toContain(429);
  expect(tries.find((entry) => entry.status === 429)?.body).toMatchObject({ code: 'TOO_MANY_REQUESTS', retry: true });
});

test('the description of the report API names every path with its answer', async () => {
  const { body } = await server.get<{ paths: Record<string, object> }>('/api/v1/openapi.json');
  expect(Object.keys(body.paths)).toEqual(
    expect.arrayContaining([
      '/v1/collect',
      '/v1/import',
      '/api/v1/apps/{app}/agent-config',
      '/api/v1/apps/{app}/interfaces',
      '/api/v1/apps/{app}/interfaces/{name}/records',
    ]),
  );
  expect(Object.keys(body.paths).some((path) => path.startsWith('/cgi-bin'))).toBe(false);
});

test('an unknown path says so', async () => {
  expect(await server.get('/api/v1/nothing')).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
});
