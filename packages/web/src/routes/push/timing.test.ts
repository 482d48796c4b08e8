import { expect, test } from 'vitest';
import { timingOf } from './timing';

const ok = { outcome: 'ok', reason: '', durationMs: 100, dnsMs: 5, connectMs: 15, firstByteMs: 90 } as const;
const nothing = { dnsMs: null, connectMs: null, firstByteMs: null };

test.each([
  ['a new connection has all four phases', ok, { dns: 5, connect: 15, waiting: 70, answer: 10 }],
  ['an open connection only waits and reads', { ...ok, dnsMs: null, connectMs: null }, { waiting: 90, answer: 10 }],
  [
    'without an answer the time went by waiting',
    { ...ok, outcome: 'request_timeout', durationMs: 5_000, firstByteMs: null },
    { dns: 5, connect: 15, waiting: 4_980 },
  ],
  [
    'an answer that did not end was being read',
    { ...ok, outcome: 'request_timeout', durationMs: 5_000 },
    { dns: 5, connect: 15, waiting: 70, answer: 4_910 },
  ],
  ['a name that nobody resolved', { ...ok, ...nothing, outcome: 'dns_timeout', durationMs: 5_000 }, { dns: 5_000 }],
  [
    'a connection that was not taken',
    { ...ok, ...nothing, dnsMs: 4, outcome: 'connect_timeout', durationMs: 5_000 },
    { dns: 4, connect: 4_996 },
  ],
  [
    'a connection that was cut had been taken',
    { ...ok, ...nothing, outcome: 'connect_failure', reason: 'cut', durationMs: 30 },
    { waiting: 30 },
  ],
  ['rounding never gives more than the whole', { ...ok, durationMs: 19, firstByteMs: 20 }, { dns: 5, connect: 14 }],
  ['nothing took no time', { ...ok, ...nothing, durationMs: 0 }, {}],
] as const)('%s', (_name, delivery, phases) => {
  expect(Object.fromEntries(timingOf(delivery).map(({ phase, ms }) => [phase, ms]))).toEqual(phases);
});
