import type { NewApp } from '@minilens/wire/report-api';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createAccounts } from '../admin/accounts.js';
import { createMembers } from '../admin/members.js';
import { createSessions } from '../admin/sessions.js';
import { createSealedColumns } from '../db/sealed-columns.js';
import { asPage } from '../testing/browser.js';
import { startTestServer, type TestServer } from '../testing/server.js';
import { createPushSettings } from './push-settings.js';

/** 2026-03-02 12:30 in Shanghai. */
const NOW = Date.UTC(2026, 2, 2, 4, 30);
const TOKEN = 'Tea4Mountains';
const KEY = 'k'.repeat(43);
const UPSTREAM = 'https://shop.example/wechat';

let server: TestServer;
let address: string;
beforeAll(async () => {
  server = await startTestServer(NOW, { MINILENS_PUBLIC_URL: 'https://lens.example' });
  address = await server.listen();
});
afterAll(() => server.stop());

/** Every test has an app of its own. */
let app: NewApp;
let apps = 0;
beforeEach(async () => {
  app = await server.addApp(`wx00000000000000${String(++apps).padStart(2, '0')}`);
});

const pathOf = (appid = app.appid) => `/api/v1/apps/${appid}/push/settings`;
const read = async () => (await server.get(pathOf(), server.asOwner)).body;
const change = (wanted: object) => server.put(pathOf(), wanted, server.asOwner);

const none = () => ({
  ...{ url: `https://lens.example/push/${app.appid}`, upstream: null, format: 'xml', mode: 'plain' },
  ...{ hasToken: false, hasKey: false, coverLate: false, keepContent: false },
});

test('nothing is passed on until its owner says where to; what is not named stays', async () => {
  expect(await read()).toEqual(none());
  const set = { ...none(), upstream: UPSTREAM, mode: 'safe', hasToken: true, hasKey: true };
  expect(await change({ upstream: UPSTREAM, mode: 'safe', token: TOKEN, encodingAesKey: KEY })).toEqual({
    status: 200,
    body: set,
  });
  expect((await change({ format: 'json', coverLate: true })).body).toEqual({ ...set, format: 'json', coverLate: true });
  expect((await change({ keepContent: true, token: null })).body).toMatchObject({ hasToken: false, hasKey: true });
  expect((await change({ upstream: null })).body).toMatchObject({ upstream: null, hasKey: true, format: 'json' });
  expect((await change({})).body).toEqual(await read());
});

test.each([
  [{ upstream: 'ftp://shop.example' }, /upstream/],
  [{ upstream: 'http://' }, /is no URL/],
  [{ upstream: 'https://me:word@shop.example/' }, /user or a password/],
  [{ upstream: 'https://shop.example/#x' }, /holds a #/],
  [{ token: 'no' }, /token/],
  [{ token: 'with-dash' }, /token/],
  [{ encodingAesKey: 'k'.repeat(42) }, /encodingAesKey/],
  [{ mode: 'open' }, /mode/],
  [{ colour: 'red' }, /colour/],
])('%j is refused', async (wanted, words) => {
  expect(await change(wanted)).toMatchObject({
    status: 400,
    body: { code: 'INVALID_REQUEST', message: expect.stringMatching(words) },
  });
  expect(await read()).toEqual(none());
});

test('the server itself is no back end, neither under its public name nor where it listens', async () => {
  for (const origin of ['https://lens.example', address])
    expect(await change({ upstream: `${origin}/push/wx00000000000000bb` })).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('this server itself') },
    });
  expect((await change({ upstream: 'https://lens.example:8443/wechat' })).status).toBe(200);
});

test('an editor changes all but where messages go, which only an administrator says', async () => {
  await change({ upstream: UPSTREAM });
  const db = await server.openDb();
  const now = () => NOW;
  const editor = await createAccounts(db, now).create(db, { login: 'editor', role: 'member', passwordHash: '' });
  await createMembers(db, now).add(db, editor.id, app.appid, 'editor');
  const login = await createSessions(db, now).open(editor, { ip: '127.0.0.1', userAgent: '' });
  await db.destroy();
  const asEditor = asPage(`minilens_login=${login}`);
  const said = (wanted: object) => server.put(pathOf(), wanted, asEditor);
  expect(await said({ upstream: UPSTREAM, coverLate: true })).toMatchObject({ status: 200, body: { coverLate: true } });
  expect(await said({ upstream: 'http://127.0.0.1:9/', mode: 'safe' })).toMatchObject({
    status: 403,
    body: { code: 'NO_ACCESS' },
  });
  expect((await said({ upstream: null })).body).toMatchObject({ upstream: null, mode: 'plain' });
  expect((await said({ upstream: UPSTREAM })).status).toBe(403);
});

test('they are for owners, about their apps', async () => {
  expect((await server.get(pathOf())).status).toBe(401);
  expect((await server.put(pathOf(), {})).status).toBe(401);
  expect((await server.get(pathOf(), { authorization: `Bearer ${app.secret}` })).status).toBe(401);
  expect((await server.get(pathOf('wx00000000000000ff'), server.asOwner)).status).toBe(403);
});

test('secrets are kept sealed, each in its place, and with another key they are lost and said to be', async () => {
  await change({ upstream: UPSTREAM, token: TOKEN, encodingAesKey: KEY });
  const db = await server.openDb();
  const row = await db.selectFrom('push_settings').selectAll().where('appid', '=', app.appid).executeTakeFirstOrThrow();
  expect(JSON.stringify(row)).not.toMatch(new RegExp(`${TOKEN}|${KEY}`));

  const other = createPushSettings(db, createSealedColumns(Buffer.alloc(32, 7)), () => NOW);
  expect(await other.lost()).toContain(app.appid);
  await expect(other.inForce(app.appid)).rejects.toMatchObject({ code: 'OTHER_SECRET_KEY' });
  // What has no secret is lost to nobody.
  await other.change(app.appid, { token: null, encodingAesKey: null });
  expect(await other.lost()).not.toContain(app.appid);
  expect(await other.inForce(app.appid)).toMatchObject({ token: undefined, encodingAesKey: undefined });
  await db.destroy();
});

test('what is in force is remembered for seconds, and is the same object until it changes', async () => {
  const db = await server.openDb();
  const sealed = createSealedColumns(Buffer.alloc(32, 1));
  let now = NOW;
  const [ours, others] = [createPushSettings(db, sealed, () => now), createPushSettings(db, sealed, () => now)];
  expect(await ours.inForce(app.appid)).toBeUndefined();
  await ours.change(app.appid, { upstream: UPSTREAM, token: TOKEN, encodingAesKey: KEY, coverLate: true });
  const first = await ours.inForce(app.appid);
  expect(first).toEqual({
    ...{ upstream: new URL(UPSTREAM), format: 'xml', mode: 'plain', coverLate: true, keepContent: false },
    ...{ token: TOKEN, encodingAesKey: KEY },
  });
  // Another process changes it, which this one learns in a while.
  await others.change(app.appid, { mode: 'safe' });
  expect(await ours.inForce(app.appid)).toBe(first);
  now += 6_000;
  const second = await ours.inForce(app.appid);
  expect(second).toMatchObject({ mode: 'safe', token: TOKEN });
  now += 6_000;
  expect(await ours.inForce(app.appid)).toBe(second);
  expect(await ours.inForce('wx00000000000000ff')).toBeUndefined();
  await ours.change(app.appid, { upstream: null });
  expect(await ours.inForce(app.appid)).toBeUndefined();
  await db.destroy();
});
