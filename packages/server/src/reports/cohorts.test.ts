import { expect, test } from 'vitest';
import { type CohortUnit, cohortsOf } from './cohorts.js';

/** 2026-03-04 12:30 in Shanghai, a Wednesday. */
const NOW = Date.UTC(2026, 2, 4, 4, 30);
const midnight = (date: string) => Date.parse(`${date}T00:00:00+08:00`);
const cohorts = (from: string, to: string, unit: CohortUnit, timezone = 'Asia/Shanghai') =>
  cohortsOf({ from: midnight(from), to: midnight(to), timezone }, unit, NOW).map((periods) => [
    new Date(periods[0].from + 8 * 3_600_000).toISOString().slice(0, 10),
    periods.length,
  ]);

test('days, weeks and months that are over, with those after them', () => {
  expect(cohorts('2026-03-01', '2026-03-05', 'day')).toEqual([
    ['2026-03-01', 3],
    ['2026-03-02', 2],
    ['2026-03-03', 1],
  ]);
  expect(cohorts('2026-02-18', '2026-03-05', 'week')).toEqual([
    ['2026-02-16', 2],
    ['2026-02-23', 1],
  ]);
  expect(cohorts('2026-01-31', '2026-03-05', 'month')).toEqual([
    ['2026-01-01', 2],
    ['2026-02-01', 1],
  ]);
});

test('at most 31 cohorts of 14 periods, the last of them', () => {
  const days = cohorts('2025-06-01', '2026-03-05', 'day');
  expect([days.length, days[0], days.at(-1)]).toEqual([31, ['2026-02-01', 14], ['2026-03-03', 1]]);
});

test('nothing is over of a range that lies ahead', () => {
  expect(cohorts('2026-03-04', '2026-03-05', 'day')).toEqual([]);
  expect(cohorts('2026-04-01', '2026-05-01', 'month')).toEqual([]);
});

test('a day is as long as its zone says', () => {
  const [first] = cohortsOf(
    { from: Date.UTC(2025, 9, 26), to: Date.UTC(2025, 9, 27), timezone: 'Europe/Berlin' },
    'day',
    NOW,
  );
  expect(first?.[0]).toEqual({ from: Date.UTC(2025, 9, 25, 22), to: Date.UTC(2025, 9, 26, 23) });
});
