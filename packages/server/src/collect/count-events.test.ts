import { expect, test } from 'vitest';
import { countEvents } from './loader.js';

const batch = (over: object = {}) =>
  JSON.stringify({
    sessionAt: 1,
    receivedAt: 2,
    events: [
      { n: 1, at: 3 },
      { n: 2, at: -4 },
    ],
    ...over,
  });

test('events are counted whatever their texts and tags say', () => {
  expect(countEvents([])).toBe(0);
  expect(countEvents([batch(), batch({ events: [] })])).toBe(2);
  expect(countEvents([batch({ tags: { at: '7', kind: '"at":8' } })])).toBe(2);
  expect(countEvents([batch({ events: [{ n: 1, at: 3, props: '{"at":9,"x":"\\"at\\":9"}' }] })])).toBe(1);
  expect(countEvents(Array.from({ length: 2_500 }, () => batch()))).toBe(5_000);
});
