import { expect, test } from 'vitest';
import { callsThroughTime, callTrendQuestions, lineGrain } from './interfaces';

const names = Array.from({ length: 50 }, (_, index) => `api${index}`);

test.each([
  ['three days by hour', { from: '2026-11-20', to: '2026-11-22' }, 'hour', 72],
  ['a month by day', { from: '2026-10-24', to: '2026-11-22' }, 'day', 30],
  ['four hundred days by week', { from: '2025-10-19', to: '2026-11-22' }, 'week', 58],
] as const)(
  'no question of %s has more rows than an answer, and all fit one request',
  (_name, range, grain, points) => {
    const questions = callTrendQuestions(names, { ...range, filters: { platform: ['ios'] } }, grain);
    const asked = Object.values(questions).flatMap(({ filters }) => (filters?.name ? [filters.name] : []));
    expect(asked.flat()).toEqual(names);
    expect(Math.max(...asked.map(({ length }) => length)) * points).toBeLessThanOrEqual(1_000);
    expect(Object.keys(questions).length).toBeLessThanOrEqual(24);
    expect(questions.part0?.filters?.platform).toEqual(['ios']);
  },
);

test('days that are too many for a line become weeks', () => {
  expect(lineGrain({ from: '2026-10-24', to: '2026-11-22' }, 'day')).toBe('day');
  expect(lineGrain({ from: '2025-10-19', to: '2026-11-22' }, 'day')).toBe('week');
});

test('where an interface was not called its line is at zero', () => {
  const answers = {
    all: {
      rows: [
        { day: 1, calls: 9 },
        { day: 2, calls: 0 },
        { day: 3, calls: 5 },
        { day: 4, calls: 0 },
      ],
    },
    part0: {
      rows: [
        { name: 'login', day: 3, calls: 5 },
        { name: 'login', day: 1, calls: 2 },
      ],
    },
    part1: { rows: [{ name: 'scanCode', day: 1, calls: 7 }] },
  };
  expect([...callsThroughTime(['login', 'scanCode'], answers, 'day', 3)]).toEqual([
    ['login', [2, 0, 5]],
    ['scanCode', [7, 0, 0]],
  ]);
});
