import type { NewApp } from '@minilens/wire/report-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDatabase, run } from '../../packages/server/src/testing/postgres.js';
import { type ServerInTest, startServerInTest } from '../process/server-in-test.js';
import { type Machines, startMachines } from './machines.js';

let machines: Machines;
let server: ServerInTest;
beforeAll(async () => {
  machines = await startMachines();
}, 240_000);
afterAll(async () => {
  await server?.close();
  await machines?.remove();
});

const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(server.url + path, { method: 'POST', body: JSON.stringify(body), headers });
const asOwner = () => ({ authorization: `Bearer ${server.localToken}` });

let sessions = 0;
const batchOf = (app: { appid: string; key: string }) => {
  const at = Date.now() - 5_000;
  return {
    v: 1,
    app: app.appid,
    key: app.key,
    agent: 'test',
    sentAt: Date.now(),
    session: { id: `session-${++sessions}`, startAt: at, user: 'user-00000001' },
    device: {},
    events: [{ n: 1, at, kind: 'call', name: 'scanCode', outcome: 'success' }],
  };
};

test('a server whose database is away from the start answers when it is there', async () => {
  await machines.postgres.kill();
  server = await startServerInTest(machines.directory('one'), machines.env);
  const refused = await post('/api/v1/apps', { appid: 'wx00000000000000aa' }, asOwner());
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, expect.stringMatching(/^\d+$/)]);
  expect(await refused.json()).toMatchObject({ code: 'DATABASE_DOWN', retry: true });
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);

  await machines.postgres.start();
  expect((await post('/api/v1/apps', { appid: 'wx00000000000000aa' }, asOwner())).status).toBe(201);
});

test('while the database is away, known apps are collected for, and all of it is counted when it is back', async () => {
  const added = await post('/api/v1/apps', { appid: 'wx00000000000000ab' }, asOwner());
  const app = (await added.json()) as NewApp;
  expect((await post('/v1/collect', batchOf(app))).status).toBe(200);

  await machines.postgres.kill();
  // Longer than an app is remembered without a look at the database.
  server.moveClock(60_000);
  for (let i = 0; i < 3; i++)
    expect(await (await post('/v1/collect', batchOf(app))).json()).toMatchObject({ accepted: 1 });
  const unknown = await post('/v1/collect', batchOf({ appid: 'wx00000000000000ff', key: 'k_none' }));
  expect([unknown.status, await unknown.json()]).toEqual([
    503,
    expect.objectContaining({ code: 'DATABASE_DOWN', retry: true }),
  ]);
  const login = await post('/api/v1/login', { login: 'owner', password: 'some password' });
  expect(login.status).toBe(503);
  const ready = await fetch(`${server.url}/readyz`);
  expect([ready.status, await ready.json()]).toEqual([
    503,
    expect.objectContaining({ status: expect.stringContaining('accounts database') }),
  ]);
  expect(
    await (
      await fetch(`${server.url}/cgi-bin/token?grant_type=client_credential&appid=${app.appid}&secret=${app.secret}`)
    ).json(),
  ).toMatchObject({ errcode: -1 });

  await machines.postgres.start();
  await expect.poll(async () => (await fetch(`${server.url}/readyz`)).status, { timeout: 30_000 }).toBe(200);
  const range = `from=${encodeURIComponent(new Date(Date.now() - 3_600_000).toISOString())}&to=${encodeURIComponent(new Date(Date.now() + 3_600_000).toISOString())}`;
  const countCalls = async () => {
    const report = await fetch(`${server.url}/api/v1/apps/${app.appid}/interfaces?${range}`, { headers: asOwner() });
    const { items } = (await report.json()) as { items: { calls: number }[] };
    return items.map(({ calls }) => calls);
  };
  await expect.poll(countCalls, { timeout: 60_000, interval: 500 }).toEqual([4]);
});

test.each([
  [
    'no such database',
    () => machines.databaseUrl.replace(/minilens_\w+$/, 'minilens_nowhere'),
    /"minilens_nowhere" does not exist/,
  ],
  [
    'a user without rights',
    () => machines.databaseUrl.replace('//minilens@', '//nobody:hunter2@'),
    /"nobody" does not exist/,
  ],
])('%s stops the start with a sentence that names the setting and no password', async (_name, url, sentence) => {
  const starting = startServerInTest(machines.directory('refused'), { ...machines.env, MINILENS_DATABASE_URL: url() });
  await expect(starting).rejects.toThrow(sentence);
  await expect(starting).rejects.toThrow(/^(?!.*hunter2)MINILENS_DATABASE_URL /);
});

test('a start that fails for another reason leaves no connection behind', async () => {
  const url = await createDatabase(machines.postgres.url);
  const tls = { MINILENS_TLS_CERT: '/nowhere', MINILENS_TLS_KEY: '/nowhere' };
  const starting = startServerInTest(machines.directory('failed'), { MINILENS_DATABASE_URL: url, ...tls });
  await expect(starting).rejects.toThrow('MINILENS_TLS_CERT names /nowhere');
  const { pathname } = new URL(url);
  const connections = `SELECT pid FROM pg_stat_activity WHERE datname = '${pathname.slice(1)}'`;
  // One that is left in the pool stays for 10 s.
  await expect.poll(() => run(machines.postgres.url, connections), { timeout: 5_000 }).toEqual([]);
});
