import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectStore, selectRows } from '@minilens/store/connect';
import { sealPush } from '@minilens/wechat/push/seal-push';
import type { NewApp } from '@minilens/wire/report-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPushProxy } from '../process/push-proxy-process.js';
import { runMinilens, startServer } from '../process/server-process.js';

const APPID = 'wx00000000000000aa';
const TOKEN = 'AAAAA';
const AES_KEY = 'A'.repeat(43);

const data = mkdtempSync(join(tmpdir(), 'minilens-proxy-'));
let app: NewApp;
/** What the back end answers to the next messages, in turn. */
let answers: string[] = [];
const backEnd = createServer((request, response) => request.resume().on('end', () => response.end(answers.shift())));

beforeAll(async () => {
  app = JSON.parse(await runMinilens(data, 'app', 'add', APPID, '--json'));
  backEnd.listen(0, '127.0.0.1');
  await once(backEnd, 'listening');
});
afterAll(() => {
  backEnd.close();
  rmSync(data, { recursive: true, force: true });
});

/** One message as the platform sends it in safe mode. */
async function send(url: string, msgId: number): Promise<string> {
  const { query, body } = sealPush(
    { ToUserName: 'gh_shop', FromUserName: 'o-somebody', CreateTime: 1, MsgType: 'text', Content: 'hi', MsgId: msgId },
    {
      token: TOKEN,
      encodingAesKey: AES_KEY,
      appid: APPID,
      mode: 'safe',
      format: 'xml',
      timestamp: Math.floor(Date.now() / 1000),
      nonce: String(msgId),
      random: randomBytes(16),
    },
  );
  return (await fetch(`${url}/?${new URLSearchParams(query)}`, { method: 'POST', body })).text();
}

test('deliveries through the proxy are in the store, those too that were made while Minilens was away', async () => {
  const { port } = backEnd.address() as AddressInfo;
  let server = await startServer(data);
  const minilens = server.url;
  const args = [
    '--upstream',
    `http://127.0.0.1:${port}/wechat`,
    '--app',
    APPID,
    '--server',
    minilens,
    '--mode',
    'safe',
  ];
  const secrets = {
    MINILENS_APP_SECRET: app.secret,
    MINILENS_PUSH_TOKEN: TOKEN,
    MINILENS_PUSH_AES_KEY: AES_KEY,
    MINILENS_DATA: join(data, 'proxy'),
  };
  const proxy = await startPushProxy(secrets, ...args);
  const printed = () => proxy.printed.join('\n');
  await expect.poll(printed).toContain('safe mode, xml; signatures are checked.');

  answers = ['success', '<html>Error</html>', 'success', 'success'];
  expect(await send(proxy.url, 1)).toBe('success');
  await server.stop();
  expect(await send(proxy.url, 2)).toBe('<html>Error</html>');
  expect(await send(proxy.url, 2)).toBe('success');
  await expect.poll(printed, { timeout: 30_000 }).toMatch(/cannot be reached: ECONNREFUSED/);
  expect(printed()).toMatch(/text {2}127.0.0.1:\d+ {2}invalid_response html {2}\d+ ms {2}The answer is HTML/);

  server = await startServer(data, { env: { MINILENS_PORT: new URL(minilens).port } });
  expect(await send(proxy.url, 3)).toBe('success');
  expect(await proxy.stop()).toBe(0);
  // What was reported is on disk; a server that stops at once would load it at its next start.
  const { token } = JSON.parse(readFileSync(join(data, 'server.json'), 'utf8')) as { token: string };
  const day = (shift: number) => new Date(Date.now() + shift * 86_400_000).toISOString().slice(0, 10);
  const loaded = async () => {
    const deliveries = `${server.url}/api/v1/apps/${APPID}/push/deliveries?from=${day(-1)}&to=${day(1)}`;
    const answer = await fetch(deliveries, { headers: { authorization: `Bearer ${token}` } });
    return ((await answer.json()) as { total: number }).total;
  };
  await expect.poll(loaded, { timeout: 20_000 }).toBe(4);
  await server.stop();

  const store = connectStore({ path: join(data, 'events') });
  const rows = await selectRows<{ what: string }>(
    store,
    "SELECT concat(toString(attempt), ' ', outcome) AS what FROM events WHERE kind = 'push_delivery' ORDER BY n",
  );
  await store.close();
  expect(rows.map(({ what }) => what)).toEqual(['1 ok', '1 invalid_response', '2 ok', '1 ok']);
});
