import { expect, test } from 'vitest';
import { bytesAtMost } from './utf8-bytes.js';

const encoded = (text: string) => new TextEncoder().encode(text).length;

test.each(['', 'plain', '{"n":1,"kind":"call"}\n'])('"%s" is as long as its encoding', (text) => {
  expect(bytesAtMost(text)).toBe(encoded(text));
});

test.each(['支付', '包含 text', '\ud83d alone'])(
  '"%s" of one and three bytes a character is as long as its encoding',
  (text) => {
    expect(bytesAtMost(text)).toBe(encoded(text));
  },
);

test.each(['é', '😀', 'a支😀é', '\u007f', '\u07ff\u0800'])(
  '"%s" is never taken for shorter than its encoding',
  (text) => {
    expect(bytesAtMost(text)).toBeGreaterThanOrEqual(encoded(text));
    expect(bytesAtMost(text)).toBeLessThanOrEqual(3 * text.length);
  },
);
