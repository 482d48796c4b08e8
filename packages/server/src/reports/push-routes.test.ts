import type { NewApp } from '@minilens/wire/report-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { envelopeOf, startTestServer, type TestServer } from '../testing/server.js';

/** 2026-03-02 12:30 in Shanghai. */
const NOW = Date.UTC(2026, 2, 2, 4, 30);
const TODAY = 'from=2026-03-02&to=2026-03-02';

let server: TestServer;
let app: NewApp;

beforeAll(async () => {
  server = await startTestServer(NOW);
  app = await server.addApp('wx00000000000000aa');
});
afterAll(() => server.stop());

const pathOf = (rest: string, appid = app.appid) => `/api/v1/apps/${appid}/push${rest}`;

test.each(['', '/deliveries'])('%s is for those who may read the app', async (rest) => {
  expect(await server.get(pathOf(`${rest}?${TODAY}`))).toMatchObject({ status: 401, body: { code: 'NOT_SIGNED_IN' } });
  expect(await server.get(pathOf(`${rest}?${TODAY}`), { authorization: `Bearer ${app.secret}` })).toMatchObject({
    status: 401,
  });
  expect(await server.get(pathOf(`${rest}?${TODAY}`, 'wx00000000000000ff'), server.asOwner)).toMatchObject({
    status: 403,
    body: { code: 'NO_ACCESS' },
  });
});

test.each([
  ['?from=2026-03-03&to=2026-03-02', 'INVALID_RANGE'],
  [`/deliveries?${TODAY}&outcome=late`, 'INVALID_REQUEST'],
  [`/deliveries?${TODAY}&reason=none`, 'INVALID_REQUEST'],
  [`/deliveries?${TODAY}&sort=host`, 'INVALID_REQUEST'],
  [`/deliveries?${TODAY}&limit=201`, 'INVALID_REQUEST'],
  [`/deliveries?${TODAY}&offset=100001`, 'INVALID_REQUEST'],
  [`/deliveries?${TODAY}&host=${'x'.repeat(129)}`, 'INVALID_REQUEST'],
])('%s is refused', async (query, code) => {
  expect(await server.get(pathOf(query), server.asOwner)).toMatchObject({ status: 400, body: { code } });
});

test('a query that names another app is asked of one’s own', async () => {
  const other = await server.addApp('wx00000000000000bb');
  const delivery = {
    n: 1,
    at: NOW - 60_000,
    kind: 'push_delivery',
    delivery: 'delivery-1',
    messageKey: 'a'.repeat(16),
  };
  const line = JSON.stringify({
    ...envelopeOf(other, NOW),
    events: [{ ...delivery, attempt: 1, msgType: 'text', host: 'shop.example', outcome: 'ok', durationMs: 80 }],
  });
  const imported = await server.post(`/v1/import?app=${other.appid}`, line, server.asOwner);
  expect(imported.body).toMatchObject({ accepted: 1 });
  await server.drain();
  const deliveries = async (query: string, of = app.appid) =>
    (await server.get(pathOf(`/deliveries?${TODAY}${query}`, of), server.asOwner)).body;
  expect(await deliveries('', other.appid)).toMatchObject({ total: 1 });
  for (const query of ['', `&app=${other.appid}`, `&appid=${other.appid}`])
    expect(await deliveries(query)).toMatchObject({ total: 0, items: [] });
});
