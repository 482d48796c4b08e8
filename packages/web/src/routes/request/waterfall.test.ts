import { expect, test } from 'vitest';
import { waterfallOf } from './waterfall';

const keysAndMs = (row: Parameters<typeof waterfallOf>[0]) => waterfallOf(row).map(({ key, ms }) => [key, ms]);

test('TLS is taken out of connecting, and the rest goes up to the p50', () => {
  const row = { dnsMs: 10, connectMs: 50, tlsMs: 30, firstByteMs: 100, requestDurationP50Ms: 200 };
  expect(keysAndMs(row)).toEqual([
    ['dns', 10],
    ['connect', 20],
    ['tls', 30],
    ['firstByte', 100],
    ['rest', 40],
  ]);
});

test('what the platform does not tell is absent, and of nothing there is no waterfall', () => {
  expect(keysAndMs({ dnsMs: null, connectMs: 5, tlsMs: null, firstByteMs: 20, requestDurationP50Ms: null })).toEqual([
    ['connect', 5],
    ['firstByte', 20],
  ]);
  expect(keysAndMs({ dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null, requestDurationP50Ms: 90 })).toEqual(
    [],
  );
});
