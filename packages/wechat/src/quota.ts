import { type Static, Type } from 'typebox';
import { count } from './number.js';
import { success } from './success.js';

/** How often an account may clear its quota. Unit: times a calendar month. */
export const CLEAR_QUOTA_PER_MONTH = 10;

/** How long requests can be looked up by their rid. Unit: days. */
export const RID_KEPT_DAYS = 7;

export const ClearQuotaRequest = Type.Object({ appid: Type.String() });
export type ClearQuotaRequest = Static<typeof ClearQuotaRequest>;

/** Sent in the query. */
export const ClearQuotaByAppSecretRequest = Type.Object({ appid: Type.String(), appsecret: Type.String() });
export type ClearQuotaByAppSecretRequest = Static<typeof ClearQuotaByAppSecretRequest>;

export const ApiQuotaRequest = Type.Object({ cgi_path: Type.String({ description: 'Begins with a slash' }) });
export type ApiQuotaRequest = Static<typeof ApiQuotaRequest>;

export const ApiQuotaAnswer = Type.Object({
  ...success,
  quota: Type.Object({
    daily_limit: count('Calls a day'),
    used: count('Calls today'),
    remain: count('Calls left today'),
  }),
});
export type ApiQuotaAnswer = Static<typeof ApiQuotaAnswer>;

export const RidInfoRequest = Type.Object({ rid: Type.String() });
export type RidInfoRequest = Static<typeof RidInfoRequest>;

export const RidInfoAnswer = Type.Object({
  ...success,
  request: Type.Object({
    invoke_time: Type.Integer({ description: 'Unit: s since the Unix epoch' }),
    cost_in_ms: count('Unit: ms'),
    request_url: Type.String(),
    request_body: Type.String(),
    response_body: Type.String(),
    client_ip: Type.String(),
  }),
});
export type RidInfoAnswer = Static<typeof RidInfoAnswer>;

/** Addresses the platform serves its APIs from, or pushes messages from. */
export const IpListAnswer = Type.Object({ ip_list: Type.Array(Type.String()) });
export type IpListAnswer = Static<typeof IpListAnswer>;
