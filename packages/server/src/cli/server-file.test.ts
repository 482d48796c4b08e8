import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findRunningServer, removeServerFile, writeServerFile } from './server-file.js';

/** A data directory whose file names a server that does so with what it is asked. */
async function directoryOf(answer: RequestListener) {
  const directory = mkdtempSync(join(tmpdir(), 'minilens-server-file-'));
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
    rmSync(directory, { recursive: true });
  });
  const running = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, token: 'its own' };
  writeServerFile(directory, running);
  return { directory, running };
}

test('a server that knows the token in the file is found, until it takes the file away', async () => {
  const { directory, running } = await directoryOf(({ headers }, response) =>
    response.writeHead(headers.authorization === 'Bearer its own' ? 200 : 401).end(),
  );
  expect(await findRunningServer(directory)).toEqual(running);
  removeServerFile(directory);
  expect(await findRunningServer(directory)).toBe(undefined);
});

test('another program on its port is not taken for it', async () => {
  const { directory } = await directoryOf((_, response) => response.writeHead(401).end());
  expect(await findRunningServer(directory)).toBe(undefined);
});

test('nobody waits for a server that hangs', async () => {
  const { directory } = await directoryOf(() => {});
  expect(await findRunningServer(directory, 50)).toBe(undefined);
});
