import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ordinaryBatch } from '@minilens/simulator/ordinary-batch';
import { createSeededRandom } from '@minilens/simulator/seeded-random';
import type { InterfaceList, NewApp } from '@minilens/wire/report-api';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type ServerInTest, startServerInTest } from './process/server-in-test.js';

/** Events of one ordinary batch, and how many of them are calls. */
const [EVENTS, CALLS] = [20, 5];

let data: string;
let disk: string | undefined;
let server: ServerInTest | undefined;
beforeEach(() => {
  // LMDB prints every write that fails.
  vi.spyOn(console, 'error').mockImplementation(() => {});
  data = mkdtempSync(join(tmpdir(), 'minilens-disk-'));
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  if (disk !== undefined) execFileSync('umount', [disk]);
  disk = undefined;
  rmSync(data, { recursive: true, force: true });
  vi.restoreAllMocks();
});

/** A disk of its own at that place. Skips the test where this user may not have one. */
function mountDisk(path: string, megabytes: number, skip: (why: string) => void) {
  mkdirSync(path, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path], { stdio: 'pipe' });
  } catch {
    skip('A small disk can only be mounted by root on Linux.');
  }
  disk = path;
}

const fill = (path: string) => {
  try {
    writeFileSync(join(path, 'ballast'), Buffer.alloc(256 * 1024 ** 2));
  } catch {
    // It is as full as it gets.
  }
};
const makeRoom = (path: string) => rmSync(join(path, 'ballast'));

async function start() {
  server = await startServerInTest(data);
  const { url, localToken } = server;
  const authorization = `Bearer ${localToken}`;
  const body = JSON.stringify({ appid: 'wx00000000000000aa' });
  const added = await fetch(`${url}/api/v1/apps`, { method: 'POST', headers: { authorization }, body });
  const app = (await added.json()) as NewApp;
  const random = createSeededRandom(3);
  const range = [-3, 3].map((hours) => encodeURIComponent(new Date(Date.now() + hours * 3_600_000).toISOString()));
  return {
    get: (path: string) => fetch(url + path, { headers: { authorization } }),
    collect: () => {
      const now = Date.now();
      const batch = { ...ordinaryBatch(app, random, now - 120_000), sentAt: now };
      return fetch(`${url}/v1/collect`, { method: 'POST', body: JSON.stringify(batch) });
    },
    countCalls: async () => {
      const path = `/api/v1/apps/${app.appid}/interfaces?from=${range[0]}&to=${range[1]}`;
      const answer = await fetch(url + path, { headers: { authorization } });
      if (!answer.ok) return undefined;
      return ((await answer.json()) as InterfaceList).items.reduce((sum, item) => sum + item.calls, 0);
    },
  };
}

test('a collector whose disk is full refuses, stays up, keeps what it acknowledged, and takes again when there is room', async ({
  skip,
}) => {
  const spool = join(data, 'spool');
  mountDisk(spool, 8, skip);
  const { collect, countCalls, get } = await start();
  let acknowledged = 0;
  const take = async () => {
    const answer = await collect();
    if (answer.status === 200) acknowledged += 1;
    return answer;
  };
  expect((await take()).status).toBe(200);
  fill(spool);
  let refused = await take();
  for (let tries = 0; tries < 2_000 && refused.status === 200; tries++) refused = await take();
  expect(refused.status).toBe(503);
  expect(await refused.json()).toMatchObject({ code: 'SPOOL_FULL', retry: true });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  for (let i = 0; i < 50; i++) await take();
  expect((await get('/healthz')).status).toBe(200);

  makeRoom(spool);
  await expect.poll(async () => (await take()).status, { timeout: 30_000, interval: 200 }).toBe(200);
  await expect.poll(countCalls, { timeout: 60_000, interval: 500 }).toBe(acknowledged * CALLS);
});

test('an event store whose disk is full says so, and has everything once there is room', async ({ skip }) => {
  const events = join(data, 'events');
  mountDisk(events, 64, skip);
  const { collect, countCalls, get } = await start();
  expect((await get('/readyz')).status).toBe(200);
  fill(events);
  let acknowledged = 0;
  const isReady = async () => {
    expect(await (await collect()).json()).toMatchObject({ accepted: EVENTS });
    acknowledged += 1;
    return (await get('/readyz')).json();
  };
  await expect
    .poll(isReady, { timeout: 60_000, interval: 50 })
    .toMatchObject({ status: 'event store: it does not take events; collecting goes on' });
  makeRoom(events);
  await expect.poll(async () => (await get('/readyz')).status, { timeout: 60_000, interval: 500 }).toBe(200);
  await expect.poll(countCalls, { timeout: 60_000, interval: 500 }).toBe(acknowledged * CALLS);
  // Settled for good: nothing more comes when the loader runs on.
  await sleep(1_500);
  expect(await countCalls()).toBe(acknowledged * CALLS);
});
