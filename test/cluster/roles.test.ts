import { writeFileSync } from 'node:fs';
import type { NewApp } from '@minilens/wire/report-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '../../packages/server/src/testing/postgres.js';
import { runMinilensWith, type ServerProcess, startServer } from '../process/server-process.js';
import { type Machines, startMachines } from './machines.js';

const APPID = 'wx00000000000000aa';
const PASSWORD = 'correct horse battery';

let machines: Machines;
const processes: Record<string, ServerProcess> = {};
const start = async (name: string, role: string) => {
  processes[name] = await startServer(machines.directory(name), { env: machines.env, args: ['--role', role] });
};
const urlOf = (name: string) => processes[name]?.url ?? expect.fail(`${name} is not up`);

beforeAll(async () => {
  machines = await startMachines();
  // All at once on an empty database: each brings it to its schema.
  await Promise.all([start('collect', 'collect'), start('report-1', 'report'), start('report-2', 'report')]);
  await Promise.all([start('jobs-1', 'jobs'), start('jobs-2', 'jobs')]);
}, 240_000);
afterAll(async () => {
  await Promise.all(Object.values(processes).map((process) => process.kill()));
  await machines?.remove();
});

const minilens = (name: string, ...args: string[]) => runMinilensWith(machines.env, machines.directory(name), ...args);
const post = (url: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(url, { method: 'POST', body: JSON.stringify(body), headers });

test.each([
  ['collect', 'GET', '/api/v1/apps', /process has the role collect and serves \/v1\/collect, \/v1\/import and \/push/],
  ['collect', 'GET', '/cgi-bin/token?grant_type=client_credential', /role collect/],
  ['collect', 'GET', '/', /role collect/],
  ['report-1', 'POST', '/v1/collect', /process has the role report and serves \/api\/v1/],
  ['jobs-1', 'POST', '/v1/collect', /role jobs/],
  ['jobs-1', 'GET', '/api/v1/apps', /role jobs/],
])('%s answers %s %s with a sentence that names its role', async (name, method, path, sentence) => {
  const response = await fetch(urlOf(name) + path, { method });
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({
    code: 'OTHER_ROLE',
    retry: true,
    message: expect.stringMatching(sentence),
  });
});

test.each(['collect', 'report-1', 'jobs-1'])('%s says how it is', async (name) => {
  expect((await fetch(`${urlOf(name)}/healthz`)).status).toBe(200);
  expect((await fetch(`${urlOf(name)}/readyz`)).status).toBe(200);
  expect(await (await fetch(`${urlOf(name)}/metrics`)).text()).toContain('minilens_spool_batches');
});

test('a setup link works at any report process, once, and so does the login it gives', async () => {
  const link = new URL(processes['report-2']?.setupLink ?? expect.fail('No setup link was printed'));
  const body = { login: 'owner', password: PASSWORD, token: link.searchParams.get('token') };
  const made = await post(`${urlOf('report-1')}/api/v1/setup`, body);
  expect(made.status).toBe(200);
  const cookie = String(made.headers.get('set-cookie')).split(';')[0] as string;
  expect(await (await fetch(`${urlOf('report-2')}/api/v1/me`, { headers: { cookie } })).json()).toMatchObject({
    login: 'owner',
    apps: [],
  });
  expect(await (await post(`${urlOf('report-2')}/api/v1/setup`, body)).json()).toMatchObject({ code: 'SETUP_DONE' });
});

test('a command does its work at the process of its data directory, or says why that cannot', async () => {
  const app: NewApp = JSON.parse(await minilens('report-1', 'app', 'add', APPID, '--json'));
  const at = Date.now() - 60_000;
  const envelope = {
    v: 1,
    app: app.appid,
    key: app.key,
    agent: 'test',
    sentAt: at,
    session: { id: 'session-1', startAt: at, user: 'user-00000001' },
    device: {},
    events: [{ n: 1, at, kind: 'call', name: 'scanCode', outcome: 'fail' }],
  };
  const file = `${machines.directory('collect')}/history.ndjson`;
  writeFileSync(file, `${JSON.stringify(envelope)}\n`);
  expect(JSON.parse(await minilens('collect', 'import', file, '--app', APPID, '--json'))).toMatchObject({
    accepted: 1,
  });
  await expect(minilens('report-1', 'import', file, '--app', APPID)).rejects.toThrow(/role report and serves/);
  await expect(minilens('collect', 'app', 'list')).rejects.toThrow(/role collect and serves/);

  const days = ['--from', dayOf(at - 86_400_000), '--to', dayOf(at + 86_400_000)];
  await expect
    .poll(async () => JSON.parse(await minilens('jobs-1', 'rollup', '--app', APPID, ...days, '--json')), {
      timeout: 120_000,
    })
    .toMatchObject({ hours: 1 });
  await expect(minilens('collect', 'rollup', '--app', APPID, ...days)).rejects.toThrow(/role collect and serves/);
  expect(await minilens('collect', 'doctor')).toContain('event store');
});

test('only one of two jobs processes runs the jobs, and the other goes on when it is killed', async () => {
  const leaders = () =>
    run(machines.databaseUrl, "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = 1 AND granted");
  await expect.poll(leaders, { timeout: 30_000 }).toHaveLength(1);
  await processes['jobs-1']?.kill();
  await expect.poll(leaders, { timeout: 30_000 }).toHaveLength(1);
  await processes['jobs-2']?.kill();
  await expect.poll(leaders, { timeout: 30_000 }).toHaveLength(0);
}, 240_000);

/** As Shanghai says it. */
const dayOf = (at: number) => new Date(at + 8 * 3_600_000).toISOString().slice(0, 10);
