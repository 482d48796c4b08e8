import { expect, test } from 'vitest';
import { trendOf } from './trend';

const HOUR_MS = 3_600_000;
const START = Date.parse('2026-11-22T00:00:00+08:00');
const point = (hour: number) => ({
  at: START + hour * HOUR_MS,
  calls: 1,
  success: 1,
  errors: 0,
  cancel: 0,
  unknown: 0,
  successRate: 100,
});
const day = {
  grain: 'hour' as const,
  trend: Array.from({ length: 24 }, (_, hour) => point(hour)),
  range: { from: START, to: START + 24 * HOUR_MS, timezone: 'Asia/Shanghai' },
};

test.each([
  ['in the middle of the day the hours to come are left out', 10.5, 11, true],
  ['at a full hour the new hour has just begun', 10, 11, true],
  ['in the last hour', 23.9, 24, true],
  ['when the day is over nothing is still counting', 24, 24, false],
  ['before the day there is nothing', -1, 0, false],
])('%s', (_name, hour, points, isOngoing) => {
  const trend = trendOf(day, START + hour * HOUR_MS);
  expect([trend.points.length, trend.isOngoing]).toEqual([points, isOngoing]);
});
