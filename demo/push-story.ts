import { DAY_MS, HOUR_MS, MINUTE_MS, midnightOf } from './calendar.js';

/** What is wrong with the back end that answers the shop's messages, and when. Unit: ms since the Unix epoch. */
export interface Trouble {
  kind: 'down' | 'slow' | 'not_swapped';
  from: number;
  to: number;
}

/**
 * Six days ago the back end was moved, and for twelve minutes nobody listened. Four days ago its database was busy all
 * evening: answers took long, and some too long. Two days ago, at three in the afternoon, a release answered customers
 * under the wrong name, until it was taken back after an hour.
 */
export function troublesEndingAt(endAt: number): readonly Trouble[] {
  const dayAgo = (days: number) => midnightOf(endAt) - days * DAY_MS;
  return [
    { kind: 'down', from: dayAgo(6) + 10 * HOUR_MS, to: dayAgo(6) + 10 * HOUR_MS + 12 * MINUTE_MS },
    { kind: 'slow', from: dayAgo(4) + 19 * HOUR_MS, to: dayAgo(4) + 22.5 * HOUR_MS },
    { kind: 'not_swapped', from: dayAgo(2) + 15 * HOUR_MS, to: dayAgo(2) + 16 * HOUR_MS + 10 * MINUTE_MS },
  ];
}
