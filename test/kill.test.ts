import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Receipt } from '@minilens/wire/receipt';
import type { CallRecordList, NewApp } from '@minilens/wire/report-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runMinilens, type ServerProcess, startServer } from './process/server-process.js';

/** How long the server may live before each kill. Unit: ms. Short ones hit the first batches, long ones loads in progress. */
const LIVES_MS = [150, 900, 350, 1_400, 600];

const data = mkdtempSync(join(tmpdir(), 'minilens-kill-'));
let app: NewApp;
let server: ServerProcess;

beforeAll(async () => {
  app = JSON.parse(await runMinilens(data, 'app', 'add', 'wx00000000000000aa', '--json'));
});
afterAll(async () => {
  await server?.stop();
  rmSync(data, { recursive: true, force: true });
});

/** A device that sends batch after batch and, like the agent, sends each again until it is acknowledged. */
function createDevice(session: string) {
  const startAt = Date.now();
  const acknowledged: number[] = [];
  let next = 1;
  const batch = () => ({
    v: 1,
    app: app.appid,
    key: app.key,
    agent: 'test',
    sentAt: Date.now(),
    session: { id: session, startAt, user: `user-of-${session}` },
    device: {},
    events: Array.from({ length: 5 }, (_, i) => ({
      n: next + i,
      at: startAt + next + i,
      kind: 'call',
      name: 'scanCode',
      outcome: 'success',
      durationMs: 1,
    })),
  });
  return {
    acknowledged,
    async sendOnce() {
      const body = batch();
      const response = await fetch(`${server.url}/v1/collect`, { method: 'POST', body: JSON.stringify(body) }).catch(
        () => undefined,
      );
      if (response?.status !== 200) return false;
      const receipt = (await response.json()) as Receipt;
      // Already stored by a server that died before it could say so: settled just the same.
      expect(receipt.accepted + (receipt.dropped.duplicate ?? 0)).toBe(5);
      acknowledged.push(...body.events.map((event) => event.n));
      next += 5;
      return true;
    },
  };
}

async function storedEvents(appid: string): Promise<string[]> {
  const { token } = JSON.parse(readFileSync(join(data, 'server.json'), 'utf8')) as { token: string };
  const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
  const yesterday = new Date(Date.now() - 16 * 3_600_000).toISOString().slice(0, 10);
  const events: string[] = [];
  for (let offset = 0; ; offset += 200) {
    const response = await fetch(
      `${server.url}/api/v1/apps/${appid}/interfaces/scanCode/records?from=${yesterday}&to=${today}&limit=200&offset=${offset}`,
      {
        headers: { authorization: `Bearer ${token}` },
      },
    );
    const { items } = (await response.json()) as CallRecordList;
    events.push(...items.map((item) => `${item.session} ${item.n}`));
    if (items.length < 200) return events.sort();
  }
}

test('a server killed again and again while devices send loses and doubles nothing', async () => {
  const devices = ['session-a', 'session-b', 'session-c'].map(createDevice);
  for (const lifeMs of [...LIVES_MS, 1_000]) {
    server = await startServer(data);
    const isLast = lifeMs === 1_000;
    let alive = true;
    const sending = devices.map(async (device) => {
      while (alive) {
        if (!(await device.sendOnce())) await sleep(10);
      }
    });
    await sleep(lifeMs);
    if (!isLast) await server.kill();
    alive = false;
    await Promise.all(sending);
  }

  const expected = devices.flatMap((device, i) => device.acknowledged.map((n) => `session-${'abc'[i]} ${n}`)).sort();
  expect(expected.length).toBeGreaterThan(100);
  await expect
    .poll(() => storedEvents(app.appid).then((events) => events.length), { timeout: 30_000 })
    .toBeGreaterThanOrEqual(expected.length);
  // Settled for good: nothing more comes when the loader runs on.
  await sleep(1_500);
  const stored = await storedEvents(app.appid);
  expect(new Set(stored).size).toBe(stored.length);
  expect(stored).toEqual(expected);
});
