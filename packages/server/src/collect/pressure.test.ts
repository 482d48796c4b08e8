import { deflateSync, gzipSync } from 'node:zlib';
import type { NewApp } from '@minilens/wire/report-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { envelopeOf, startTestServer, type TestServer } from '../testing/server.js';
import { networkOf } from './rate-limits.js';

/** 2026-03-02 12:00 in Shanghai. */
const NOW = Date.UTC(2026, 2, 2, 4);
const MB = 1024 ** 2;

let server: TestServer;
let app: NewApp;
let other: NewApp;
beforeAll(async () => {
  server = await startTestServer(NOW, {
    MINILENS_RATE_PER_IP: '20',
    MINILENS_RATE_PER_APP: '30',
    MINILENS_SPOOL_MAX_BYTES: String(MB),
  });
  app = await server.addApp('wx00000000000000aa');
  other = await server.addApp('wx00000000000000ab');
});
afterAll(() => server.stop());

let senders = 0;
/** Posts from an address of its own, unless one is named. */
const post = (payload: string | Buffer | object, { from, ...headers }: Record<string, string> = {}) =>
  server.app.inject({
    method: 'POST',
    url: '/v1/collect',
    payload: payload as string,
    headers,
    remoteAddress: from ?? `203.0.113.${++senders}`,
  });
const batch = (of = app) => JSON.stringify(envelopeOf(of, NOW));

test.each([
  ['gzip', gzipSync],
  ['x-gzip', gzipSync],
  ['Deflate', deflateSync],
])('a body may be compressed with %s', async (encoding, compress) => {
  const answer = await post(compress(batch()), { 'content-encoding': encoding });
  expect([answer.statusCode, answer.json()]).toEqual([200, { accepted: 3, dropped: {} }]);
});

test.each([
  ['an encoding nobody reads', 'br', Buffer.from(batchLike()), 415, 'UNKNOWN_ENCODING'],
  ['two encodings', 'gzip, gzip', gzipSync(gzipSync(batchLike())), 415, 'UNKNOWN_ENCODING'],
  ['what is no gzip', 'gzip', Buffer.from(batchLike()), 400, 'INVALID_ENCODING'],
  ['gzip cut off', 'gzip', gzipSync(batchLike()).subarray(0, 20), 400, 'INVALID_ENCODING'],
  ['gzip of what is no JSON', 'gzip', gzipSync('{"v":'), 400, 'INVALID_JSON'],
  ['gzip of nothing', 'gzip', gzipSync(''), 400, 'INVALID_ENVELOPE'],
  ['a body one byte too large', 'gzip', gzipSync('x'.repeat(65_537)), 413, 'BODY_TOO_LARGE'],
  ['a bomb', 'gzip', gzipSync(Buffer.alloc(48 * MB)), 413, 'BODY_TOO_LARGE'],
  ['more compressed bytes than a body may have', 'gzip', Buffer.alloc(65_537), 413, 'BODY_TOO_LARGE'],
])('%s is refused with a reason', async (_name, encoding, body, status, code) => {
  const answer = await post(body, { 'content-encoding': encoding });
  expect([answer.statusCode, answer.json()]).toEqual([status, expect.objectContaining({ code, retry: false })]);
});

function batchLike() {
  return JSON.stringify({ v: 1, events: [] });
}

test('an address that sends too much is turned away before its body is read; another is not', async () => {
  const from = '198.51.100.1';
  for (let i = 0; i < 20; i++) expect((await post('no JSON', { from })).statusCode).toBe(400);
  const answer = await post('no JSON', { from });
  expect([answer.statusCode, answer.json()]).toEqual([
    429,
    expect.objectContaining({ code: 'TOO_MANY_REQUESTS', retry: true }),
  ]);
  expect((await post('no JSON', { from: '198.51.100.2' })).statusCode).toBe(400);
});

