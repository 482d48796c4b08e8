import { inChina, type Period } from '@minilens/wechat/china-date';
import type { DateTime } from 'luxon';

/** China's time without the daylight saving it had until 1991: these APIs know none. As the store names it. */
export const CHINA_ZONE = 'Etc/GMT-8';

/** Latest moment these APIs have a date for. Unit: s. 2100-01-01. */
export const CALENDAR_END_S = 4_102_444_800;

const DAY_S = 86_400;

/** `20170313` */
export const compactDay = (day: number | DateTime) => chinaText(day, 'yyyyMMdd');

/** `2017-03-13` */
export const dashedDay = (day: number | DateTime) => chinaText(day, 'yyyy-MM-dd');

/** A moment (Unix ms, or a time in China) in the digits of these APIs, whatever the language of this machine. */
export const chinaText = (at: number | DateTime, format: string) =>
  (typeof at === 'number' ? inChina(at) : at).toFormat(format, { locale: 'en-US', numberingSystem: 'latn' });

/**
 * The day of one moment to the day of another, both included; nothing for what is no time, or longer than so many days.
 * Moments are Unix seconds.
 */
export function daysOfMoments(begin: number, end: number, mostDays: number): Period | undefined {
  const isTime = begin >= 0 && begin <= end && end < CALENDAR_END_S;
  if (!isTime || end - begin > mostDays * DAY_S) return undefined;
  const startOfDay = (seconds: number) => inChina(seconds * 1000).startOf('day');
  return { from: startOfDay(begin).toMillis(), to: startOfDay(end).plus({ days: 1 }).toMillis() };
}
