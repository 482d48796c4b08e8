import { expect, test } from 'vitest';
import { type Bucket, planBuckets } from './buckets.js';

const HOUR = 3_600;
const bucket = (hour: number, loads: number, covers: number, rollupIds = [hour + 1]): Bucket => ({
  ...{ hour: hour * HOUR, loads, covers, rollupIds },
  loadedAt: 0,
});

test('clean hours are answered by their rollups, and hours that were given anything since by their events', () => {
  const buckets = [bucket(0, 10, 10), bucket(1, 10, 9), bucket(2, 10, 10), bucket(3, 10, 0, [])];
  expect(planBuckets(buckets, 0)).toEqual({
    rollupIds: [1, 3],
    dirtyHours: [HOUR, 3 * HOUR],
    newcomersMayBeStale: true,
  });
  expect(planBuckets(buckets, 3 * HOUR * 1000)).toEqual({
    rollupIds: [],
    dirtyHours: [3 * HOUR],
    newcomersMayBeStale: false,
  });
});

test('a large hour is answered by its rollup while no more than a thousandth is missing there', () => {
  const plan = (...buckets: Bucket[]) => planBuckets(buckets, 0);
  expect(plan(bucket(0, 200_000, 199_800), bucket(1, 9, 9))).toEqual({
    rollupIds: [1, 2],
    dirtyHours: [],
    newcomersMayBeStale: false,
  });
  expect(plan(bucket(0, 200_000, 199_799)).dirtyHours).toEqual([0]);
  expect(plan(bucket(0, 199_999, 199_998)).dirtyHours).toEqual([0]);
  expect(plan(bucket(0, 1_000_000, 0, [])).dirtyHours).toEqual([0]);
});
