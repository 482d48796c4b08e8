import { type Static, Type } from 'typebox';
import { DateRangeRequest, RefDate } from './date-range.js';
import { count, mean } from './number.js';

/** One day that is over, `yyyyMMdd`. */
export const VisitPageRequest = DateRangeRequest;
export type VisitPageRequest = DateRangeRequest;

/** Pages an answer holds at most: those with the most page views. */
export const VISIT_PAGE_LIMIT = 200;

/** The numbers of one page. */
export const VisitPage = Type.Object({
  page_path: Type.String(),
  page_visit_pv: count('Page views'),
  page_visit_uv: count('Distinct users'),
  page_staytime_pv: mean('Stay per page view. Unit: s'),
  entrypage_pv: count('Times it was the first page of a session'),
  exitpage_pv: count('Times it was the last page of a session'),
  page_share_pv: count('Times it was shared'),
  page_share_uv: count('Distinct users that shared it'),
});
export type VisitPage = Static<typeof VisitPage>;

export const VisitPageAnswer = Type.Object({
  ref_date: RefDate,
  list: Type.Array(VisitPage, { maxItems: VISIT_PAGE_LIMIT }),
});
export type VisitPageAnswer = Static<typeof VisitPageAnswer>;
