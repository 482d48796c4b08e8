import { afterAll, beforeAll, expect, test } from 'vitest';
import { asPage, cookieOf, join, newAddress, PASSWORD, type PageHeaders } from '../testing/browser.js';
import { startTestServer, type TestServer } from '../testing/server.js';
import { CLIENT, startProvider, type TestProvider } from './oidc-provider.fixture.js';

/** The provider's own clock is the machine's. */
const NOW = Date.now();
const PUBLIC_URL = 'https://minilens.example.com';
const CALLBACK = `${PUBLIC_URL}/api/v1/oidc/callback`;
const SHOP = 'wx00000000000000aa';
const OTHER = 'wx00000000000000bb';

let provider: TestProvider;
let server: TestServer;
beforeAll(async () => {
  provider = await startProvider(CALLBACK);
  server = await startTestServer(NOW, {
    MINILENS_PUBLIC_URL: PUBLIC_URL,
    MINILENS_OIDC_ISSUER: provider.issuer,
    MINILENS_OIDC_CLIENT_ID: CLIENT.id,
    MINILENS_OIDC_CLIENT_SECRET: CLIENT.secret,
  });
  for (const appid of [SHOP, OTHER]) await server.addApp(appid);
});
afterAll(async () => {
  await server.stop();
  await provider.close();
});

const invite = async (role: string, appid = SHOP) => {
  const path = `/api/v1/apps/${appid}/invitations`;
  return (await server.post<{ path: string }>(path, { role }, server.asOwner)).body.path.split('#')[1] as string;
};

/** Begins, as a page does; gives where the browser goes, and the cookie that holds what was begun. */
async function begin(body: object = {}, page: Record<string, string> = {}) {
  const response = await server.app.inject({
    method: 'POST',
    url: '/api/v1/oidc/start',
    remoteAddress: newAddress(),
    headers: page,
    payload: body,
  });
  const header = String(response.headers['set-cookie']);
  return { status: response.statusCode, body: response.json(), header, cookie: header.split(';')[0] as string };
}

/** What the provider's answer leads to. */
async function comeBack(answer: URL, cookie: string) {
  const response = await server.app.inject({
    url: answer.pathname + answer.search,
    remoteAddress: newAddress(),
    headers: { cookie },
  });
  const header = response.headers['set-cookie'];
  return { to: response.headers.location, page: asPage(cookieOf(header)), header: String(header) };
}

async function signIn(subject: string, body: object = {}, page: PageHeaders | undefined = undefined) {
  const { body: begun, cookie } = await begin(body, page);
  return comeBack(await provider.signIn(begun.url, subject), cookie);
}

const me = async (page: PageHeaders) => (await server.get('/api/v1/me', page)).body;

test('a stranger is sent back, and has no account', async () => {
  expect(await server.get('/api/v1/oidc')).toMatchObject({ body: { isOffered: true } });
  const { to, page } = await signIn('stranger');
  expect(to).toBe('/login?refused=not_invited');
  expect(page.cookie).toBe('');
  expect((await server.get<unknown[]>('/api/v1/users', server.asOwner)).body).toEqual([]);
});

test('who was invited has an account by it, and signs in without an invitation from then on', async () => {
  const token = await invite('editor');
  const first = await signIn('lin:1', { invitation: token });
  expect(first.to).toBe('/');
  expect(first.header).toMatch(/minilens_login=[^;]+; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Strict/);
  const account = {
    login: 'lin',
    hasPassword: false,
    isAdministrator: false,
    apps: [{ appid: SHOP, name: SHOP, role: 'editor' }],
  };
  expect(await me(first.page)).toMatchObject(account);
  expect((await begin({ invitation: token })).body).toMatchObject({ code: 'LINK_ENDED' });
  const again = await signIn('lin:1');
  expect(await me(again.page)).toMatchObject(account);
  await signIn('lin:1', { invitation: await invite('viewer', OTHER) });
  expect(await me(again.page)).toMatchObject({ apps: [{ role: 'editor' }, { appid: OTHER, role: 'viewer' }] });
});

