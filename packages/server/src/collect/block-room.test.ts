import { expect, test } from 'vitest';
import { createBlockRoom } from './block-room.js';

const bytes = (...texts: string[]) => texts.map((text) => Buffer.from(text));
const texts = (values: Buffer[]) => values.map(String);

test('values lie one behind the other, as long or short as they are', () => {
  const room = createBlockRoom();
  expect(texts(room.lay(bytes('one', '', 'three'), 1_000))).toEqual(['one', '', 'three']);
});

test('a value that does not fit any more is left, but the first always fits', () => {
  const room = createBlockRoom();
  expect(texts(room.lay(bytes('1234', '56', '7'), 6))).toEqual(['1234', '56']);
  expect(texts(room.lay(bytes('12345678', '9'), 6))).toEqual(['12345678']);
});

test('what came first stays when the room grows', () => {
  const room = createBlockRoom();
  const long = 'x'.repeat(10_000);
  expect(texts(room.lay(bytes('a', long, 'b', long + long), 1e6))).toEqual(['a', long, 'b', long + long]);
});

test('memory is used again: what was given before is not valid any more', () => {
  const room = createBlockRoom();
  const [before] = room.lay(bytes('before'), 1_000);
  room.lay(bytes('behind'), 1_000);
  expect(String(before)).toBe('behind');
});

test('a value whose length was shortened is taken as short as it says, as LMDB gives it', () => {
  const shared = Buffer.from('short and what is left of a longer one');
  Object.defineProperty(shared, 'length', { value: 5, writable: true, configurable: true });
  expect(texts(createBlockRoom().lay([shared, Buffer.from('!')], 1_000))).toEqual(['short', '!']);
});
