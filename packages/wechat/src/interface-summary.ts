import { type Static, Type } from 'typebox';
import { DateRangeRequest } from './date-range.js';
import { count } from './number.js';

/** Unlike all others these are asked with `yyyy-MM-dd`. By hour both must be the same day. The last day is yesterday. */
export const InterfaceSummaryRequest = DateRangeRequest;
export type InterfaceSummaryRequest = DateRangeRequest;

/** The days of a summary, the first and the last included. Unit: days. */
export const INTERFACE_SUMMARY_MAX_DAYS = 30;

const numbers = {
  callback_count: count('Deliveries of a push that expect a passive reply, each attempt counted'),
  fail_count: count('Of those, the ones that failed'),
  total_time_cost: count('From send to complete answer, failed attempts included. Unit: ms'),
  max_time_cost: count('The largest of them. Unit: ms'),
};

/** The numbers of one day or hour. */
export const InterfaceSummary = Type.Object(numbers);
export type InterfaceSummary = Static<typeof InterfaceSummary>;

const ref_date = Type.String({ description: 'yyyy-MM-dd' });

/** Days without traffic are absent. */
export const InterfaceSummaryAnswer = Type.Object({ list: Type.Array(Type.Object({ ref_date, ...numbers })) });
export type InterfaceSummaryAnswer = Static<typeof InterfaceSummaryAnswer>;

/** Hours without traffic are absent. */
export const InterfaceSummaryHourAnswer = Type.Object({
  list: Type.Array(
    Type.Object({
      ref_date,
      ref_hour: Type.Integer({ minimum: 0, maximum: 2300, description: 'Hour × 100: 0, 100 … 2300' }),
      ...numbers,
    }),
  ),
});
export type InterfaceSummaryHourAnswer = Static<typeof InterfaceSummaryHourAnswer>;
