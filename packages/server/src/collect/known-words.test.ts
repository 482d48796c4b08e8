import { Type } from 'typebox';
import { expect, test } from 'vitest';
import { createPicker, wholeText } from './known-words.js';

test('only what the schema names is copied, and every text of it is whole', () => {
  const pick = createPicker<object>(
    Type.Object({ name: Type.String(), count: Type.Optional(Type.Integer()), steps: Type.Array(Type.String()) }),
  );
  const given = { name: 'cut\ud83d', steps: ['whole 😀', '\udc00cut'], stranger: 'x' };
  expect(pick(given)).toEqual({ name: 'cut\ufffd', steps: ['whole 😀', '\ufffdcut'] });
  expect(given.steps[1]).toBe('\udc00cut');
});

test('tags are whole in their names too, and names that become the same are one', () => {
  expect(wholeText({ plan: 'gold', '\ud800': 'a', '\udfff': 'cut\ud83d' })).toEqual({
    plan: 'gold',
    '\ufffd': 'cut\ufffd',
  });
  expect(JSON.stringify(wholeText(JSON.parse('{"__proto__":"x"}')))).toBe('{"__proto__":"x"}');
});
