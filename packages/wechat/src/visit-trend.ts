import { type Static, Type } from 'typebox';

/** What all three visit trends (day, week, month) are asked with. Both dates are `yyyyMMdd` and belong to the period. */
export const VisitTrendRequest = Type.Object({ begin_date: Type.String(), end_date: Type.String() });
export type VisitTrendRequest = Static<typeof VisitTrendRequest>;

const count = (description: string) => Type.Integer({ minimum: 0, description });
const mean = (description: string) => Type.Number({ minimum: 0, description: `${description}. At most 4 decimals` });

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
  list: Type.Array(
    Type.Object({
      ref_date: Type.String({ description: '20170313 for a day, 20170306-20170312 for a week, 201702 for a month' }),
      ...numbers,
    }),
    { minItems: 1, maxItems: 1 },
  ),
});
export type VisitTrendAnswer = Static<typeof VisitTrendAnswer>;
