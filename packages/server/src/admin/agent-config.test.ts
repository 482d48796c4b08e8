import type { AgentConfig } from '@minilens/wire/agent-config';
import type { NewApp } from '@minilens/wire/report-api';
import { hash } from '@node-rs/argon2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asPage, cookieOf } from '../testing/browser.js';
import { envelopeOf, startTestServer, type TestServer } from '../testing/server.js';
import { readAgentConfig, storeAgentConfig } from './agent-config.js';

const NOW = Date.UTC(2026, 2, 2, 4);
const APPID = 'wx00000000000000aa';
const PATH = `/api/v1/apps/${APPID}/agent-config`;
const NONE = { version: '', values: {} };

let server: TestServer;
let app: NewApp;
beforeAll(async () => {
  server = await startTestServer(NOW);
  app = await server.addApp(APPID);
});
afterAll(() => server.stop());

const versionOf = (values: AgentConfig) => readAgentConfig(storeAgentConfig(values)).version;
const configure = (values: unknown) => server.put(PATH, values, server.asOwner);
const collect = async (config?: string) =>
  (await server.post('/v1/collect', envelopeOf(app, NOW, { ...(config !== undefined && { config }) }))).body;

test('the version tells values apart, not the order they came in', () => {
  const version = versionOf({ off: true, sampling: { call: 0.5, request: 0.1 } });
  expect(version).toMatch(/^[A-Za-z0-9_-]{12}$/);
  expect(versionOf({ sampling: { request: 0.1, call: 0.5 }, off: true })).toBe(version);
  expect(versionOf({ sampling: { request: 0.1, call: 0.4 }, off: true })).not.toBe(version);
  expect(versionOf({ hookApis: ['a', 'b'] })).not.toBe(versionOf({ hookApis: ['b', 'a'] }));
  expect(readAgentConfig(storeAgentConfig({}))).toEqual(NONE);
});

test('an agent is told once it names another version, also that there is none any more', async () => {
  expect((await server.get(PATH, server.asOwner)).body).toEqual(NONE);
  expect(await collect()).toEqual({ accepted: 3, dropped: {} });

  const values = { hookApis: ['*'], sampling: { session: 0.5 } };
  const set = await configure(values);
  expect(set).toEqual({ status: 200, body: { version: versionOf(values), values } });
  expect((await server.get(PATH, server.asOwner)).body).toEqual(set.body);
  expect(await collect()).toEqual({ accepted: 3, dropped: {}, config: set.body });
  expect(await collect('an-older-one')).toEqual({ accepted: 3, dropped: {}, config: set.body });
  expect(await collect(versionOf(values))).toEqual({ accepted: 3, dropped: {} });

  expect((await configure({})).body).toEqual(NONE);
  expect(await collect(versionOf(values))).toEqual({ accepted: 3, dropped: {}, config: NONE });
  expect(await collect('')).toEqual({ accepted: 3, dropped: {} });
});

test('an agent that was switched off asks with an empty batch', async () => {
  const { body: off } = await configure({ off: true });
  const empty = envelopeOf(app, NOW, { events: [], config: versionOf({ off: true }) });
  expect((await server.post('/v1/collect', empty)).body).toEqual({ accepted: 0, dropped: {} });
  expect((await server.post('/v1/collect', { ...empty, config: '' })).body).toEqual({
    accepted: 0,
    dropped: {},
    config: off,
  });
  await configure({});
  expect((await server.post('/v1/collect', empty)).body).toEqual({ accepted: 0, dropped: {}, config: NONE });
});

test('an import brings history and is told nothing', async () => {
  await configure({ off: true });
  const lines = [envelopeOf(app, NOW), envelopeOf(app, NOW, { events: [] })].map((line) => JSON.stringify(line));
  const asApp = { authorization: `Bearer ${app.secret}` };
  expect((await server.post(`/v1/import?app=${APPID}`, lines.join('\n'), asApp)).body).toEqual({
    accepted: 3,
    dropped: {},
  });
  await configure({});
});

test('one app is configured and not the other', async () => {
  const other = await server.addApp('wx00000000000000ab');
  await configure({ off: true });
  expect((await server.post('/v1/collect', envelopeOf(other, NOW))).body).toEqual({ accepted: 3, dropped: {} });
  await configure({});
});

test.each([
  [{ of: true }, '/of is not allowed here'],
  [{ sampling: { pages: 1 } }, '/sampling/pages is not allowed here'],
  [{ sampling: { call: 1.5 } }, '/sampling/call'],
  [{ hookApis: ['wx login'] }, '/hookApis/0'],
  [{ hookApis: 'login' }, '/hookApis'],
  [{ off: 'yes' }, '/off'],
  [[], 'The body'],
  ['', 'The body'],
])('%j is refused, and the refusal names what is wrong', async (values, named) => {
  expect(await configure(values)).toMatchObject({
    status: 400,
    body: { code: 'INVALID_REQUEST', message: expect.stringContaining(named) },
  });
  expect((await server.get(PATH, server.asOwner)).body).toEqual(NONE);
});

test('a member reads and does not write, and neither of an app that is not theirs', async () => {
  const db = await server.openDb();
  const password_hash = await hash('correct horse');
  await db
    .insertInto('users')
    .values({ id: 'm', login: 'member', password_hash, role: 'member', created_at: NOW })
    .execute();
  await db.insertInto('members').values({ user_id: 'm', appid: APPID }).execute();
  await db.destroy();
  const login = await server.app.inject({
    method: 'POST',
    url: '/api/v1/login',
    payload: { login: 'member', password: 'correct horse' },
  });
  const asMember = asPage(cookieOf(login.headers['set-cookie']));

  expect(await server.get(PATH, asMember)).toEqual({ status: 200, body: NONE });
  expect(await server.put(PATH, { off: true }, asMember)).toMatchObject({ status: 403, body: { code: 'NO_ACCESS' } });
  expect(await server.get('/api/v1/apps/wx00000000000000ab/agent-config', asMember)).toMatchObject({ status: 403 });
  expect((await server.get(PATH, server.asOwner)).body).toEqual(NONE);
  expect(await server.put('/api/v1/apps/wx00000000000000ff/agent-config', {}, server.asOwner)).toMatchObject({
    status: 403,
    body: { code: 'NO_ACCESS' },
  });
});
