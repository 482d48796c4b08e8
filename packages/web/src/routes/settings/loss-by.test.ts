import type { LossReport } from '@minilens/wire/report-api';
import { expect, test } from 'vitest';
import { dropsByReason, lossByAgent, lossByDay } from './loss-by';

const day = (text: string, offset = '+08:00') => Date.parse(`${text}T00:00:00${offset}`);
const REPORT: LossReport = {
  range: { from: day('2026-11-01'), to: day('2026-11-04'), timezone: 'Asia/Shanghai' },
  loss: [
    { at: day('2026-11-01'), agent: '0.1.0', numbered: 100, missing: 1, lossRate: 1 },
    { at: day('2026-11-01'), agent: '0.2.0', numbered: 300, missing: 3, lossRate: 1 },
    { at: day('2026-11-03'), agent: '0.1.0', numbered: 100, missing: 9, lossRate: 9 },
  ],
  drops: [
    { at: day('2026-11-01'), agent: '0.1.0', reason: 'invalid', dropped: 2 },
    { at: day('2026-11-03'), agent: '0.2.0', reason: 'too_old', dropped: 7 },
    { at: day('2026-11-03'), agent: '0.1.0', reason: 'invalid', dropped: 1 },
  ],
};

test('a day without events is a day, and a rate of nothing is none', () => {
  expect(lossByDay(REPORT)).toEqual([
    { at: day('2026-11-01'), numbered: 400, missing: 4, arrived: 396, dropped: 2, lossRate: 1 },
    { at: day('2026-11-02'), numbered: 0, missing: 0, arrived: 0, dropped: 0, lossRate: null },
    { at: day('2026-11-03'), numbered: 100, missing: 9, arrived: 91, dropped: 8, lossRate: 9 },
  ]);
});

test('days keep to the zone when its clocks change', () => {
  const range = { from: day('2026-10-24', '+02:00'), to: day('2026-10-27', '+01:00'), timezone: 'Europe/Berlin' };
  expect(lossByDay({ range, loss: [], drops: [] }).map(({ at }) => new Date(at).toISOString())).toEqual([
    '2026-10-23T22:00:00.000Z',
    '2026-10-24T22:00:00.000Z',
    '2026-10-25T23:00:00.000Z',
  ]);
});

test('rates of versions are of their events, not the middle of rates', () => {
  expect(lossByAgent(REPORT)).toEqual([
    { agent: '0.2.0', numbered: 300, missing: 3, arrived: 297, dropped: 7, lossRate: 1 },
    { agent: '0.1.0', numbered: 200, missing: 10, arrived: 190, dropped: 3, lossRate: 5 },
  ]);
});

test('reasons come with the versions they are of, the most frequent first', () => {
  expect(dropsByReason(REPORT)).toEqual([
    { reason: 'too_old', dropped: 7, agents: ['0.2.0'] },
    { reason: 'invalid', dropped: 3, agents: ['0.1.0'] },
  ]);
});
