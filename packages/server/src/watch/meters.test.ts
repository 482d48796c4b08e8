import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test, vi } from 'vitest';
import { envelopeOf, startTestServer, type TestServer } from '../testing/server.js';

const NOW = Date.UTC(2026, 2, 2, 3, 30);
const APPID = 'wx00000000000000aa';

// The machine may be busy.
vi.setConfig({ testTimeout: 60_000 });

let server: TestServer;
const start = async (env?: Record<string, string>) => {
  server = await startTestServer(NOW, env);
};
afterEach(() => server.stop());

const metrics = async () => (await server.get<string>('/metrics')).body;

/** The value of a series, named as it stands in the text. */
const seriesOf = (text: string, series: string) =>
  Number(
    text
      .split('\n')
      .find((line) => line.startsWith(`${series} `))
      ?.slice(series.length + 1),
  );

test('a batch is seen from its acknowledgement through the spool into the store', async () => {
  await start();
  const app = await server.addApp(APPID);
  await server.post('/v1/collect', envelopeOf(app, NOW));
  server.clock.now = NOW + 90_000;

  const waiting = await metrics();
  expect(seriesOf(waiting, 'minilens_batches_total')).toBe(1);
  expect(seriesOf(waiting, 'minilens_events_accepted_total')).toBe(3);
  expect(seriesOf(waiting, 'minilens_batch_bytes_total')).toBeGreaterThan(100);
  expect(seriesOf(waiting, 'minilens_acknowledgement_seconds_count')).toBe(1);
  expect(seriesOf(waiting, 'minilens_spool_batches')).toBe(1);
  expect(seriesOf(waiting, 'minilens_spool_limit_bytes')).toBeGreaterThan(1e9);
  expect(seriesOf(waiting, 'minilens_spool_oldest_seconds')).toBe(90);

  await server.drain();
  const loaded = await metrics();
  expect(seriesOf(loaded, 'minilens_spool_oldest_seconds')).toBe(0);
  expect(seriesOf(loaded, 'minilens_insert_seconds_count')).toBe(1);
  expect(seriesOf(loaded, 'minilens_insert_rows_sum')).toBe(3);
  expect(seriesOf(loaded, 'minilens_insert_failures_total')).toBe(0);
});

test('hours that wait for their rollup are counted, and that they were rolled up', async () => {
  await start();
  const app = await server.addApp(APPID);
  await server.post('/v1/collect', envelopeOf(app, NOW));
  await server.drain();
  server.clock.now = Date.now() + 3_600_000;
  await server.listen();
  await expect.poll(metrics, { timeout: 15_000 }).toMatch(/minilens_rollup_hours_total 1\n/);
  const done = await metrics();
  expect(seriesOf(done, 'minilens_dirty_buckets')).toBe(1);
  expect(seriesOf(done, 'minilens_dirty_bucket_oldest_seconds')).toBeGreaterThan(86_400);
  expect(seriesOf(done, 'minilens_rollup_seconds_count')).toBe(1);
  await expect
    .poll(metrics, { timeout: 15_000 })
    .toMatch(/minilens_job_last_success_timestamp_seconds\{job="roll up"\} 1\d{9}/);
  expect(seriesOf(await metrics(), 'minilens_job_failures_total{job="roll up"}')).toBe(0);
  await expect.poll(metrics, { timeout: 15_000 }).toContain('minilens_store_reachable 1');
});

