import { expect, test } from 'vitest';
import { describeScreens, fileOf, SCREENS } from './screen-list.js';

test('every picture has a file of its own, and the page shows it', () => {
  const views = ['light', 'dark', 'phone'] as const;
  const chinese = SCREENS.filter(({ inChinese }) => inChinese).map((screen) => fileOf(screen, 'chinese'));
  const files = [...SCREENS.flatMap((screen) => views.map((view) => fileOf(screen, view))), ...chinese];
  const shown = [...describeScreens().matchAll(/src="(.*?)"/g)].map(([, file]) => file);
  expect(new Set(files).size).toBe(files.length);
  expect(shown.toSorted()).toEqual(files.toSorted());
});
