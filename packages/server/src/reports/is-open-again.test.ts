import { expect, test } from 'vitest';
import { isOpenAgain } from './is-open-again.js';

/** When it was said to be resolved. */
const SAID = 1_000;

/** 2.0 is older than 1.10, and both than 1.9: versions are named as their makers like. */
const FIRST = new Map([
  ['2.0', 100],
  ['1.10', 200],
  ['1.9', 300],
  ['next', 2_000],
]);

test.each([
  ['its own version', '1.10', '1.10', SAID + 1, false],
  ['a later one', '1.10', '1.9', SAID + 1, true],
  ['a later one, but before it was resolved', '1.10', '1.9', SAID - 1, false],
  ['an older one', '1.10', '2.0', SAID + 1, false],
  ['a build outside a release', '1.10', '', SAID + 1, false],
  ['a version that came after it was resolved', '1.9', 'next', SAID + 1_001, true],
  ['an older one than that which nobody has run yet', '3.0', '1.9', SAID + 1, false],
  ['one that came instead of that which nobody has run', '3.0', 'next', SAID + 1_001, true],
  ['any, where it was resolved in none', '', '2.0', SAID + 1, true],
  ['any before it was resolved in none', '', '2.0', SAID, false],
])('seen in %s: resolved in %j, seen in %j', (_which, version, seenIn, lastSeenAt, expected) => {
  expect(isOpenAgain({ version, changedAt: SAID }, [{ version: seenIn, lastSeenAt }], FIRST)).toBe(expected);
});

test('an issue that was not seen again stays resolved', () => {
  expect(isOpenAgain({ version: '', changedAt: SAID }, [], FIRST)).toBe(false);
});
