import { type Asked, dayOf } from './count-analysis.js';

/** Periods of the analysis APIs by their first day, `yyyyMMdd`. */
export const day = (date: string): Asked => ({ begin_date: date, end_date: date });
export const weekFrom = (date: string): Asked => ({ begin_date: date, end_date: later(date, { days: 6 }) });
export const monthFrom = (date: string): Asked => ({
  begin_date: date,
  end_date: later(date, { months: 1, days: -1 }),
});

export const later = (date: string, step: object) => dayOf(date).plus(step).toFormat('yyyyMMdd');

/** So many periods after the one that begins that day, each with its key. */
export const periodsAfter = (
  keys: readonly number[],
  unit: 'days' | 'weeks' | 'months',
  period: (date: string) => Asked,
  date: string,
) => keys.map((key) => ({ key, ...period(later(date, { [unit]: key })) }));
