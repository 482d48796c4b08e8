import type { SessionLedger } from './session-ledger.js';

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

/** True start of a session (Unix ms), and what its first batch was corrected by, where that is known. */
type SessionClock = Pick<SessionLedger, 'sessionAt' | 'skewMs'>;

/**
 * What to add to the device time of one event. Usually the skew of its batch. But a device may mend its clock, or lose it,
 * between an event and its sending; the batch then speaks of another clock than the event's. It shows where the event
 * would lie outside its session, before it began or after now, and lies inside by the clock the session began with.
 */
function eventSkewMs(at: number, batch: { skewMs: number; receivedAt: number }, session: SessionClock): number {
  if (session.skewMs === undefined) return batch.skewMs;
  const isInSession = (skewMs: number) =>
    within(at + skewMs, session.sessionAt - CLOCK_TOLERANCE_MS, batch.receivedAt + CLOCK_TOLERANCE_MS) === undefined;
  return !isInSession(batch.skewMs) && isInSession(session.skewMs) ? session.skewMs : batch.skewMs;
}

/** Which times a door lets in. Each check takes true time (Unix ms) and gives the reason to drop, or undefined. */
export interface ClockPolicy {
  /** What to add to the times of a batch. */
  skewMs(sentAt: number, receivedAt: number): number;
  /** What to add to the time of one event of it. */
  eventSkewMs(at: number, batch: { skewMs: number; receivedAt: number }, session: SessionClock): number;
  checkEvent(at: number, receivedAt: number): 'too_old' | 'future' | undefined;
  checkSession(at: number, receivedAt: number): 'too_old' | 'future' | undefined;
}

/** Devices report soon, and their clocks may be wrong. */
export const DEVICE_CLOCK: ClockPolicy = {
  skewMs: clockSkewMs,
  eventSkewMs,
  checkEvent: (at, receivedAt) => within(at, receivedAt - MAX_AGE_MS, receivedAt + CLOCK_TOLERANCE_MS),
  checkSession: (at, receivedAt) => within(at, receivedAt - MAX_SESSION_AGE_MS, receivedAt + CLOCK_TOLERANCE_MS),
};

/** An import brings history: its times are trusted as they are. */
export const TRUSTED_CLOCK: ClockPolicy = {
  skewMs: () => 0,
  eventSkewMs: () => 0,
  checkEvent: (at) => within(at, 0, CALENDAR_END_MS),
  checkSession: (at) => within(at, 0, CALENDAR_END_MS),
};

const within = (at: number, oldest: number, newest: number) =>
  at < oldest ? 'too_old' : at > newest ? 'future' : undefined;
