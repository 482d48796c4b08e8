import { splitRid } from '../rid.js';

/** Codes by which the platform says: try the same again. */
const BUSY: ReadonlySet<number> = new Set([-1, -3, 45011, 61504]);

/** The API answered, and answered no. What the codes mean stands in errors.ts. */
export class WechatApiError extends Error {
  override readonly name: string = 'WechatApiError';
  readonly errcode: number;
  /** As the platform wrote it, without the rid. */
  readonly errmsg: string;
  /** Names the request towards the platform; see `quota.getRidInfo`. */
  readonly rid: string | undefined;
  /** The path that was asked. */
  readonly endpoint: string;
  /** Whether the same request may succeed later without a change. */
  readonly retryable: boolean;

  constructor(endpoint: string, errcode: number, text: string) {
    const { errmsg, rid } = splitRid(text);
    super(`${endpoint} answered ${errcode}: ${errmsg}${rid === undefined ? '' : ` (rid ${rid})`}`);
    this.endpoint = endpoint;
    this.errcode = errcode;
    this.errmsg = errmsg;
    this.rid = rid;
    this.retryable = BUSY.has(errcode);
  }
}

/** 45009, 45011: the quota of the day or the minute is used up. `quota.getApiQuota` says how much there is. */
export class QuotaError extends WechatApiError {
  override readonly name = 'QuotaError';
}

/** 61503: the period is not computed yet. Ask again in some minutes, or after 08:00 in China. */
export class NotReadyError extends WechatApiError {
  override readonly name = 'NotReadyError';
}

export function apiError(endpoint: string, errcode: number, text: string): WechatApiError {
  if (errcode === 45009 || errcode === 45011) return new QuotaError(endpoint, errcode, text);
  if (errcode === 61503) return new NotReadyError(endpoint, errcode, text);
  return new WechatApiError(endpoint, errcode, text);
}
