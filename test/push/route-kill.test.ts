import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Delivery, DeliveryList } from '@minilens/wire/push-report';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runMinilens, type ServerProcess, startServer } from '../process/server-process.js';

const APPID = 'wx00000000000000aa';
/** Messages that are on their way at the same time. */
const AT_ONCE = 8;
const LIVES = 3;
/** Deliveries that a server has written down before it is killed. */
const WRITTEN = 100;
const DAY_MS = 86_400_000;
const PATIENCE = { timeout: 60_000, interval: 20 };

const data = mkdtempSync(join(tmpdir(), 'minilens-push-kill-'));
let backEnd: Server;
let server: ServerProcess | undefined;

beforeAll(async () => {
  backEnd = createServer((request, response) => request.resume().on('end', () => response.end('success')));
  await new Promise<void>((done) => backEnd.listen(0, '127.0.0.1', done));
  await runMinilens(data, 'app', 'add', APPID);
  const upstream = `http://127.0.0.1:${(backEnd.address() as AddressInfo).port}/wechat`;
  await runMinilens(data, 'push', 'settings', APPID, '--upstream', upstream);
});
afterAll(async () => {
  await server?.stop();
  backEnd.closeAllConnections();
  backEnd.close();
  rmSync(data, { recursive: true, force: true });
});

test('a kill loses no delivery that was written down, and none counts twice', async () => {
  const answered: string[] = [];
  for (let life = 0; life < LIVES; life++) {
    server = await startServer(data);
    const sending = Array.from({ length: AT_ONCE }, (_, sender) => send(`${life}${sender}`, answered));
    await expect.poll(countWritten, PATIENCE).toBeGreaterThan(WRITTEN);
    await server.kill();
    await Promise.all(sending);
  }
  server = await startServer(data);
  const known = await deliveries();
  expect(new Set(known.map(({ delivery }) => delivery)).size).toBe(known.length);
  expect(new Set(known.map(({ messageKey }) => messageKey)).size).toBe(known.length);
  expect(known.length).toBeGreaterThan(LIVES * WRITTEN);
  // What the kill met between back end and sender may be known and not answered.
  expect(known.length).toBeLessThanOrEqual(answered.length + LIVES * AT_ONCE);
});

test('a server that is told to stop has written down all it answered', async () => {
  const before = (await deliveries()).length;
  const answered: string[] = [];
  const sending = send('last', answered);
  await expect.poll(() => answered.length, PATIENCE).toBeGreaterThan(50);
  await server?.stop();
  await sending;
  server = await startServer(data);
  expect((await deliveries()).length).toBe(before + answered.length);
});

/** One message after the other, until nobody answers. */
async function send(name: string, answered: string[]): Promise<void> {
  for (let id = 0; ; id++) {
    const body = `<xml><ToUserName>gh_shop</ToUserName><FromUserName>o-${name}</FromUserName><CreateTime>1</CreateTime><MsgType>text</MsgType><Content>x</Content><MsgId>${name}${String(id).padStart(8, '0')}</MsgId></xml>`;
    try {
      const answer = await fetch(`${server?.url}/push/${APPID}`, { method: 'POST', body });
      if ((await answer.text()) !== 'success') return;
    } catch {
      return;
    }
    answered.push(`${name} ${id}`);
  }
}

const ask = async (path: string) => {
  const { token } = JSON.parse(readFileSync(join(data, 'server.json'), 'utf8')) as { token: string };
  return fetch(`${server?.url}${path}`, { headers: { authorization: `Bearer ${token}` } });
};
const metric = async (name: string) =>
  Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(await (await ask('/metrics')).text())?.[1]);

/** Deliveries that this process has written down. */
const countWritten = () => metric('minilens_events_accepted_total');

/** All that the report knows, when nothing waits any more. */
async function deliveries(): Promise<Delivery[]> {
  await expect.poll(() => metric('minilens_spool_batches'), PATIENCE).toBe(0);
  const day = (at: number) => new Date(at).toISOString().slice(0, 10);
  const range = `from=${day(Date.now() - 2 * DAY_MS)}&to=${day(Date.now() + 2 * DAY_MS)}`;
  const known: Delivery[] = [];
  for (;;) {
    const page = await ask(`/api/v1/apps/${APPID}/push/deliveries?${range}&limit=200&offset=${known.length}`);
    const { items } = (await page.json()) as DeliveryList;
    known.push(...items);
    if (items.length === 0) return known;
  }
}
