import { type Static, Type } from 'typebox';

/**
 * What all analysis APIs are asked with. Both days belong to the period. `yyyyMMdd`, and `yyyy-MM-dd` for the analysis of
 * interfaces.
 */
export const DateRangeRequest = Type.Object({ begin_date: Type.String(), end_date: Type.String() });
export type DateRangeRequest = Static<typeof DateRangeRequest>;

/** How answers name the period they are about. */
export const RefDate = Type.String({
  description: '20170313 for a day, 20170306-20170312 for a week, 201702 for a month',
});
