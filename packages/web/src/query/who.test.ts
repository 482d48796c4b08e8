import { expect, test } from 'vitest';
import { couldBeUser, isLikelyOpenid } from './who';

test('an openid is told from the id of a user by its form', () => {
  expect(isLikelyOpenid('oUpF8uMuAJO_M2pxb1Q9zNjWeS6o')).toBe(true);
  expect(isLikelyOpenid('o9kd83jf7sk2lq04')).toBe(false);
  expect(isLikelyOpenid('xUpF8uMuAJO_M2pxb1Q9zNjWeS6o')).toBe(false);
});

test('what is longer than any id of a user is none', () => {
  expect(couldBeUser('u'.repeat(32))).toBe(true);
  expect(couldBeUser('u'.repeat(33))).toBe(false);
});
