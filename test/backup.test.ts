import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Receipt } from '@minilens/wire/receipt';
import type { CallRecordList } from '@minilens/wire/records';
import type { Erased, NewApp } from '@minilens/wire/report-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runMinilens, type ServerProcess, startServer } from './process/server-process.js';

const EVENTS_A_BATCH = 5;
/** Often enough for batches on their way whenever a backup begins; all of them are counted, and brought again. Unit: ms. */
const SEND_EVERY_MS = 10;

const scratch = mkdtempSync(join(tmpdir(), 'minilens-backup-'));
const [data, copy, directory] = ['data', 'copy', 'backup'].map((name) => join(scratch, name)) as [
  string,
  string,
  string,
];
let app: NewApp;
let server: ServerProcess;
beforeAll(async () => {
  app = JSON.parse(await runMinilens(data, 'app', 'add', 'wx00000000000000aa', '--json'));
});
afterAll(async () => {
  await server?.stop();
  rmSync(scratch, { recursive: true, force: true });
});

/** A device that keeps every batch it sent, so that it can bring all of them again. */
function createDevice(session: string) {
  const startAt = Date.now();
  const batchFrom = (first: number) => ({
    v: 1,
    app: app.appid,
    key: app.key,
    agent: 'test',
    sentAt: Date.now(),
    session: { id: session, startAt, user: `user-of-${session}` },
    device: {},
    events: Array.from({ length: EVENTS_A_BATCH }, (_, i) => ({
      n: first + i,
      at: startAt + first + i,
      kind: 'call',
      name: 'scanCode',
      outcome: 'success',
    })),
  });
  const device = {
    session,
    /** Highest sequence number acknowledged. */
    acknowledged: 0,
    async send(first: number): Promise<Receipt | undefined> {
      const body = JSON.stringify(batchFrom(first));
      const response = await fetch(`${server.url}/v1/collect`, { method: 'POST', body }).catch(() => undefined);
      return response?.status === 200 ? ((await response.json()) as Receipt) : undefined;
    },
    async sendNext() {
      if ((await device.send(device.acknowledged + 1)) !== undefined) device.acknowledged += EVENTS_A_BATCH;
    },
  };
  return device;
}

async function storedEvents(of: string): Promise<string[]> {
  const { token } = JSON.parse(readFileSync(join(of, 'server.json'), 'utf8')) as { token: string };
  const day = (offset: number) => new Date(Date.now() + offset * 3_600_000).toISOString().slice(0, 10);
  const events: string[] = [];
  for (let offset = 0; ; offset += 200) {
    const response = await fetch(
      `${server.url}/api/v1/apps/${app.appid}/interfaces/scanCode/records?from=${day(-24)}&to=${day(24)}&limit=200&offset=${offset}`,
      { headers: { authorization: `Bearer ${token}` } },
    );
    const { items } = (await response.json()) as CallRecordList;
    events.push(...items.map((item) => `${item.session} ${item.n}`));
    if (items.length < 200) return events;
  }
}
const emptySpool = () =>
  expect
    .poll(async () => (await fetch(`${server.url}/metrics`)).text(), { timeout: 30_000 })
    .toContain('minilens_spool_batches 0');
const numbersOf = (device: { session: string }, upTo: number) =>
  Array.from({ length: upTo }, (_, i) => `${device.session} ${i + 1}`);

test('a backup made while devices send has everything acknowledged by then, once, and its copy goes on from there', async () => {
  server = await startServer(data);
  const devices = ['session-a', 'session-b', 'session-c'].map(createDevice);
  let isSending = true;
  const sending = devices.map(async (device) => {
    while (isSending) {
      await device.sendNext();
      await sleep(SEND_EVERY_MS);
    }
  });
  const acknowledged = () => devices.map((device) => device.acknowledged);
  await expect.poll(() => Math.min(...acknowledged()), { timeout: 30_000 }).toBeGreaterThan(20 * EVENTS_A_BATCH);
  const before = acknowledged();
  const made = JSON.parse(await runMinilens(data, 'backup', directory, '--json'));
  expect(made).toMatchObject({ directory, pauseMs: expect.any(Number) });
  const after = acknowledged();
  const sendOn = () => acknowledged().every((events, i) => events > (after[i] as number));
  await expect.poll(sendOn, { timeout: 30_000 }).toBe(true);
  isSending = false;
  await Promise.all(sending);
  await server.kill();

  const restored = JSON.parse(await runMinilens(copy, 'restore', directory, '--json'));
  expect(restored.rows).toBeGreaterThan(0);
  server = await startServer(copy);
  await emptySpool();
  const stored = await storedEvents(copy);
  expect(new Set(stored).size).toBe(stored.length);
  const isThere = new Set(stored);
  expect(
    devices.flatMap((device, i) => numbersOf(device, before[i] as number)).filter((each) => !isThere.has(each)),
  ).toEqual([]);
  const byThen = new Set(devices.flatMap((device, i) => numbersOf(device, (after[i] as number) + EVENTS_A_BATCH)));
  expect(stored.filter((each) => !byThen.has(each))).toEqual([]);

  // Whatever the copy missed is brought again, and with it all that it has.
  for (const device of devices) {
    for (let first = 1; first <= device.acknowledged; first += EVENTS_A_BATCH) {
      const receipt = await device.send(first);
      expect((receipt?.accepted ?? 0) + (receipt?.dropped.duplicate ?? 0)).toBe(EVENTS_A_BATCH);
    }
  }
  await emptySpool();
  expect((await storedEvents(copy)).sort()).toEqual(
    devices.flatMap((device) => numbersOf(device, device.acknowledged)).sort(),
  );
});

test('a restore leaves a server that is up, and a directory with data in it, alone', async () => {
  const fails = (...args: string[]) =>
    runMinilens(copy, ...args).then(
      (printed) => expect.fail(`It should have failed, but printed ${printed}`),
      (error: { stderr: string }) => error.stderr,
    );
  expect(await fails('restore', directory)).toMatch(/A server is running/);
  expect(await fails('backup', directory)).toMatch(/is not empty/);
});

test('a user is erased at the command line, whether a server is up or not', async () => {
  const users = ['user-of-session-a', 'user-of-session-b', 'user-of-session-c'];
  const erase = async (user: string): Promise<Erased> =>
    JSON.parse(await runMinilens(copy, 'erase', '--app', app.appid, '--user', user, '--json'));
  const [first, second, third] = users as [string, string, string];
  expect(await erase(first)).toMatchObject({ users: 1, sessions: 1 });
  expect((await storedEvents(copy)).filter((event) => event.startsWith('session-a'))).toEqual([]);
  await server.stop();
  expect(await runMinilens(copy, 'erase', '--app', app.appid, '--user', second)).toMatch(
    /^Erased 1 user of wx00000000000000aa:\n\n {2}[\d,]+ events of 1 session\n/,
  );
  server = await startServer(copy);
  expect(await erase(second)).toMatchObject({ users: 1, events: 0, sessions: 0, batches: 0 });
  expect(new Set((await storedEvents(copy)).map((event) => event.split(' ')[0]))).toEqual(new Set(['session-c']));
  expect(await runMinilens(copy, 'erase', '--app', app.appid, '--openid', third)).toMatch(/Nothing was erased/);
});
