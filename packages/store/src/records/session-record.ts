import type { SessionFailure } from '@minilens/wire/records';
import { perSession } from '../catalogue/per-session.js';
import { IS_REQUEST } from '../catalogue/requests.js';

/** What went wrong, as conditions on `events`. */
export const IS_FAILURE: Record<SessionFailure, string> = {
  failedCalls: "kind = 'call' AND outcome = 'fail'",
  failedRequests: `${IS_REQUEST} AND outcome IN ('http_error', 'network_error')`,
  errors: "kind = 'error'",
};

/** What a session ran on, as its last event says. */
const DEVICE = ['platform', 'system', 'model', 'wechat', 'sdk', 'network', 'version', 'env'];

/** Records of whole sessions whose events pass this condition on `events`. */
export const sessionRecords = (which: string): string => `
SELECT session_id AS session, user_id AS user, said_openid AS openid,
  toUnixTimestamp64Milli(start_at) AS startAt, toUnixTimestamp64Milli(last_at) AS lastAt,
  happened AS events, pages, calls, failed_calls AS failedCalls, requests, failed_requests AS failedRequests,
  repeats AS errors, stay AS stayMs, opened_by AS scene, opened_with AS entry,
  ${DEVICE.map((name, index) => `device.${index + 1} AS ${name}`).join(', ')}
FROM (${perSession(
  () => which,
  `
    any(session_at) AS start_at, any(session_scene) AS opened_by, any(events.entry) AS opened_with,
    argMax((${DEVICE.map((name) => `events.${name}`).join(', ')}), n) AS device,
    argMaxIf(events.openid, n, events.openid != '') AS said_openid, count() AS happened,
    countIf(kind = 'call') AS calls, countIf(${IS_FAILURE.failedCalls}) AS failed_calls,
    countIf(${IS_REQUEST}) AS requests,
    countIf(${IS_FAILURE.failedRequests}) AS failed_requests,
    sumIf(events.count, ${IS_FAILURE.errors}) AS repeats,`,
)}
)`;
