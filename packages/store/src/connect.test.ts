import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { connectStore, execute, selectRows } from './connect.js';
import { isStoreAway } from './store-away.js';

test.each([
  ['an unknown parameter', 'http://minilens:hunter2@127.0.0.1:9/?sslmode=disable'],
  ['a parameter of another kind', 'http://minilens:hunter2@127.0.0.1:9/?request_timeout=soon'],
  ['a password with a ? in it', 'http://minilens:1?hunter2@127.0.0.1:9'],
  ['a password with a % in it', 'http://minilens:hunter2%@127.0.0.1:9'],
])('a URL with %s is refused with a sentence that names the setting and no password', (_name, url) => {
  const connecting = () => connectStore({ urls: ['http://127.0.0.1:9', url] });
  expect(connecting).toThrow(/^MINILENS_CLICKHOUSE_URL is set, but .*Remove/);
  expect(connecting).toThrow(/^(?!.*hunter2)/);
});

test('of a server that says nothing, a question gives up while a statement that changes something waits, until the store is closed', async () => {
  const silent = createServer(() => {}).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const store = connectStore({ urls: [url] }, undefined, { patienceMs: 100, writePatienceMs: 3_600_000 });
  let failure: unknown;
  const changing = execute(store, 'ALTER TABLE events DELETE WHERE 0').catch((error) => {
    failure = error;
  });
  expect(isStoreAway(await selectRows(store, 'SELECT 1').catch((error) => error))).toBe(true);
  expect(failure).toBeUndefined();
  await store.close();
  await changing;
  expect(failure).toBeInstanceOf(Error);
  silent.closeAllConnections();
  silent.close();
});
