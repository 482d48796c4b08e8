import type { EventRecord } from '@minilens/wire/records';
import { expect, test } from 'vitest';
import { gapsIn, isShown, longestMs, sinceStart } from './time-line';

const event = (said: Partial<EventRecord>) => said as EventRecord;

test.each([
  [0, '0:00.000'],
  [1_234, '0:01.234'],
  [62_005, '1:02.005'],
  [3_600_000, '60:00.000'],
  [-40, '−0:00.040'],
])('%s ms since the start read %s', (ms, text) => {
  expect(sinceStart(ms)).toBe(text);
});

test('numbers that are not there are told as stretches, from the first one on', () => {
  expect(gapsIn([{ n: 1 }, { n: 2 }, { n: 3 }])).toEqual([]);
  expect(gapsIn([{ n: 3 }, { n: 4 }, { n: 6 }, { n: 10 }])).toEqual([
    { from: 1, to: 2 },
    { from: 5, to: 5 },
    { from: 7, to: 9 },
  ]);
});

test('a part of the session shows its kinds alone, and failures are of any kind', () => {
  const failed = event({ kind: 'call', outcome: 'fail' });
  expect([undefined, 'failures', 'calls'].every((show) => isShown(failed, show as 'calls'))).toBe(true);
  expect(isShown(failed, 'requests')).toBe(false);
  expect(isShown(event({ kind: 'call', outcome: 'cancel' }), 'failures')).toBe(false);
  expect(isShown(event({ kind: 'error' }), 'failures')).toBe(true);
});

test('bars are as wide as the longest duration allows', () => {
  expect(longestMs([event({ durationMs: 5 }), event({}), event({ durationMs: 90 })])).toBe(90);
  expect(longestMs([])).toBe(0);
});
