import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { connectStore, selectRows } from '@minilens/store/connect';
import type { NewApp } from '@minilens/wire/report-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runMinilens, type ServerProcess, startServer } from '../process/server-process.js';
import { type Order, STEPS } from './reporter-steps.js';

const SCRIPT = fileURLToPath(new URL('../../dist/test/push/mortal-reporter.js', import.meta.url));
const APPID = 'wx00000000000000aa';
/** Times that each step is died at, each time one later. */
const LIVES = 2;

const data = mkdtempSync(join(tmpdir(), 'minilens-reporter-'));
let app: NewApp;
let server: ServerProcess;

beforeAll(async () => {
  app = JSON.parse(await runMinilens(data, 'app', 'add', APPID, '--json'));
  server = await startServer(data);
});
afterAll(async () => {
  await server?.kill();
  rmSync(data, { recursive: true, force: true });
});

/** Runs a reporter until it ends, and gives the deliveries it had on disk. */
async function live(over: Pick<Order, 'step' | 'time' | 'deliveries'>): Promise<string[]> {
  const order: Order = { url: server.url, appid: APPID, secret: app.secret, directory: join(data, 'reports'), ...over };
  const child = spawn(process.execPath, [SCRIPT, JSON.stringify(order)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [printed, [code, signal]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  expect(signal ?? code).toBe(over.step === 'never' ? 0 : 'SIGKILL');
  return printed.trim().split('\n').filter(Boolean);
}

test('a reporter killed at every step loses nothing that was on disk and doubles nothing', {
  timeout: 300_000,
}, async () => {
  const onDisk = new Set<string>();
  for (let life = 0; life < LIVES; life++) {
    for (const step of STEPS.filter((one) => one !== 'never')) {
      for (const id of await live({ step, time: life + 1, deliveries: 60 })) onDisk.add(id);
    }
    await server.kill();
    server = await startServer(data);
  }
  for (const id of await live({ step: 'never', time: 1, deliveries: 30 })) onDisk.add(id);
  const metrics = async () => (await fetch(`${server.url}/metrics`)).text();
  await expect.poll(metrics, { timeout: 60_000, interval: 200 }).toContain('minilens_spool_batches 0');
  await server.stop();

  const store = connectStore({ path: join(data, 'events') });
  const rows = await selectRows<{ delivery: string; session: string; n: number }>(
    store,
    "SELECT delivery, session_id AS session, n FROM events WHERE kind = 'push_delivery' ORDER BY session_id, n",
  );
  await store.close();
  const stored = rows.map(({ delivery }) => delivery);
  expect(stored.length).toBeGreaterThan(100);
  expect(new Set(stored).size).toBe(stored.length);
  expect([...onDisk].filter((id) => !stored.includes(id))).toEqual([]);
  for (const session of new Set(rows.map((row) => row.session))) {
    const numbers = rows.filter((row) => row.session === session).map(({ n }) => Number(n));
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  }
});
