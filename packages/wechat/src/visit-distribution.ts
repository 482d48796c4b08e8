import { type Static, Type } from 'typebox';
import { DateRangeRequest, RefDate } from './date-range.js';
import { count } from './number.js';

/** One day that is over, `yyyyMMdd`. */
export const VisitDistributionRequest = DateRangeRequest;
export type VisitDistributionRequest = DateRangeRequest;

/** What sessions are counted by. Every answer has all three, in this order. */
const DISTRIBUTION_INDEXES = ['access_source_session_cnt', 'access_staytime_info', 'access_depth_info'] as const;

export const VisitDistributionAnswer = Type.Object({
  ref_date: RefDate,
  list: Type.Array(
    Type.Object({
      index: Type.Enum([...DISTRIBUTION_INDEXES]),
      item_list: Type.Array(
        Type.Object({
          key: Type.Integer({ description: 'A key of SCENE_CHANNELS, STAY_BUCKETS or DEPTH_BUCKETS' }),
          value: count('Sessions'),
        }),
      ),
    }),
  ),
});
export type VisitDistributionAnswer = Static<typeof VisitDistributionAnswer>;
