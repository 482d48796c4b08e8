/** What the platform does, as far as whoever stands at its other end has to know. */

/** How long it waits for a complete answer. Unit: ms. Source: the documents of message push. */
export const PLATFORM_TIMEOUT_MS = 5_000;

/** When a late back end is answered for: it leaves the answer its way. Unit: ms. Source: our choice. */
export const COVER_LATE_AT_MS = 4_800;

/** Of its time, what passes at the sender before the request is here. Who leaves in the last of it has waited it out. */
export const ON_THE_WAY = 0.1;

/** Its clock and ours may differ, and what waits on the way is minutes old. Unit: ms. Source: our choice. */
export const REPLAY_WINDOW_MS = 600_000;

/** Whether a push says a time that is near now, either way. @param timestamp seconds since the Unix epoch, as text */
export const isWithin = (timestamp: string | undefined, nowMs: number, windowMs: number): boolean =>
  /^\d{1,11}$/.test(timestamp ?? '') && Math.abs(nowMs - Number(timestamp) * 1000) <= windowMs;
