import type { CallAnswer } from '@minilens/simulator/device';
import { expect, test } from 'vitest';
import { MINUTE_MS, testDevice } from '../test-device.js';

function requested(answer: CallAnswer, given: object = {}, url = 'https://api.test/orders/8731?token=secret') {
  const { device, clock, collector } = testDevice({ onCall: () => answer });
  device.launch({ path: 'pages/list/list' });
  device.request(url, given);
  clock.advance(MINUTE_MS);
  return { events: collector.ofKind('request'), bodies: collector.bodies };
}

test('a request carries method, host, folded path, status, duration, page and size, and nothing else', () => {
  const { events, bodies } = requested(
    { success: { statusCode: 200, data: { name: 'secret' }, header: { 'Content-Length': '512' } }, afterMs: 120 },
    { method: 'post', data: { card: 'secret' }, header: { cookie: 'secret' } },
  );
  expect(events).toEqual([
    {
      n: 5,
      at: expect.any(Number),
      session: expect.any(String),
      kind: 'request',
      method: 'POST',
      host: 'api.test',
      path: '/orders/:id',
      outcome: 'ok',
      status: 200,
      durationMs: 120,
      page: 'pages/list/list',
      receivedBytes: 512,
    },
  ]);
  expect(bodies.join()).not.toContain('secret');
});

test.each<[string, CallAnswer, object]>([
  ['a redirect', { success: { statusCode: 302, data: '' } }, { outcome: 'ok', status: 302 }],
  ['a missing page', { success: { statusCode: 404, data: 'niet gevonden' } }, { outcome: 'http_error', status: 404 }],
  ['a broken server', { success: { statusCode: 500, data: {} } }, { outcome: 'http_error', status: 500 }],
  [
    'no network',
    { fail: { errMsg: 'request:fail timeout' } },
    { outcome: 'network_error', errMsg: 'request:fail timeout' },
  ],
])('%s', (_name, answer, expected) => {
  expect(requested(answer).events).toEqual([expect.objectContaining(expected)]);
});

test.each<[string, object]>([
  ['an empty text', { data: '' }],
  ['a header that says so', { data: '', header: { 'content-length': '0' } }],
  ['a header that says nonsense', { data: {}, header: { 'content-length': 'chunked' } }],
  ['an object', { data: { a: 1 } }],
])('an answer without known size, %s, has none', (_name, answer) => {
  const [event] = requested({ success: { statusCode: 200, ...answer } }).events;
  expect(event).toMatchObject({ outcome: 'ok', status: 200 });
  expect(event).not.toHaveProperty('receivedBytes');
});

test('what was sent is known from the platform’s profile alone', () => {
  const profile = {
    domainLookUpStart: 100,
    domainLookUpEnd: 103,
    connectStart: 103,
    connectEnd: 150,
    SSLconnectionStart: 120,
    SSLconnectionEnd: 150,
    requestStart: 151,
    responseStart: 240,
    sendBytesCount: 431,
    receivedBytedCount: 2_048,
  };
  const post = { method: 'POST', data: { a: 'b'.repeat(500) } };
  const answer = { statusCode: 200, data: {}, header: { 'content-length': '512' } };
  expect(requested({ success: answer }, post).events[0]).not.toHaveProperty('sentBytes');
  expect(requested({ success: { ...answer, profile } }, post).events).toEqual([
    expect.objectContaining({
      sentBytes: 431,
      receivedBytes: 2_048,
      dnsMs: 3,
      connectMs: 47,
      tlsMs: 30,
      firstByteMs: 89,
    }),
  ]);
});

test('a kept connection has no times of its beginning', () => {
  const profile = { domainLookUpStart: 0, domainLookUpEnd: 0, connectStart: 0, connectEnd: 0, requestStart: 5 };
  const [event] = requested({ success: { statusCode: 200, data: {}, profile } }).events;
  for (const name of ['dnsMs', 'connectMs', 'tlsMs', 'firstByteMs', 'sentBytes'])
    expect(event).not.toHaveProperty(name);
});

test('an abort is told from a failure, and the task is the platform’s own', () => {
  const { device, clock, collector } = testDevice({ onCall: () => ({ success: { statusCode: 200 }, afterMs: 5_000 }) });
  device.launch();
  const task = device.request('https://api.test/a') as { abort(): void };
  clock.advance(70);
  task.abort();
  clock.advance(MINUTE_MS);
  expect(collector.ofKind('request')).toEqual([
    expect.objectContaining({ outcome: 'abort', durationMs: 70, errMsg: 'request:fail abort' }),
  ]);
});

test('a request without callbacks is seen too', () => {
  expect(requested({ success: { statusCode: 204 } }, { success: undefined, fail: undefined }).events).toEqual([
    expect.objectContaining({ outcome: 'ok', status: 204 }),
  ]);
});

test('a request that tells its end twice is one request', () => {
  expect(requested({ success: { statusCode: 200 } }, { complete() {} }).events).toHaveLength(1);
});

test('the agent’s own batches are not counted', () => {
  const { device, clock, collector } = testDevice();
  device.launch();
  clock.advance(MINUTE_MS);
  expect(collector.bodies.length).toBeGreaterThan(0);
  expect(collector.ofKind('request')).toEqual([]);
});

test('request among hookApis changes nothing and says nothing', () => {
  const { device, clock, collector, said } = testDevice({ config: { hookApis: ['request'] } });
  device.launch();
  device.request('https://api.test/a');
  clock.advance(MINUTE_MS);
  expect(collector.ofKind('request')).toHaveLength(1);
  expect(collector.ofKind('call')).toEqual([]);
  expect(said).toEqual([]);
});
