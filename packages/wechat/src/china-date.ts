import { DateTime } from 'luxon';

/** All dates and hours of these APIs are China time, which has no daylight saving. */
const CHINA = 'UTC+8';

/** A stretch of time: from ≤ t < to. Unit: ms since the Unix epoch. */
export interface Period {
  from: number;
  to: number;
}

/** The moment (Unix ms) as these APIs' clocks and calendars have it. */
export const inChina = (ms: number): DateTime => DateTime.fromMillis(ms, { zone: CHINA });

/** The start of the day that a `yyyyMMdd` text names, or nothing when the calendar has no such day. */
export function parseChinaDate(text: string): DateTime<true> | undefined {
  const day = DateTime.fromFormat(text, 'yyyyMMdd', { zone: CHINA, locale: 'en-US', numberingSystem: 'latn' });
  return day.isValid ? day : undefined;
}

/** The start of the last day that is over. */
export function chinaYesterday(nowMs: number): DateTime {
  return inChina(nowMs).startOf('day').minus({ days: 1 });
}

/** 00:00 to 24:00 of the day that starts at `day`. */
export function dayPeriod(day: DateTime): Period {
  return { from: day.toMillis(), to: day.plus({ days: 1 }).toMillis() };
}
