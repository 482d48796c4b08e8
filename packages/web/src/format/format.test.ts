import { describe, expect, test } from 'vitest';
import { formatOf } from './format';

const english = formatOf('en', 'Asia/Shanghai');
const chinese = formatOf('zh-CN', 'Asia/Shanghai');

test.each([
  [null, '—'],
  [0, '0.00%'],
  [0.0004, '<0.01%'],
  [98.7654, '98.77%'],
  [99.994, '99.99%'],
  [99.9999, '>99.99%'],
  [100, '100.00%'],
])('a rate of %s reads %s', (rate, text) => {
  expect(english.percent(rate)).toBe(text);
});

test('counts and durations are grouped', () => {
  expect(english.count(1_234_567)).toBe('1,234,567');
  expect(chinese.count(1_234_567)).toBe('1,234,567');
  expect([english.milliseconds(8214), english.milliseconds(0), english.milliseconds(null)]).toEqual([
    '8,214',
    '0',
    '—',
  ]);
});

describe('moments', () => {
  const midnight = Date.parse('2026-11-21T16:00:00Z');

  test('are those of the zone of the app, with midnight as 00:00', () => {
    expect(english.moment(midnight)).toBe('2026-11-22 00:00:00');
    expect(chinese.moment(midnight)).toBe('2026-11-22 00:00:00');
  });

  test('of a trend name the hour, the day, the week or the month', () => {
    expect(english.bucket(midnight, 'hour')).toBe('Nov 22, 00:00');
    expect(english.bucket(midnight, 'day')).toBe('Sun, Nov 22');
    expect(english.bucket(midnight, 'week')).toBe('Nov 22\u2009–\u200928');
    expect(english.bucket(midnight, 'month')).toBe('Nov 2026');
  });
});

test('values carry the unit of their metric, and what is not known says so', () => {
  expect(english.value(1234, 'count')).toBe('1,234');
  expect(english.value(1234.4, 'ms')).toBe('1,234 ms');
  expect(english.value(12.34, 'seconds')).toBe('12.3 s');
  expect(english.value(99.999, '%')).toBe('>99.99%');
  expect(english.value(1_234_567, 'bytes')).toBe('1.23 MB');
  expect(english.value(0, 'bytes')).toBe('0 B');
  expect(english.value(null, 'ms')).toBe('—');
});

test('a change is told in percent of what was before, where there was something', () => {
  expect(english.change(112.5, 100)).toBe('+12.5%');
  expect(english.change(50, 100)).toBe('-50%');
  expect(english.change(100, 100)).toBe('0%');
  expect(english.change(5, 0)).toBe('');
  expect(english.change(null, 3)).toBe('');
});
