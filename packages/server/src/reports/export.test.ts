import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectStore, type Store, selectRows } from '@minilens/store/connect';
import type { Envelope } from '@minilens/wire/envelope';
import type { Receipt } from '@minilens/wire/receipt';
import type { ExportFormat, NewApp } from '@minilens/wire/report-api';
import Fastify from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Identify } from '../admin/identify.js';
import { envelopeOf, startTestServer, type TestServer } from '../testing/server.js';
import { exportRoute } from './export-route.js';

const NOW = Date.UTC(2026, 2, 2, 4);
const HOUR_MS = 3_600_000;

let server: TestServer;
let store: Store;
let from: NewApp;
let into: NewApp;
let total = 0;
beforeAll(async () => {
  server = await startTestServer(NOW);
  store = connectStore({ path: join(server.data, 'events') });
  from = await server.addApp('wx00000000000000aa');
  into = await server.addApp('wx00000000000000bb');
  const rich = envelopeOf(from, NOW - HOUR_MS, {
    device: { platform: 'android', version: '1.0.0', level: 2, network: 'wifi', env: 'release' },
    tags: { plan: 'gold', 'ab"test': 'b' },
  });
  const at = NOW - HOUR_MS;
  const events = [
    { kind: 'app_show', scene: 1007, referrer: 'wx00000000000000cc', sharedBy: 'user-00000002' },
    { kind: 'call', name: 'login', outcome: 'success', durationMs: 0, errCode: 0, args: '{"timeout":5}' },
    {
      kind: 'request',
      method: 'POST',
      host: 'a.example',
      path: '/o/:id',
      outcome: 'ok',
      dnsMs: 0,
      businessFailed: true,
    },
    { kind: 'request', name: 'uploadFile', method: 'PUT', host: '', path: '', outcome: 'abort', sentBytes: 0 },
    { kind: 'performance', name: 'memory', value: 0 },
    { kind: 'page_hide', page: 'p', view: 2, stayMs: 0 },
    { kind: 'error', source: 'app', name: '', errMsg: 'a "quoted"\nline', count: 3, steps: ['-3 call login', ''] },
    { kind: 'user', openid: 'o-1', unionid: 'u-1', props: '{"level":"gold"}' },
    { kind: 'custom', name: '加入购物车', props: '{"sku":7}' },
  ].map((event, index) => ({ n: index + 1, at: at + index, ...event }));
  const long = { ...envelopeOf(from, at), events: calls(at, 1, 100) };
  const envelopes: Envelope[] = [
    { ...rich, events },
    envelopeOf(from, NOW - 50 * HOUR_MS),
    long,
    { ...long, events: calls(at, 101, 50), device: { platform: 'ios', version: '2.0.0' } },
    // An hour with more events than are read at once.
    ...Array.from({ length: 210 }, (_, i) => {
      const one = envelopeOf(from, NOW - 5 * HOUR_MS);
      return {
        ...one,
        session: { ...one.session, user: `user-of-${i}-many` },
        events: calls(NOW - 5 * HOUR_MS, 1, 100),
      };
    }),
  ];
  const { accepted } = await bring(from, envelopes);
  total = accepted;
  expect(total).toBe(9 + 3 + 150 + 21_000);
});
afterAll(async () => {
  await store.close();
  await server.stop();
});

const calls = (at: number, first: number, howMany: number) =>
  Array.from({ length: howMany }, (_, i) => ({
    n: first + i,
    at: at + first + i,
    kind: 'call',
    name: 'scanCode',
    outcome: 'success',
  }));

async function bring(app: NewApp, envelopes: Envelope[]): Promise<Receipt> {
  const lines = envelopes.map((envelope) => JSON.stringify({ ...envelope, app: app.appid }));
  const { status, body } = await server.post<Receipt>(`/v1/import?app=${app.appid}`, lines.join('\n'), server.asOwner);
  expect([status, body]).toEqual([200, expect.objectContaining({ dropped: {} })]);
  await server.drain();
  return body;
}
const exported = (format: ExportFormat, range = 'from=2026-03-01&to=2026-03-02', headers = server.asOwner as object) =>
  server.app.inject({ url: `/api/v1/apps/${from.appid}/export?${range}&format=${format}`, headers: { ...headers } });
const linesOf = (body: string) =>
  body
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

/** All that is stored of an app, but for its name and where and when the events came from. */
const rowsOf = ({ appid }: NewApp) =>
  selectRows(
    store,
    `SELECT * EXCEPT (app, ip, received_at, skew_ms) FROM events WHERE app = {appid:String}
    ORDER BY session_id, n`,
    { appid },
  );

