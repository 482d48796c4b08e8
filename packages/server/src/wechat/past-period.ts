import { chinaYesterday, type Period, parseChinaDate } from '@minilens/wechat/china-date';
import type { DateRangeRequest } from '@minilens/wechat/date-range';
import type { DateTime } from 'luxon';
import { compactDay, dashedDay } from './china-day.js';
import { WechatError } from './wechat-error.js';

/** A period that is over, and how answers name it. */
export interface PastPeriod extends Period {
  refDate: string;
}

/** What makes a period of two dates: throws 61500 for what is no date, 61501 for what is no such period before today. */
export type ReadPeriod = (asked: DateRangeRequest, nowMs: number) => PastPeriod;

type Days = { begin: DateTime<true>; end: DateTime<true> };

const periodReader =
  (isWhole: (days: Days) => boolean, refDate: (days: Days) => string): ReadPeriod =>
  ({ begin_date, end_date }, nowMs) => {
    const begin = parseChinaDate(begin_date);
    const end = parseChinaDate(end_date);
    if (!begin || !end) throw new WechatError(61500);
    return pastPeriod({ begin, end }, nowMs, { isWhole, refDate });
  };

function pastPeriod(
  days: Days,
  nowMs: number,
  { isWhole, refDate }: { isWhole: (days: Days) => boolean; refDate: (days: Days) => string },
): PastPeriod {
  const { begin, end } = days;
  const isOver = end <= chinaYesterday(nowMs);
  const canHaveEvents = begin.toMillis() >= 0; // device clocks count from 1970
  if (begin > end || !isWhole(days) || !isOver || !canHaveEvents) throw new WechatError(61501);
  return { from: begin.toMillis(), to: end.plus({ days: 1 }).toMillis(), refDate: refDate(days) };
}

const fromTo = ({ begin, end }: Days) => `${compactDay(begin)}-${compactDay(end)}`;
const daysBetween = ({ begin, end }: Days) => Math.round(end.diff(begin, 'days').days);

/** One day. */
export const pastDay = periodReader(
  ({ begin, end }) => +begin === +end,
  ({ begin }) => compactDay(begin),
);

/** A week from Monday to Sunday. */
export const pastWeek = periodReader(
  ({ begin, end }) => begin.weekday === 1 && daysBetween({ begin, end }) === 6,
  fromTo,
);

/** A calendar month. */
export const pastMonth = periodReader(
  ({ begin, end }) => begin.day === 1 && +end === +begin.endOf('month').startOf('day'),
  ({ begin }) => compactDay(begin).slice(0, 6),
);

/** So many days whose last is yesterday. */
export const daysUntilYesterday =
  (spansDays: readonly number[]): ReadPeriod =>
  (asked, nowMs) =>
    periodReader(
      (days) => spansDays.includes(daysBetween(days)) && +days.end === +chinaYesterday(nowMs),
      (days) => (+days.begin === +days.end ? compactDay(days.begin) : fromTo(days)),
    )(asked, nowMs);

/** At most so many days, written `yyyy-MM-dd`. */
export const pastDashedDays =
  (mostDays: number): ReadPeriod =>
  ({ begin_date, end_date }, nowMs) => {
    const begin = parseDashedDate(begin_date);
    const end = parseDashedDate(end_date);
    if (!begin || !end) throw new WechatError(61500);
    return pastPeriod({ begin, end }, nowMs, {
      isWhole: (days) => daysBetween(days) < mostDays,
      refDate: ({ begin }) => dashedDay(begin),
    });
  };

/** The start of the day that a `yyyy-MM-dd` text names, or nothing when the calendar has no such day. */
export const parseDashedDate = (text: string) =>
  /^\d{4}-\d\d-\d\d$/.test(text) ? parseChinaDate(text.replaceAll('-', '')) : undefined;