test('an account without a password is entered with none', async () => {
  for (const password of ['', 'undefined', 'null'])
    expect((await server.post('/api/v1/login', { login: 'lin', password })).status).not.toBe(200);
});

test('somebody else of the same name is somebody else', async () => {
  const { page } = await signIn('lin:2', { invitation: await invite('viewer') });
  expect(await me(page)).toMatchObject({ login: 'lin-2', apps: [{ role: 'viewer' }] });
});

test('who has a password links the provider to their account, and nobody links it twice', async () => {
  const page = await join(server, SHOP, 'owner', { login: 'ada' });
  expect((await begin({ link: true })).status).toBe(401);
  const link = { link: true, password: PASSWORD };
  expect((await signIn('ada@work', link, page)).to).toBe('/');
  expect(await me((await signIn('ada@work')).page)).toMatchObject({ login: 'ada', hasPassword: true });
  expect((await signIn('lin:1', link, page)).to).toBe('/login?refused=in_use');
});

test('linking needs the password, and the session that asked for it', async () => {
  const page = await join(server, SHOP, 'owner', { login: 'bea' });
  expect((await begin({ link: true }, page)).body).toMatchObject({ code: 'INVALID_REQUEST' });
  expect((await begin({ link: true, password: 'not mine' }, page)).body).toMatchObject({ code: 'WRONG_LOGIN' });

  const { body, cookie } = await begin({ link: true, password: PASSWORD }, page);
  const answer = await provider.signIn(body.url, 'bea@work');
  await server.post('/api/v1/logout', {}, page);
  expect((await comeBack(answer, cookie)).to).toBe('/login?refused=expired');
  expect((await signIn('bea@work')).to).toBe('/login?refused=not_invited');
});

test('a password that was reset ends what was linked', async () => {
  const page = await join(server, SHOP, 'owner', { login: 'cyd' });
  expect((await signIn('cyd@work', { link: true, password: PASSWORD }, page)).to).toBe('/');
  const { body } = await server.post<{ path: string }>('/api/v1/users/cyd/password', {}, server.asOwner);
  const reset = { token: body.path.split('#')[1], password: 'a new battery' };
  expect((await server.post('/api/v1/password/reset', reset)).status).toBe(200);
  expect((await signIn('cyd@work')).to).toBe('/login?refused=not_invited');
});

test('an answer counts for what this browser began, once, and not for long', async () => {
  const [mine, other] = [await begin(), await begin()];
  const answer = await provider.signIn(mine.body.url, 'lin:1');
  expect((await comeBack(answer, other.cookie)).to).toBe('/login?refused=failed');
  expect((await comeBack(answer, '')).to).toBe('/login?refused=expired');
  expect((await comeBack(answer, 'minilens_oidc=v1.forged')).to).toBe('/login?refused=expired');
  server.clock.now = NOW + 10 * 60_000;
  expect((await comeBack(answer, mine.cookie)).to).toBe('/login?refused=expired');
  server.clock.now = NOW;
  expect((await comeBack(answer, mine.cookie)).to).toBe('/');
  expect((await comeBack(answer, mine.cookie)).to).toBe('/login?refused=failed');
});

test('what was begun stays with the browser, sealed, and over HTTPS', async () => {
  const { header, body, cookie } = await begin();
  expect(header).toMatch(
    /^minilens_oidc=v1\.[^;]+; Max-Age=600; Path=\/api\/v1\/oidc\/callback; HttpOnly; Secure; SameSite=Lax$/,
  );
  const asked = new URL(body.url).searchParams;
  expect(Object.fromEntries(asked)).toMatchObject({
    redirect_uri: CALLBACK,
    response_type: 'code',
    code_challenge_method: 'S256',
    state: expect.stringMatching(/.{32}/),
    nonce: expect.stringMatching(/.{32}/),
  });
  expect(cookie).not.toContain(asked.get('state'));
  expect((await begin({}, { origin: 'https://evil.example' })).status).toBe(403);
});
