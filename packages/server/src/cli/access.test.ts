import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startTestServer, type TestServer } from '../testing/server.js';
import {
  allowApp,
  freezeApp,
  limitApp,
  parsePermissions,
  parseQuota,
  parseSpan,
  permitApp,
  revokeTokens,
  rotateSecret,
  showAccess,
  thawApp,
} from './access.js';
import {
  addComponent,
  allowComponent,
  authorizeComponent,
  listComponents,
  pushToComponent,
  rotateComponent,
  showTicket,
  withdrawComponent,
} from './components.js';
import { parseOverlap } from './wechat-keys.js';

const NOW = Date.UTC(2026, 10, 22, 4);
const APPID = 'wx00000000000000aa';
const COMPONENT = 'wx00000000000000cc';

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

test('an app’s access is shown after every change of it', async () => {
  expect(await printed(showAccess(client, APPID, {}))).toMatch(
    /called from {2}anywhere\n {2}permissions {2}all\n {2}quota {8}10000000 calls of one API a day, 100000 a minute\n {2}secret {7}in use$/,
  );
  expect(await printed(allowApp(client, APPID, ['203.0.113.0/24', '::1'], {}))).toContain('203.0.113.0/24, ::1');
  expect(await printed(limitApp(client, APPID, { daily: 9 }))).toContain('quota        9 calls');
  expect(await printed(permitApp(client, APPID, '18', {}))).toContain('permissions  18');
  expect(await printed(freezeApp(client, APPID, {}))).toContain('frozen since 2026-11-22T04:00:00.000Z');
  await printed(thawApp(client, APPID, {}));
  await printed(allowApp(client, APPID, [], { any: true }));
  await printed(permitApp(client, APPID, 'all', {}));
  expect(JSON.parse(await printed(limitApp(client, APPID, { daily: 'default', json: true })))).toEqual({
    addresses: null,
    permissions: null,
    dailyQuota: 10_000_000,
    minuteQuota: 100_000,
    frozenAt: null,
    oldSecretUntil: null,
  });
});

test('a new secret is printed once, and until when the old one works', async () => {
  expect(await printed(rotateSecret(client, APPID, { overlap: 7_200 }))).toMatch(
    /\n {2}[0-9a-f]{32}\n[\s\S]*not shown again[\s\S]*works until 2026-11-22T06:00:00\.000Z/,
  );
  expect(await printed(showAccess(client, APPID, {}))).toContain('the one before works until 2026-11-22T06');
  expect(await printed(rotateSecret(client, APPID, { overlap: 0 }))).toContain('The old one and all tokens ended.');
  expect(await printed(revokeTokens(client, APPID, {}))).toBe(`All tokens of ${APPID} ended.`);
});

test('a service provider is added, authorised, pushed to and let go', async () => {
  expect(await printed(listComponents(client, {}))).toMatch(/No service provider/);
  expect(await printed(addComponent(client, COMPONENT, { name: 'Provider' }))).toMatch(
    /component_appsecret {2}[0-9a-f]{32}\n/,
  );
  expect(await printed(authorizeComponent(client, COMPONENT, APPID, { permissions: [18, 3] }))).toMatch(
    /authorization_code {2}queryauthcode@@@\S+\n[\s\S]*until 2026-11-22T05:00/,
  );
  expect(await printed(listComponents(client, {}))).toBe(`${COMPONENT}  Provider\n  ${APPID}  permissions 3, 18`);
  expect(await printed(showTicket(client, COMPONENT, {}))).toMatch(/^ticket@@@\S+$/);
  expect(await printed(pushToComponent(client, COMPONENT, undefined, {}))).toMatch(/^Nothing is pushed/);
  expect(await printed(pushToComponent(client, COMPONENT, 'https://provider.example/events', {}))).toMatch(
    /provider\.example\/events[\s\S]*token {11}[0-9a-f]{32}\n {2}EncodingAESKey {2}[A-Za-z0-9+/]{43}$/,
  );
  expect(await printed(pushToComponent(client, COMPONENT, undefined, { off: true }))).toMatch(/^Nothing is pushed/);
  expect(await printed(allowComponent(client, COMPONENT, ['203.0.113.7'], {}))).toBe(
    `${COMPONENT} calls from 203.0.113.7.`,
  );
  expect(await printed(rotateComponent(client, COMPONENT, { overlap: 60, json: true }))).toMatch(
    /"oldSecretUntil":\d+/,
  );
  expect(await printed(withdrawComponent(client, COMPONENT, APPID, {}))).toMatch(/does not act for/);
  await expect(withdrawComponent(client, COMPONENT, APPID, {})).rejects.toThrow(/has not authorised/);
});

test('spans, quotas and permission sets are read as people write them', () => {
  expect(['30m', '2h', '7d'].map(parseSpan)).toEqual([1_800, 7_200, 604_800]);
  expect(['90m', '2h', '7d', '48', '1.5', '0'].map(parseOverlap)).toEqual([1.5, 2, 168, 48, 1.5, 0]);
  expect([parseQuota('1000'), parseQuota('default')]).toEqual([1_000, 'default']);
  expect(parsePermissions('18, 3,18')).toEqual([18, 3]);
});

test.each<[() => unknown, RegExp]>([
  [() => parseSpan('2'), /2 is no time\. Write 30m, 2h or 7d/],
  [() => parseOverlap('long'), /long is no time\. Write 30m, 2h or 7d/],
  [() => parseSpan('31d'), /longer than 30 days/],
  [() => parseQuota('0'), /0 is no number of calls/],
  [() => parsePermissions('analysis'), /"analysis" is no permission set/],
])('%s is refused with a sentence', (parse, sentence) => {
  expect(parse).toThrow(sentence);
});

test('who says nothing, or both, is asked what is meant', async () => {
  await expect(allowApp(client, APPID, [], {})).rejects.toThrow(/or say --any/);
  await expect(allowApp(client, APPID, ['::1'], { any: true })).rejects.toThrow(/or say --any/);
  await expect(limitApp(client, APPID, {})).rejects.toThrow(/Say --daily/);
  await expect(addComponent(client, 'me', {})).rejects.toThrow(/me is no AppID/);
  await expect(pushToComponent(client, COMPONENT, 'https://a.example', { off: true })).rejects.toThrow(/Name a URL/);
});
