import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServerInTest, startServerInTest } from './process/server-in-test.js';

const CLIENTS = 300;

const data = mkdtempSync(join(tmpdir(), 'minilens-slow-'));
let server: ServerInTest;
beforeAll(async () => {
  server = await startServerInTest(data);
});
afterAll(async () => {
  await server?.close();
  rmSync(data, { recursive: true, force: true });
});

/** Opens a connection that says this and no more, and reads what comes. */
function say(text: string): Socket {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  socket.on('error', () => {});
  socket.resume();
  socket.once('connect', () => socket.write(text));
  return socket;
}

test.concurrent.each([
  ['say nothing', ''],
  ['never end their headers', 'POST /v1/collect HTTP/1.1\r\nHost: x\r\nX-Slow: '],
  [
    'never end their body',
    `POST /v1/collect HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n${'x'.repeat(50_000)}`,
  ],
])('clients that %s keep nobody else waiting, and are cut', async (_name, text) => {
  const sockets = Array.from({ length: CLIENTS }, () => say(text));
  const answer = await fetch(`${server.url}/v1/collect`, { method: 'POST', body: '{}' });
  expect(await answer.json()).toMatchObject({ code: 'INVALID_ENVELOPE' });
  await expect.poll(() => sockets.filter(({ closed }) => !closed).length, { timeout: 90_000, interval: 500 }).toBe(0);
});
