import { type Static, Type } from 'typebox';
import { DateRangeRequest, RefDate } from './date-range.js';
import { count } from './number.js';

/** One day that is over, `yyyyMMdd`. */
export const DailySummaryRequest = DateRangeRequest;
export type DailySummaryRequest = DateRangeRequest;

const numbers = {
  visit_total: count('Users that ever visited, up to the end of the day'),
  share_pv: count('Times it was shared'),
  share_uv: count('Distinct users that shared it'),
};

/** The numbers of one day. */
export const DailySummary = Type.Object(numbers);
export type DailySummary = Static<typeof DailySummary>;

export const DailySummaryAnswer = Type.Object({
  list: Type.Array(Type.Object({ ref_date: RefDate, ...numbers }), { minItems: 1, maxItems: 1 }),
});
export type DailySummaryAnswer = Static<typeof DailySummaryAnswer>;
