import type { SessionFailure } from '@minilens/wire/records';

// A record, not a list: a failure that the contract gains does not compile until it stands here.
const FAILURES: Record<SessionFailure, true> = { failedCalls: true, failedRequests: true, errors: true };

/** What sessions are narrowed to: those in which anything failed, or one kind of it. */
export const FAILED_SESSIONS = ['failures', ...(Object.keys(FAILURES) as SessionFailure[])] as const;
export type FailedSessions = (typeof FAILED_SESSIONS)[number];

/** The same as the report API is asked. */
export const askedFailures = (having: FailedSessions | undefined): string | undefined =>
  having === 'failures' ? Object.keys(FAILURES).join(',') : having;
