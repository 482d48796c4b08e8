import { type Static, Type } from 'typebox';
import { DateRangeRequest } from './date-range.js';
import { count } from './number.js';

/** The last 1, 7 or 30 days, `yyyyMMdd`: the last of them must be yesterday. */
export const UserPortraitRequest = DateRangeRequest;
export type UserPortraitRequest = DateRangeRequest;

/** What the last day less the first may be. Unit: days. */
export const PORTRAIT_SPANS_DAYS = [0, 6, 29] as const;

const value = count('Users');
const Group = Type.Array(Type.Object({ id: Type.Integer(), name: Type.String(), value }));
const Devices = Type.Array(Type.Object({ name: Type.String(), value }));

const Portrait = Type.Object({
  province: Group,
  city: Group,
  genders: Group,
  platforms: Group,
  devices: Devices,
  ages: Group,
});

export const UserPortraitAnswer = Type.Object({
  ref_date: Type.String({ description: '20170611 for a day, 20170611-20170617 for more' }),
  visit_uv_new: Portrait,
  visit_uv: Portrait,
});
export type UserPortraitAnswer = Static<typeof UserPortraitAnswer>;
