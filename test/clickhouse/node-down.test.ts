import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ordinaryBatch } from '@minilens/simulator/ordinary-batch';
import { createSeededRandom } from '@minilens/simulator/seeded-random';
import type { Refusal } from '@minilens/wire/receipt';
import type { InterfaceList, NewApp } from '@minilens/wire/report-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServerInTest, startServerInTest } from '../process/server-in-test.js';
import { CLUSTER, type ClickHouseProcess, startCluster } from './server.js';

const CALLS_PER_BATCH = 5;

const data = mkdtempSync(join(tmpdir(), 'minilens-node-down-'));
let nodes: ClickHouseProcess[] = [];
let server: ServerInTest;
let app: NewApp;

beforeAll(async () => {
  nodes = await startCluster();
  server = await startServerInTest(data, {
    MINILENS_CLICKHOUSE_URL: nodes.map(({ url }) => url).join(','),
    MINILENS_CLICKHOUSE_CLUSTER: CLUSTER,
  });
  const added = await fetch(`${server.url}/api/v1/apps`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.localToken}` },
    body: JSON.stringify({ appid: 'wx00000000000000aa' }),
  });
  app = (await added.json()) as NewApp;
});
afterAll(async () => {
  await server?.close();
  await Promise.all(nodes.map((node) => node.stop()));
  rmSync(data, { recursive: true, force: true });
});

const random = createSeededRandom(3);
let sent = 0;
async function sendBatch() {
  const now = Date.now();
  const batch = { ...ordinaryBatch(app, random, now - 120_000), sentAt: now };
  const answer = await fetch(`${server.url}/v1/collect`, { method: 'POST', body: JSON.stringify(batch) });
  expect(await answer.json()).toEqual({ accepted: 20, dropped: {} });
  sent += 1;
}

async function askForInterfaces() {
  const range = [-3_600_000, 3_600_000].map((by) => encodeURIComponent(new Date(Date.now() + by).toISOString()));
  const answer = await fetch(`${server.url}/api/v1/apps/${app.appid}/interfaces?from=${range[0]}&to=${range[1]}`, {
    headers: { authorization: `Bearer ${server.localToken}` },
  });
  return { status: answer.status, retryAfter: answer.headers.get('retry-after'), body: await answer.json() };
}
const countCalls = async () => {
  const { status, body } = await askForInterfaces();
  return status === 200 ? (body as InterfaceList).items.reduce((sum, { calls }) => sum + calls, 0) : status;
};

test('while a node of the cluster is away batches are acknowledged, questions are refused, and nothing is lost', async () => {
  for (let i = 0; i < 30; i++) await sendBatch();
  await expect.poll(countCalls, { timeout: 30_000 }).toBe(30 * CALLS_PER_BATCH);

  // The first is the one that statements are sent to: the others must take its place.
  for (const node of [nodes[0], nodes[2]] as ClickHouseProcess[]) {
    const before = sent;
    await node.kill();
    while (sent < before + 20) {
      await sendBatch();
      await sleep(50);
    }
    const asked = await askForInterfaces();
    expect(asked.status).toBe(503);
    expect(asked.retryAfter).not.toBeNull();
    expect(asked.body as Refusal).toMatchObject({ code: 'STORE_AWAY', retry: true });
    await node.restart();
    await expect.poll(countCalls, { timeout: 60_000, interval: 500 }).toBe(sent * CALLS_PER_BATCH);
  }
  // Settled for good.
  await sleep(2_000);
  expect(await countCalls()).toBe(sent * CALLS_PER_BATCH);
});
