import { expect, test } from 'vitest';
import { figuresOf } from './push-figures';

test('rate and mean are of all deliveries, failures included', () => {
  const figures = figuresOf({
    callback_count: 8,
    fail_count: 2,
    total_time_cost: 10_300,
    max_time_cost: 5_000,
    deliveryP50Ms: 40,
    deliveryP95Ms: 4_800,
    deliveryP99Ms: 5_000,
  });
  expect(figures).toEqual({
    deliveries: 8,
    failed: 2,
    failureRate: 25,
    meanMs: 1_288,
    p50Ms: 40,
    p95Ms: 4_800,
    p99Ms: 5_000,
    longestMs: 5_000,
  });
});

test('an hour without deliveries has no rate and no times, not even 0 ms', () => {
  const none = { callback_count: 0, fail_count: 0, total_time_cost: 0, max_time_cost: 0 };
  expect(figuresOf({ ...none, deliveryP50Ms: null, deliveryP95Ms: null, deliveryP99Ms: null })).toEqual({
    deliveries: 0,
    failed: 0,
    failureRate: null,
    meanMs: null,
    p50Ms: null,
    p95Ms: null,
    p99Ms: null,
    longestMs: null,
  });
});
