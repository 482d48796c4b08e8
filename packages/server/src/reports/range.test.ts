import { expect, test } from 'vitest';
import { grainOf, readRange } from './range.js';

const iso = (range: { from: number; to: number }) => [
  new Date(range.from).toISOString(),
  new Date(range.to).toISOString(),
];

test.each([
  [
    'days in the zone of the app, the last one included',
    '2026-03-01',
    '2026-03-02',
    ['2026-02-28T16:00:00.000Z', '2026-03-02T16:00:00.000Z'],
  ],
  [
    'moments, widened to full hours',
    '2026-03-01T10:20:00+08:00',
    '2026-03-01T11:00:01+08:00',
    ['2026-03-01T02:00:00.000Z', '2026-03-01T04:00:00.000Z'],
  ],
  [
    'a moment at a full hour, which ends before it',
    '2026-03-01T00:00:00Z',
    '2026-03-01T03:00:00Z',
    ['2026-03-01T00:00:00.000Z', '2026-03-01T03:00:00.000Z'],
  ],
])('a range may be %s', (_name, from, to, expected) => {
  expect(iso(readRange({ from, to }, 'Asia/Shanghai'))).toEqual(expected);
});

test.each([
  ['2026-02-30', '2026-03-01', /from=2026-02-30/],
  ['2026-03-01', 'yesterday', /to=yesterday/],
  ['2026-03-02', '2026-03-01', /before it begins/],
  ['2020-01-01', '2026-03-01', /longer than 400 days/],
  ['2026', '2026', /from=2026 /],
  ['20260301', '20260301', /from=20260301/],
  ['12:00', '13:00', /from=12:00/],
  ['1900-01-01', '1900-01-02', /from=1900-01-01/],
])('a range from %s to %s is refused, saying why', (from, to, sentence) => {
  expect(() => readRange({ from, to }, 'Asia/Shanghai')).toThrow(sentence);
});

test('three days show hours, four show days', () => {
  const days = (to: string) => grainOf(readRange({ from: '2026-03-01', to }, 'Asia/Shanghai'));
  expect([days('2026-03-03'), days('2026-03-04')]).toEqual(['hour', 'day']);
});
