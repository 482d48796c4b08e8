import { expect, test } from 'vitest';
import { chinaYesterday, dayPeriod, parseChinaDate } from './china-date.js';

test.each([
  ['20170313', '2017-03-12T16:00:00Z', '2017-03-13T16:00:00Z'],
  ['20160229', '2016-02-28T16:00:00Z', '2016-02-29T16:00:00Z'],
  ['19880417', '1988-04-16T16:00:00Z', '1988-04-17T16:00:00Z'], // China had summer time then; these APIs do not
])('%s runs from midnight to midnight in China', (text, from, to) => {
  const day = parseChinaDate(text);
  expect(day && dayPeriod(day)).toEqual({ from: Date.parse(from), to: Date.parse(to) });
});

test.each([
  '',
  '2017',
  '2017-03-13',
  '2017313',
  '201703130',
  ' 20170313',
  '20170313 ',
  '20170313x',
  '+2017031',
  '-2017031',
  '20170229',
  '21000229',
  '20170431',
  '20171301',
  '20170013',
  '20170100',
  '２０１７０３１３',
  '٢٠١٧٠٣١٣',
  'yyyyMMdd',
])('%j is no date', (text) => {
  expect(parseChinaDate(text)).toBeUndefined();
});

test.each([
  ['2026-11-22T15:59:59.999Z', '2026-11-21'],
  ['2026-11-22T16:00:00.000Z', '2026-11-22'],
  ['2027-01-01T03:00:00.000Z', '2026-12-31'],
])('at %s yesterday is %s in China', (now, yesterday) => {
  expect(chinaYesterday(Date.parse(now)).toISODate()).toBe(yesterday);
});