test('envelopes that were exported and imported again make the same rows', async () => {
  const answer = await exported('envelopes', 'from=2026-02-28&to=2026-03-02');
  expect(answer.headers['x-events']).toBe(String(total));
  await bring(into, linesOf(answer.body));
  expect(await rowsOf(into)).toEqual(await rowsOf(from));
});

test('events that are as long as a stranger can make them are exported into lines that import takes', async () => {
  const strange = await server.addApp('wx00000000000000dd');
  const at = NOW - 30 * 24 * HOUR_MS;
  const quotes = (length: number) => '"'.repeat(length);
  const longest = {
    ...{ at, kind: 'error', source: 'app', name: 'E', errMsg: quotes(256), stack: quotes(2_048) },
    ...{ steps: Array(20).fill(quotes(160)), props: JSON.stringify({ a: quotes(1_000) }) },
  };
  const events = Array.from({ length: 100 }, (_, i) => ({ ...longest, n: i + 1 }));
  const one = envelopeOf(strange, at);
  for (const start of [0, 50]) await bring(strange, [{ ...one, events: events.slice(start, start + 50) }]);
  const { body } = await server.app.inject({
    url: `/api/v1/apps/${strange.appid}/export?from=2026-01-30&to=2026-02-02&format=envelopes`,
    headers: server.asOwner,
  });
  const again = await server.post(`/v1/import?app=${strange.appid}`, body, server.asOwner);
  expect(again).toEqual({ status: 200, body: { accepted: 0, dropped: { duplicate: 100 } } });
});

test('rows are one JSON object an event, of sessions that begin in the range', async () => {
  const rows = linesOf((await exported('ndjson')).body);
  expect(rows).toHaveLength(total - 3);
  expect(new Set(rows.map((row) => `${row.session_id} ${row.n}`)).size).toBe(total - 3);
  expect(rows.find((row) => row.kind === 'user')).toMatchObject({ openid: 'o-1', at: NOW - HOUR_MS + 7, ip: '' });
});

test('Parquet has the same events, and its temporary file goes', async () => {
  const path = join(server.data, 'read-again.parquet');
  writeFileSync(path, (await exported('parquet')).rawPayload);
  expect(readFileSync(path).subarray(0, 4).toString()).toBe('PAR1');
  const [found] = await selectRows<{ events: number | string; openids: string[] }>(
    store,
    "SELECT count() AS events, groupArrayIf(openid, openid != '') AS openids FROM file({path:String}, 'Parquet')",
    { path },
  );
  expect([Number(found?.events), found?.openids]).toEqual([total - 3, ['o-1']]);
  await expect.poll(() => readdirSync(join(server.data, 'exports'))).toEqual([]);
});

test('a range without events gives none', async () => {
  expect((await exported('ndjson', 'from=2020-01-01&to=2020-01-02')).body).toBe('');
});

test.each([
  ['without a login', 'from=2026-03-01&to=2026-03-02', {}, 401],
  ['with the secret of an import', 'from=2026-03-01&to=2026-03-02', { authorization: 'Bearer wrong' }, 401],
  ['with a day that is none', "from=2026-03-01'--&to=2026-03-02", undefined, 400],
])('an export %s is refused', async (_name, range, headers, status) => {
  expect((await exported('ndjson', encodeURI(range), headers ?? server.asOwner)).statusCode).toBe(status);
});

test('more than four exports at once are told to come back, until one of them ends', async () => {
  const url = await server.app.listen({ host: '127.0.0.1', port: 0 });
  const path = `/api/v1/apps/${from.appid}/export?from=2026-03-01&to=2026-03-02&format=ndjson`;
  const open = async (headers: Record<string, string> = server.asOwner) => {
    const asked = get(`${url}${path}`, { headers, agent: false });
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    return answer;
  };
  // Nobody reads what they send, so none of them ends by itself.
  const running = await Promise.all([open(), open(), open(), open()]);
  expect(running.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200]);
  expect((await exported('ndjson')).json()).toMatchObject({ code: 'BUSY', retry: true });
  running[0]?.destroy();
  await expect.poll(async () => (await exported('ndjson', 'from=2020-01-01&to=2020-01-02')).statusCode).toBe(200);
  for (const answer of running) answer.destroy();
});

test('what a killed export left half-way is cleared by the next start', async () => {
  const data = mkdtempSync(join(tmpdir(), 'minilens-export-'));
  mkdirSync(join(data, 'exports'));
  writeFileSync(join(data, 'exports', 'half.parquet'), 'PAR1');
  const app = Fastify();
  await app.register(exportRoute, {
    exporting: store,
    isEmbedded: true,
    dataDirectory: data,
    identify: {} as Identify,
  });
  expect(readdirSync(join(data, 'exports'))).toEqual([]);
  await app.close();
  rmSync(data, { recursive: true });
});
