import { expect, test } from 'vitest';
import '../../range/range-choice';
import { hoursSoFar, overviewQuestions } from './overview-questions';

test('today is compared with the same hours of yesterday and of a week ago', () => {
  expect(hoursSoFar('Asia/Shanghai', Date.parse('2026-11-22T10:40:00+08:00'))).toEqual({
    today: { from: '2026-11-22T00:00:00+08:00', to: '2026-11-22T10:00:00+08:00' },
    yesterday: { from: '2026-11-21T00:00:00+08:00', to: '2026-11-21T10:00:00+08:00' },
    lastWeek: { from: '2026-11-15T00:00:00+08:00', to: '2026-11-15T10:00:00+08:00' },
  });
});

test('in the first hour of a day nothing can be compared yet', () => {
  expect(hoursSoFar('Asia/Shanghai', Date.parse('2026-11-22T00:40:00+08:00'))).toBeUndefined();
});

test('message push is not asked where the screen is narrowed to devices', () => {
  const range = { from: '2026-11-22', to: '2026-11-22' };
  const asked = { before: range, grain: 'hour', comparisons: undefined } as const;
  expect(overviewQuestions(range, { ...asked, filters: undefined }).questions).toHaveProperty('push');
  expect(overviewQuestions(range, { ...asked, filters: { platform: ['ios'] } }).questions).not.toHaveProperty('push');
});

test('on one page nothing is asked that only whole sessions have', () => {
  const range = { from: '2026-11-22', to: '2026-11-22' };
  const asked = { before: range, grain: 'hour', comparisons: undefined } as const;
  const healthWith = (filters: { page?: string[] } | undefined) =>
    overviewQuestions(range, { ...asked, filters }).questions.health?.metrics;
  expect(healthWith(undefined)).toContain('crashFreeRate');
  expect(healthWith({ page: ['pages/index/index'] })).not.toContain('crashFreeRate');
});
