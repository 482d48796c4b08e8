export const SECOND_MS = 1000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** The shop and all its visitors live by Asia/Shanghai, which knows no summer time. Unit: ms ahead of UTC. */
const ZONE_MS = 8 * HOUR_MS;

/** Midnight that began the day of this moment. */
export const midnightOf = (atMs: number): number => Math.floor((atMs + ZONE_MS) / DAY_MS) * DAY_MS - ZONE_MS;

/** The day as people write it: 2026-11-22. */
export const dateOf = (atMs: number): string => new Date(atMs + ZONE_MS).toISOString().slice(0, 10);

export const isWeekend = (atMs: number): boolean => [0, 6].includes(new Date(atMs + ZONE_MS).getUTCDay());
