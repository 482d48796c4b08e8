import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ordinaryBatch } from '@minilens/simulator/ordinary-batch';
import { createSeededRandom } from '@minilens/simulator/seeded-random';
import type { InterfaceList, NewApp } from '@minilens/wire/report-api';
import { afterAll, expect, test } from 'vitest';
import { type ServerInTest, startServerInTest } from '../process/server-in-test.js';
import { freePort, startClickHouse } from './server.js';

const data = mkdtempSync(join(tmpdir(), 'minilens-down-'));
let server: ServerInTest;
let clickHouse: Awaited<ReturnType<typeof startClickHouse>>;
afterAll(async () => {
  await server?.close();
  await clickHouse?.stop();
  rmSync(data, { recursive: true, force: true });
});

test('a server whose ClickHouse is away from the start collects, says so, and answers when it is back', async () => {
  const port = await freePort();
  server = await startServerInTest(data, { MINILENS_CLICKHOUSE_URL: `http://127.0.0.1:${port}` });
  const authorization = `Bearer ${server.localToken}`;
  const get = (path: string) => fetch(server.url + path, { headers: { authorization } });
  const added = await fetch(`${server.url}/api/v1/apps`, {
    method: 'POST',
    headers: { authorization },
    body: JSON.stringify({ appid: 'wx00000000000000aa' }),
  });
  const app = (await added.json()) as NewApp;

  const now = Date.now();
  const batch = { ...ordinaryBatch(app, createSeededRandom(1), now - 120_000), sentAt: now };
  const answer = await fetch(`${server.url}/v1/collect`, { method: 'POST', body: JSON.stringify(batch) });
  expect(await answer.json()).toEqual({ accepted: 20, dropped: {} });
  const notReady = await get('/readyz');
  expect(notReady.status).toBe(503);
  expect(await notReady.json()).toMatchObject({ status: expect.stringContaining('event store: it does not answer') });
  // A balancer that sends it devices only keeps doing so.
  expect((await get('/readyz?for=collect')).status).toBe(200);
  await expect
    .poll(async () => (await get('/metrics')).text(), { timeout: 30_000 })
    .toMatch(/minilens_insert_failures_total [1-9]/);
  expect((await get('/healthz')).status).toBe(200);

  clickHouse = await startClickHouse(port);
  const range = [now - 3_600_000, now + 3_600_000].map((at) => encodeURIComponent(new Date(at).toISOString()));
  const countCalls = async () => {
    const report = await get(`/api/v1/apps/${app.appid}/interfaces?from=${range[0]}&to=${range[1]}`);
    return report.ok
      ? ((await report.json()) as InterfaceList).items.reduce((sum, item) => sum + item.calls, 0)
      : report.status;
  };
  await expect.poll(countCalls, { timeout: 60_000, interval: 500 }).toBe(5);
  expect((await get('/readyz')).status).toBe(200);
});
