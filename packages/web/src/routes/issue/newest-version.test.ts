import { expect, test } from 'vitest';
import { newestVersion } from './newest-version';

test.each([
  [['2.9.0', '2.14.0', '2.13.9', ''], '2.14.0'],
  [['v9', 'v10'], 'v10'],
  [[''], undefined],
  [[], undefined],
])('of %j the newest is %s', (versions, newest) => {
  expect(newestVersion(versions.map((version) => ({ version })))).toBe(newest);
});
