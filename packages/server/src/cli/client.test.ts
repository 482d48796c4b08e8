import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { loadSettings } from '../settings.js';
import { connect } from './client.js';
import { writeServerFile } from './server-file.js';

/** A client of a server that is up and does so with what a command asks. */
async function clientOf(answer: (response: ServerResponse) => void) {
  const data = mkdtempSync(join(tmpdir(), 'minilens-client-'));
  const server = createServer(({ url }, response) =>
    url === '/api/v1/process' ? response.end() : answer(response),
  ).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
    rmSync(data, { recursive: true });
  });
  writeServerFile(data, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, token: 'its own' });
  return connect(loadSettings({ MINILENS_DATA: data }));
}

const BROKE_OFF =
  /^The server at http:\/\/127\.0\.0\.1:\d+ broke off before it had answered\. See whether it still runs/;

test('a server that ends before it answers is said to have broken off', async () => {
  const client = await clientOf((response) => response.destroy());
  await expect(client.request('POST', '/api/v1/apps')).rejects.toThrow(BROKE_OFF);
});

test('one that ends in the middle of an answer is too', async () => {
  const client = await clientOf((response) => {
    response.writeHead(200, { 'content-length': 1_000 }).write('x');
    setTimeout(() => response.destroy(), 50);
  });
  await expect(client.request('POST', '/api/v1/apps')).rejects.toThrow(BROKE_OFF);
  const { body } = await client.stream('POST', '/api/v1/backup');
  const read = async () => {
    for await (const _piece of body);
  };
  await expect(read()).rejects.toThrow(BROKE_OFF);
});
