import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { connectStore } from './connect.js';
import { isStoreAway, isUnreachable } from './store-away.js';

/** What a question to that server fails with. */
async function failureOf(url: string, patienceMs?: number): Promise<unknown> {
  const store = connectStore({ urls: [url] }, undefined, patienceMs === undefined ? {} : { patienceMs });
  onTestFinished(() => store.close());
  return store.ping().then(
    () => expect.fail('It answered'),
    (error) => error,
  );
}

test('a server that takes a connection and says nothing is away', async () => {
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  onTestFinished(() => void silent.close());
  expect(isStoreAway(await failureOf(`http://127.0.0.1:${(silent.address() as AddressInfo).port}`, 100))).toBe(true);
});

test('a server whose name nobody knows now is away, and another may be asked', async () => {
  const temporarily = Object.assign(new Error('getaddrinfo EAI_AGAIN ch-1.internal'), { code: 'EAI_AGAIN' });
  expect([isUnreachable(temporarily), isStoreAway(temporarily)]).toEqual([true, true]);
});

test('of a server with several addresses it is said what each of them answered', async () => {
  const store = connectStore({ urls: ['http://localhost:9'] });
  onTestFinished(() => store.close());
  const refused = ['::1', '127.0.0.1'].map((address) => new Error(`connect ECONNREFUSED ${address}:9`));
  const all = Object.assign(new AggregateError(refused), { code: 'ECONNREFUSED' });
  await expect(store.run(() => Promise.reject(all))).rejects.toThrow(
    'connect ECONNREFUSED ::1:9, connect ECONNREFUSED 127.0.0.1:9',
  );
});
