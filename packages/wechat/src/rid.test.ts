import { expect, test } from 'vitest';
import { createRid } from './rid.js';

test('a rid begins with the time in seconds and goes on with two random groups', () => {
  const numbers = [0x01bfdbee / 2 ** 32, 0x79769285 / 2 ** 32];
  expect(createRid(Date.UTC(2026, 8, 17, 14, 59, 38, 999), () => numbers.shift() ?? 0)).toBe(
    '6aac005a-01bfdbee-79769285',
  );
});

test.each([0, 1 - Number.EPSILON / 2])('a rid keeps its width when random is %d', (random) => {
  expect(createRid(0, () => random)).toMatch(/^00000000-[0-9a-f]{8}-[0-9a-f]{8}$/);
});
