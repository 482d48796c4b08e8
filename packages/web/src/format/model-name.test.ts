import { expect, test } from 'vitest';
import { modelName } from './model-name';

test.each([
  ['iPhone 14<iPhone14,7>', 'iPhone 14'],
  ['MAA-AN00', 'MAA-AN00'],
  ['<iPhone14,7>', '<iPhone14,7>'],
  ['', ''],
])('%j is called %j', (model, name) => {
  expect(modelName(model)).toBe(name);
});
