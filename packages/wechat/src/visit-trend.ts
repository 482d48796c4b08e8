import { type Static, Type } from 'typebox';
import { DateRangeRequest, RefDate } from './date-range.js';
import { count, mean } from './number.js';

/**
 * What all three visit trends are asked with: one day, a week from Monday to Sunday, or a calendar month, each over.
 * Both dates are `yyyyMMdd` and belong to the period.
 */
export const VisitTrendRequest = DateRangeRequest;
export type VisitTrendRequest = DateRangeRequest;

const numbers = {
  session_cnt: count('Sessions'),
  visit_pv: count('Page views'),
  visit_uv: count('Distinct users with a session'),
  visit_uv_new: count('Users whose first session lies in the period'),
  stay_time_uv: mean('Stay per user. Unit: s'),
  stay_time_session: mean('Stay per session. Unit: s'),
  visit_depth: mean('Distinct pages per session'),
};

/** The numbers of one period. */
export const VisitTrend = Type.Object(numbers);
export type VisitTrend = Static<typeof VisitTrend>;

/** The answer: one item, also for a period without sessions. The keys stand in the order the platform writes them. */
export const VisitTrendAnswer = Type.Object({
  list: Type.Array(Type.Object({ ref_date: RefDate, ...numbers }), { minItems: 1, maxItems: 1 }),
});
export type VisitTrendAnswer = Static<typeof VisitTrendAnswer>;