test('refusals, answers of the WeChat paths and questions are counted by words of our own', async () => {
  await start();
  const app = await server.addApp(APPID);
  await server.post('/v1/collect', { ...envelopeOf(app, NOW), key: 'k_stranger' });
  await server.post('/v1/collect', '{');
  await server.get('/a-path-of-a-stranger');
  await server.get('/cgi-bin/token?appid=wx00000000000000ff&grant_type=client_credential&secret=guess');
  const range = 'from=2026-03-01&to=2026-03-02';
  await server.get(`/api/v1/apps/${APPID}/interfaces?${range}`, server.asOwner);
  await server.post(
    `/api/v1/apps/${APPID}/questions`,
    { from: '2026-03-01', to: '2026-03-02', questions: { calls: { metrics: ['calls'] } } },
    server.asOwner,
  );
  for (const path of ['interfaces/requestPayment/records', 'events', 'sessions', 'push/deliveries'])
    await server.get(`/api/v1/apps/${APPID}/${path}?${range}`, server.asOwner);

  const text = await metrics();
  expect(seriesOf(text, 'minilens_requests_refused_total{code="WRONG_KEY"}')).toBe(1);
  expect(seriesOf(text, 'minilens_requests_refused_total{code="INVALID_JSON"}')).toBe(1);
  expect(seriesOf(text, 'minilens_requests_refused_total{code="NOT_FOUND"}')).toBe(1);
  expect(seriesOf(text, 'minilens_wechat_answers_total{errcode="40013"}')).toBe(1);
  for (const [kind, asked] of [
    ['report', 2],
    ['records', 4],
    ['wechat', 1],
  ])
    expect(seriesOf(text, `minilens_question_seconds_count{kind="${kind}"}`)).toBe(asked);
  expect(text).not.toMatch(/stranger|guess|wx0000/);
  for (const name of ['process_resident_memory_bytes', 'nodejs_eventloop_lag_seconds', 'nodejs_active_handles_total'])
    expect(text).toContain(name);
});

test('every metric of ours is told in docs/metrics-endpoint.md, and nothing else is', async () => {
  await start();
  const docs = readFileSync(new URL('../../../../docs/metrics-endpoint.md', import.meta.url), 'utf8');
  const told = [...docs.matchAll(/^\| `(minilens_\w+)` \| (\w+) \|/gm)].map(([, name, type]) => `${name} ${type}`);
  const there = [...(await metrics()).matchAll(/^# TYPE (minilens_\w+ \w+)$/gm)].map(([, line]) => line);
  expect(told.sort()).toEqual(there.sort());
});

test('metrics are for this machine and for administrators, and for nobody who comes through a proxy or under another name', async () => {
  await start();
  const status = async (headers: Record<string, string>) => (await server.get('/metrics', headers)).status;
  expect(await status({ host: '127.0.0.1:8321' })).toBe(200);
  expect(await status({ host: '[::1]:8321' })).toBe(200);
  expect(await status({ host: 'rebound.example' })).toBe(401);
  expect(await status({ 'x-forwarded-for': '203.0.113.7' })).toBe(401);
  expect(await status({ 'x-forwarded-for': '203.0.113.7', ...server.asOwner })).toBe(200);
  expect(await status({ 'x-forwarded-for': '203.0.113.7', authorization: 'Bearer guess' })).toBe(401);
});

test('a request that a proxy passed on is not from this machine, by whatever header it says so', async () => {
  await start();
  for (const header of ['forwarded', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'cf-connecting-ip', 'via'])
    expect([header, (await server.get('/metrics', { [header]: '127.0.0.1' })).status]).toEqual([header, 401]);
});

test('a request in HTTP/1.0, as a proxy sends that was told nothing else, is not from this machine', async () => {
  await start();
  const url = await server.app.listen({ host: '127.0.0.1', port: 0 });
  const statusIn = async (version: string) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.end(`GET /metrics HTTP/${version}\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n`);
    return (await text(socket)).split(' ')[1];
  };
  expect([await statusIn('1.1'), await statusIn('1.0')]).toEqual(['200', '401']);
});

test.each([
  ['MINILENS_TRUST_PROXY', 'true'],
  ['MINILENS_PUBLIC_URL', 'https://lens.example'],
])('behind a proxy, as %s says, this machine is nobody in particular', async (variable, value) => {
  await start({ [variable]: value });
  expect((await server.get('/metrics')).status).toBe(401);
  expect((await server.get('/metrics', server.asOwner)).status).toBe(200);
});

test('with a token set, it opens the metrics and being on this machine does not', async () => {
  const token = 'a-token-of-sixteen';
  await start({ MINILENS_METRICS_TOKEN: token });
  const status = async (headers = {}) => (await server.get('/metrics', headers)).status;
  expect(await status()).toBe(401);
  expect(await status({ authorization: `Bearer ${token}x` })).toBe(401);
  expect(await status({ authorization: `Bearer ${token}` })).toBe(200);
  expect(await status(server.asOwner)).toBe(200);
  await server.stop();
});