test('those turned away together are told to come back at different times', async () => {
  const from = '198.51.100.3';
  for (let i = 0; i < 20; i++) await post('no JSON', { from });
  const answers = await Promise.all(Array.from({ length: 30 }, () => post('no JSON', { from })));
  const seconds = answers.map(({ headers }) => Number(headers['retry-after']));
  expect(new Set(seconds).size).toBeGreaterThan(5);
  expect(Math.min(...seconds)).toBeGreaterThan(0);
});

test('an app that sends too much is turned away, whatever the address; another app is not', async () => {
  const own = await server.addApp('wx00000000000000ac');
  for (let i = 0; i < 30; i++) expect((await post(batch(own))).statusCode).toBe(200);
  const answer = await post(batch(own));
  expect([answer.statusCode, answer.json().code]).toEqual([429, 'TOO_MANY_REQUESTS']);
  expect((await post(batch(other))).statusCode).toBe(200);
});

test.each([
  ['203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['2001:db8:1:2::1', '20010db800010002'],
  ['2001:db8:1:2:ffff:ffff:ffff:ffff', '20010db800010002'],
  ['2001:db8:1:3::1', '20010db800010003'],
  ['fe80::1%eth0', 'fe80000000000000'],
  ['::1', '0000000000000000'],
  ['203.0.113.7:5678', '203.0.113.7'],
  ['[2001:db8:1:2::1]:443', '20010db800010002'],
  ['garbage:x', 'garbage:x'],
  [`${'x'.repeat(100)}`, 'x'.repeat(64)],
])('%s counts as %s', (ip, network) => expect(networkOf(ip)).toBe(network));

test('imports leave half of the spool to devices', async () => {
  const own = await server.addApp('wx00000000000000ad');
  const importing = () => {
    const lines = Array.from({ length: 100 }, () => JSON.stringify(envelopeOf(own, NOW))).join('\n');
    return server.post(`/v1/import?app=${own.appid}`, lines, { authorization: `Bearer ${own.secret}` });
  };
  let answer = await importing();
  for (let i = 0; i < 20 && answer.status === 200; i++) answer = await importing();
  expect(answer).toMatchObject({ status: 503, body: { code: 'SPOOL_FULL', retry: true } });
  expect((await post(batch(other))).statusCode).toBe(200);
  await server.drain();
  expect((await importing()).status).toBe(200);
});

test('more imports than can wait are refused before they are unpacked', async () => {
  const own = await server.addApp('wx00000000000000af');
  const importing = (body: string) =>
    server.post(`/v1/import?app=${own.appid}`, body, { authorization: `Bearer ${own.secret}` });
  const answers = await Promise.all(Array.from({ length: 8 }, () => importing(JSON.stringify(envelopeOf(own, NOW)))));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(5);
  expect(answers.find(({ status }) => status !== 200)).toMatchObject({
    status: 503,
    body: { code: 'BUSY', retry: true },
  });
});

test('what is refused is counted by its reason', async () => {
  const metrics = (await server.get<string>('/metrics')).body;
  for (const code of ['INVALID_JSON', 'INVALID_ENVELOPE', 'BODY_TOO_LARGE', 'TOO_MANY_REQUESTS', 'SPOOL_FULL'])
    expect(metrics).toMatch(new RegExp(`minilens_requests_refused_total\\{code="${code}"\\} [1-9]`));
});

test('how far the clocks of devices are off is reported', async () => {
  const own = await server.addApp('wx00000000000000ae');
  for (const sentAt of [NOW, NOW - 7_200_000, NOW + 400 * 86_400_000])
    expect((await post({ ...envelopeOf(own, NOW), sentAt })).statusCode).toBe(200);
  const metrics = (await server.get<string>('/metrics')).body;
  expect(metrics).toContain('minilens_clock_skew_seconds_sum{clock="behind"} 7200');
  expect(metrics).toContain('minilens_clock_skew_seconds_bucket{le="31536000",clock="ahead"} 0');
  expect(metrics).toContain('minilens_clock_skew_seconds_count{clock="ahead"} 1');
});
