import { expect, test } from 'vitest';
import { chosenLanguage, chosenTheme } from './preference';

test.each([
  ['the choice wins over the browser', 'en', ['zh-CN'], 'en'],
  ['a Chinese browser', null, ['zh-Hant-TW', 'en'], 'zh'],
  ['the first language that we speak', null, ['fr-FR', 'ZH-cn', 'en'], 'zh'],
  ['none that we speak', null, ['fr-FR'], 'en'],
  ['a stored value from elsewhere', 'klingon', ['zh'], 'zh'],
])('the language of the screen: %s', (_name, stored, browser, language) => {
  expect(chosenLanguage(stored, browser)).toBe(language);
});

test('the theme follows the system until one is chosen', () => {
  expect([chosenTheme(null), chosenTheme('dark'), chosenTheme('pink')]).toEqual(['system', 'dark', 'system']);
});
