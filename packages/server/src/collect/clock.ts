/**
 * A device's clock may be minutes, hours or years off. The send time, stamped by the same clock, tells how much: what
 * the clock said at sending is compared with what ours says on arrival.
 */

/** Below this, the difference is as likely the network's as the clock's, and the device is believed. Unit: ms. */
const CLOCK_TOLERANCE_MS = 60_000;

/** Oldest event that collect takes. Unit: ms. */
const MAX_AGE_MS = 7 * 86_400_000;

/** Oldest session that may still report: a screen in a shop stays in the foreground for weeks. Unit: ms. */
const MAX_SESSION_AGE_MS = 90 * 86_400_000;

/** End of what the store's calendar holds. Unit: ms. 2100-01-01. */
const CALENDAR_END_MS = 4_102_444_800_000;

/** What to add to a device time to have true time. Unit: ms. */
function clockSkewMs(sentAt: number, receivedAt: number): number {
  const differenceMs = receivedAt - sentAt;
  return Math.abs(differenceMs) <= CLOCK_TOLERANCE_MS ? 0 : differenceMs;
}

/** Which times a door lets in. Each check takes true time (Unix ms) and gives the reason to drop, or undefined. */
export interface ClockPolicy {
  skewMs(sentAt: number, receivedAt: number): number;
  checkEvent(at: number, receivedAt: number): 'too_old' | 'future' | undefined;
  checkSession(at: number, receivedAt: number): 'too_old' | 'future' | undefined;
}

/** Devices report soon, and their clocks may be wrong. */
export const DEVICE_CLOCK: ClockPolicy = {
  skewMs: clockSkewMs,
  checkEvent: (at, receivedAt) => within(at, receivedAt - MAX_AGE_MS, receivedAt + CLOCK_TOLERANCE_MS),
  checkSession: (at, receivedAt) => within(at, receivedAt - MAX_SESSION_AGE_MS, receivedAt + CLOCK_TOLERANCE_MS),
};

/** An import brings history: its times are trusted as they are. */
export const TRUSTED_CLOCK: ClockPolicy = {
  skewMs: () => 0,
  checkEvent: (at) => within(at, 0, CALENDAR_END_MS),
  checkSession: (at) => within(at, 0, CALENDAR_END_MS),
};

const within = (at: number, oldest: number, newest: number) =>
  at < oldest ? 'too_old' : at > newest ? 'future' : undefined;
