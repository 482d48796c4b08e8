import { type Static, Type } from 'typebox';
import { DateRangeRequest, RefDate } from './date-range.js';
import { count } from './number.js';

/** What all three are asked with: one day, a week from Monday to Sunday, or a calendar month, as `yyyyMMdd`. */
export const RetainRequest = DateRangeRequest;
export type RetainRequest = DateRangeRequest;

/** How many periods later users are counted again. 0 is the period itself. Unit: days, weeks, months. */
export const RETAIN_KEYS = {
  daily: [0, 1, 2, 3, 4, 5, 6, 7, 14, 30],
  weekly: [0, 1, 2, 3, 4],
  monthly: [0, 1],
} as const;

const Retained = Type.Array(
  Type.Object({
    key: Type.Integer({ minimum: 0, description: 'Periods later' }),
    value: count('Users of the period that came again then; for key 0 the users of the period'),
  }),
);

export const RetainAnswer = Type.Object({ ref_date: RefDate, visit_uv_new: Retained, visit_uv: Retained });
export type RetainAnswer = Static<typeof RetainAnswer>;
