import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { loadSettings } from '../settings.js';
import { join, PASSWORD, signInBy } from '../testing/browser.js';
import { startTestServer, type TestServer } from '../testing/server.js';
import { addUser, dashboardOf, listUsers, removeUser, resetPassword, turnSecondFactorOff } from './users.js';

const NOW = Date.UTC(2026, 10, 29, 4);
const APPID = 'wx00000000000000aa';
const DASHBOARD = 'https://minilens.example.com';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer(NOW);
  await server.addApp(APPID);
});
afterAll(() => server.stop());

const client = {
  request: async (method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown) => {
    const answer = await server.app.inject({
      method,
      url: path,
      headers: { ...server.asOwner, 'content-type': 'application/json' },
      ...(body !== undefined && { payload: JSON.stringify(body) }),
    });
    if (answer.statusCode >= 400) throw new Error(answer.json().message);
    return answer.json();
  },
};

/** What a command prints. */
async function printed(command: Promise<void>): Promise<string> {
  const print = vi.spyOn(console, 'log').mockImplementation(() => {});
  try {
    await command;
    return print.mock.calls.map(([line]) => line).join('\n');
  } finally {
    print.mockRestore();
  }
}

test('an account is invited, helped and removed from the command line', async () => {
  expect(await printed(listUsers(client, {}))).toMatch(/^No account yet/);
  const invited = await printed(addUser(client, DASHBOARD, 'lin', { admin: true }));
  expect(invited).toMatch(
    /^Give this link to lin.*\n\n {2}https:\/\/minilens\.example\.com\/invitation#[\w-]{43}\n\nIt works once, until 2026-12-06T04:00/,
  );
  const token = /#([\w-]+)/.exec(invited)?.[1];
  await signInBy(server, '/api/v1/invitations/accept', { token, password: PASSWORD });
  server.clock.now += 1;
  await join(server, APPID, 'editor', { login: 'ben' });
  expect(await printed(listUsers(client, {}))).toBe(`lin  administrator\nben  editor of ${APPID}`);
  expect(JSON.parse(await printed(listUsers(client, { json: true })))).toHaveLength(2);

  const { url } = JSON.parse(await printed(resetPassword(client, DASHBOARD, 'ben', { json: true })));
  const reset = { token: url.split('#')[1], password: 'another battery' };
  expect(url).toMatch(/^https:\/\/minilens\.example\.com\/password#/);
  expect((await server.post('/api/v1/password/reset', reset)).status).toBe(200);
  expect(await printed(turnSecondFactorOff(client, 'ben', {}))).toBe('ben signs in with the password alone.');
  expect(await printed(removeUser(client, 'ben', {}))).toMatch(/^ben has no account any more/);
  expect(await printed(listUsers(client, {}))).toBe('lin  administrator');
});

test('nobody is invited under a name that is taken, and nobody helped who is not there', async () => {
  await expect(addUser(client, DASHBOARD, 'lin', {})).rejects.toThrow('Somebody is called lin already.');
  await expect(resetPassword(client, DASHBOARD, 'x/y', {})).rejects.toThrow('Nobody here is called x/y.');
  await expect(removeUser(client, 'lin', {})).rejects.toThrow(/last administrator/);
});

test('a link leads where people open the dashboard', () => {
  expect(dashboardOf(loadSettings({ MINILENS_PUBLIC_URL: `${DASHBOARD}/` }, '/nowhere'))).toBe(DASHBOARD);
  expect(dashboardOf(loadSettings({ MINILENS_PORT: '9000' }, '/nowhere'))).toBe('http://127.0.0.1:9000');
});
