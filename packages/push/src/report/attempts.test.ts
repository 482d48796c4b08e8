import { expect, test } from 'vitest';
import { createAttempts } from './attempts.js';

const KEY = 'a'.repeat(32);

test('each delivery of a message is one attempt more, and messages do not mix', () => {
  const attempts = createAttempts({ now: () => 0 });
  expect([KEY, KEY, 'other', KEY].map(attempts.next)).toEqual([1, 2, 1, 3]);
});

test('a message that was not seen for ten minutes begins anew', () => {
  let now = 1_000_000;
  const attempts = createAttempts({ now: () => now });
  attempts.next(KEY);
  now += 599_000;
  expect(attempts.next(KEY)).toBe(2);
  now += 601_000;
  expect(attempts.next(KEY)).toBe(1);
});
