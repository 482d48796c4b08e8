import { expect, test } from 'vitest';
import { createRid, splitRid } from './rid.js';

test('a rid begins with the time in seconds and goes on with two random groups', () => {
  const numbers = [0x01bfdbee / 2 ** 32, 0x79769285 / 2 ** 32];
  expect(createRid(Date.UTC(2026, 8, 17, 14, 59, 38, 999), () => numbers.shift() ?? 0)).toBe(
    '6aac005a-01bfdbee-79769285',
  );
});

test.each([0, 1 - Number.EPSILON / 2])('a rid keeps its width when random is %d', (random) => {
  expect(createRid(0, () => random)).toMatch(/^00000000-[0-9a-f]{8}-[0-9a-f]{8}$/);
});

test.each([
  ['date range error rid: 6aac005a-01bfdbee-79769285', 'date range error', '6aac005a-01bfdbee-79769285'],
  ['invalid appid, rid: 6aac005a-01bfdbee-79769285', 'invalid appid', '6aac005a-01bfdbee-79769285'],
  [
    'data format error hint: [DiBDN8ore-PYfBWa] rid: 62eb8c9b-3a4ac09c-6c4a6088',
    'data format error hint: [DiBDN8ore-PYfBWa]',
    '62eb8c9b-3a4ac09c-6c4a6088',
  ],
  ['system error', 'system error', undefined],
])('the text %j is split from its rid', (text, errmsg, rid) => {
  expect(splitRid(text)).toEqual({ errmsg, rid });
});
