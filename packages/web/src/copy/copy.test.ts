import { expect, test } from 'vitest';
import { en } from './en';
import { zh } from './zh';

/** Every key with the shape of its value: a text, or a function of so many arguments. */
function shape(words: object, path = ''): string[] {
  return Object.entries(words).flatMap(([key, value]) => {
    if (typeof value === 'object') return shape(value, `${path}${key}.`);
    return typeof value === 'function' ? `${path}${key}(${value.length})` : `${path}${key}`;
  });
}

/** Texts are filled with a mark each, so that an argument that a translation forgot is missed. */
function texts(words: object): string[] {
  return Object.values(words).flatMap((value) => {
    if (typeof value === 'object') return texts(value);
    return typeof value === 'function' ? value('‹1›', '‹2›', '‹3›') : value;
  });
}

test('both languages have the same keys', () => {
  expect(shape(zh).sort()).toEqual(shape(en).sort());
});

test('no text is empty, and each says everything that it is given', () => {
  const marks = (text: string) => (text.match(/‹\d›/g) ?? []).sort();
  const [english, chinese] = [texts(en), texts(zh)];
  expect(english.filter((text) => text.trim() === '')).toEqual([]);
  expect(chinese.filter((text) => text.trim() === '')).toEqual([]);
  expect(chinese.map(marks)).toEqual(english.map(marks));
});
