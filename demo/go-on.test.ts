import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { buildAgentCode } from '@minilens/simulator/agent-code';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { goOn } from './go-on.js';
import { APP_ID } from './make-data.js';

const agentCode = await buildAgentCode();
/** Of a clock that makes a minute of a second. */
const startedAt = Date.now();
const fastNow = () => startedAt + (Date.now() - startedAt) * 60;

let directory: string;
let server: Server;
let collect: RequestListener;
let onStranger: () => void;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'minilens-demo-'));
  server = createServer((request, response) => {
    if (request.url === '/v1/collect') return collect(request, response);
    if (request.headers.authorization !== 'Bearer t') {
      response.writeHead(401).end();
      return onStranger();
    }
    response.end(JSON.stringify(request.url === `/api/v1/apps/${APP_ID}` ? { key: 'k_1' } : {}));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  server.close();
  rmSync(directory, { recursive: true });
});

const beUp = (token: string) => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  writeFileSync(join(directory, 'server.json'), JSON.stringify({ url, token }));
};

test('visits reach the server with the key of the app, until they are told to stop', async () => {
  const stop = new AbortController();
  const keys: unknown[] = [];
  collect = async (request, response) => {
    keys.push(JSON.parse(await text(request)).key);
    response.end('{}');
    if (keys.length === 5) stop.abort();
  };
  const going = goOn(directory, agentCode, stop.signal, fastNow);
  beUp('t');
  await going;
  expect(keys).toEqual(Array(5).fill('k_1'));
});

test('a server that takes nothing is spoken of once', async () => {
  const say = vi.spyOn(console, 'error').mockImplementation(() => {});
  const stop = new AbortController();
  let refused = 0;
  collect = (_request, response) => {
    response.writeHead(503).end('full');
    refused += 1;
    if (refused === 5) stop.abort();
  };
  beUp('t');
  await goOn(directory, agentCode, stop.signal, fastNow);
  expect(say.mock.calls).toEqual([['demo: the server takes no live visits: 503 full']]);
  say.mockRestore();
});

test('what a killed server left behind is passed over, until the one of now is up', async () => {
  const stop = new AbortController();
  collect = (_request, response) => {
    response.end('{}');
    stop.abort();
  };
  let strangers = 0;
  onStranger = () => {
    strangers += 1;
    beUp('t');
  };
  beUp('of the one before');
  await goOn(directory, agentCode, stop.signal, fastNow);
  expect(strangers).toBe(1);
});
