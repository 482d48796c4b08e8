import type { Range } from '@minilens/wire/report-api';
import dayjs from 'dayjs';
import timezone from 'dayjs/plugin/timezone';
import utc from 'dayjs/plugin/utc';

dayjs.extend(utc);
dayjs.extend(timezone);

/** The start of every day that the range touches, in its zone. Days may have 23 or 25 hours. Unit: ms since the Unix epoch */
export function daysOf({ from, to, timezone }: Range): number[] {
  const days: number[] = [];
  for (let day = dayjs.tz(from, timezone).startOf('day'); day.valueOf() < to; day = dayAfter(day, timezone))
    days.push(day.valueOf());
  return days;
}

/** 26 hours after midnight it is always the next day. */
const dayAfter = (day: dayjs.Dayjs, zone: string) => dayjs.tz(day.add(26, 'hour').format('YYYY-MM-DD'), zone);
