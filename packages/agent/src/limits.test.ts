import { expect, test } from 'vitest';
import { clip } from './limits.js';

test('addresses lose query and fragment, and keep line and column', () => {
  expect(clip('at f (https://a.test/b/c.js?token=1#x:12:3) then /d?e=1', 256)).toBe(
    'at f (https://a.test/b/c.js:12:3) then /d',
  );
});

// Each of these took time that grows with the square of its length, and froze the Mini Program; at this length, for hours.
test.each([
  ['an image as text', `previewImage:fail data:image/png;base64,${'iVBOR/w0KGgo+'.repeat(300_000)}`],
  ['slashes alone', '/'.repeat(4_000_000)],
  ['a query of numbers', `/a?${':1'.repeat(2_000_000)}x`],
])('a text of megabytes is clipped like any other: %s', (_, text) => {
  expect(clip(text, 256).length).toBeLessThanOrEqual(256);
});
