import { expect, test } from 'vitest';
import { allCohorts, cohortRows } from './retained-rates';

const retention = {
  unit: 'day' as const,
  cohorts: [
    { at: 1, retained_uv: [100, 40, 30], retained_uv_new: [10, 1, 0] },
    { at: 2, retained_uv: [300, 60], retained_uv_new: [0, 0] },
    { at: 3, retained_uv: [50], retained_uv_new: [5] },
  ],
};

test('the rate is of the users of the cohort, and of nobody there is none', () => {
  expect(cohortRows(retention, 'retained_uv')[0]).toEqual({
    at: 1,
    users: 100,
    again: [
      { users: 40, of: 100, rate: 40 },
      { users: 30, of: 100, rate: 30 },
    ],
  });
  expect(cohortRows(retention, 'retained_uv_new')[1]?.again).toEqual([{ users: 0, of: 0, rate: null }]);
});

test('all together, a cohort counts in the periods that it has reached', () => {
  expect(allCohorts(cohortRows(retention, 'retained_uv'))).toEqual({
    users: 450,
    again: [
      { users: 100, of: 400, rate: 25 },
      { users: 30, of: 100, rate: 30 },
    ],
  });
});

test('without cohorts there is nothing', () => {
  expect(allCohorts([])).toEqual({ users: 0, again: [] });
});
