import { describe, expect, test } from 'vitest';
import {
  askedRange,
  chosenRange,
  grainOf,
  type RangeChoice,
  rangeBefore,
  rangeSearch,
  searchOfRange,
  wholePeriods,
} from './range-choice';

/** 00:30 on Sunday in Shanghai, still Saturday in UTC. */
const NOW = Date.parse('2026-11-21T16:30:00Z');

describe('what a choice asks the API', () => {
  test.each<[string, RangeChoice, string, { from: string; to: string }]>([
    [
      'today is the day of the app, not of the browser',
      { preset: 'today' },
      'Asia/Shanghai',
      { from: '2026-11-22', to: '2026-11-22' },
    ],
    [
      'today in another zone is another day',
      { preset: 'today' },
      'America/New_York',
      { from: '2026-11-21', to: '2026-11-21' },
    ],
    ['yesterday', { preset: 'yesterday' }, 'Asia/Shanghai', { from: '2026-11-21', to: '2026-11-21' }],
    ['seven days include today', { preset: '7d' }, 'Asia/Shanghai', { from: '2026-11-16', to: '2026-11-22' }],
    ['thirty days cross the month', { preset: '30d' }, 'Asia/Shanghai', { from: '2026-10-24', to: '2026-11-22' }],
    [
      'the last 24 hours end with the running hour',
      { preset: '24h' },
      'Asia/Shanghai',
      { from: '2026-11-21T01:00:00+08:00', to: '2026-11-22T01:00:00+08:00' },
    ],
    [
      'hours of a zone that is half an hour off',
      { preset: '24h' },
      'Asia/Kolkata',
      { from: '2026-11-20T23:00:00+05:30', to: '2026-11-21T23:00:00+05:30' },
    ],
    [
      'days of the calendar pass unchanged',
      { from: '2026-11-01', to: '2026-11-05' },
      'Asia/Shanghai',
      { from: '2026-11-01', to: '2026-11-05' },
    ],
  ])('%s', (_name, choice, zone, asked) => {
    expect(askedRange(choice, zone, NOW)).toEqual(asked);
  });

  test('the question stays the same within an hour, so that the cache can answer it', () => {
    const ask = (nowMs: number) => askedRange({ preset: '24h' }, 'Asia/Shanghai', nowMs);
    expect(ask(NOW + 29 * 60_000)).toEqual(ask(NOW));
    expect(ask(NOW + 30 * 60_000)).not.toEqual(ask(NOW));
  });
});

describe('a range in the address', () => {
  test.each<[string, RangeChoice]>([
    ['the standard', { preset: '7d' }],
    ['a preset', { preset: 'yesterday' }],
    ['two days', { from: '2026-11-01', to: '2026-11-05' }],
  ])('comes back as it went: %s', (_name, choice) => {
    expect(chosenRange(rangeSearch({ ...searchOfRange(choice) }))).toEqual(choice);
  });

  test.each([
    ['an unknown preset', { range: 'forever' }],
    ['a day that is none', { from: '2026-02-30', to: '2026-03-01' }],
    ['an end before the start', { from: '2026-11-05', to: '2026-11-01' }],
    ['half a range', { from: '2026-11-05' }],
  ])('that is broken shows the standard range: %s', (_name, raw) => {
    expect(chosenRange(rangeSearch(raw))).toEqual({ preset: '7d' });
  });

  test('clears the days when a preset takes their place', () => {
    const before = { from: '2026-11-01', to: '2026-11-05', page: 2 };
    expect({ ...before, ...searchOfRange({ preset: 'today' }) }).toEqual({
      range: 'today',
      from: undefined,
      to: undefined,
      page: 2,
    });
  });
});

test.each([
  ['one day', { from: '2026-03-01', to: '2026-03-01' }, { from: '2026-02-28', to: '2026-02-28' }],
  ['seven days', { from: '2026-11-16', to: '2026-11-22' }, { from: '2026-11-09', to: '2026-11-15' }],
  [
    'hours',
    { from: '2026-11-21T01:00:00+08:00', to: '2026-11-22T01:00:00+08:00' },
    { from: '2026-11-20T01:00:00+08:00', to: '2026-11-21T01:00:00+08:00' },
  ],
])('the range before %s is as long and ends where it begins', (_name, range, before) => {
  expect(rangeBefore(range, 'Asia/Shanghai')).toEqual(before);
});

test.each([
  ['three days', { from: '2026-11-20', to: '2026-11-22' }, 'hour'],
  ['four days', { from: '2026-11-19', to: '2026-11-22' }, 'day'],
  ['24 hours', { from: '2026-11-21T01:00:00+08:00', to: '2026-11-22T01:00:00+08:00' }, 'hour'],
] as const)('%s are shown by %s', (_name, range, grain) => {
  expect(grainOf(range, 'Asia/Shanghai')).toBe(grain);
});

test.each([
  ['days stay as they are', { from: '2026-11-18', to: '2026-11-22' }, 'day', { from: '2026-11-18', to: '2026-11-22' }],
  [
    'a Sunday ends its week',
    { from: '2026-11-22', to: '2026-11-22' },
    'week',
    { from: '2026-11-16', to: '2026-11-22' },
  ],
  ['a Monday begins one', { from: '2026-11-16', to: '2026-11-23' }, 'week', { from: '2026-11-16', to: '2026-11-29' }],
  ['months are whole', { from: '2026-10-24', to: '2026-11-22' }, 'month', { from: '2026-10-01', to: '2026-11-30' }],
  [
    'hours that end at midnight touch no further week',
    { from: '2026-11-22T00:00:00+08:00', to: '2026-11-23T00:00:00+08:00' },
    'week',
    { from: '2026-11-16', to: '2026-11-22' },
  ],
] as const)('a trend by weeks or months asks for whole ones: %s', (_name, range, grain, whole) => {
  expect(wholePeriods(range, grain, 'Asia/Shanghai')).toEqual(whole);
});
