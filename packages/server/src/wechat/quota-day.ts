const DAY_MS = 86_400_000;

/** China is eight hours ahead the whole year. */
const AHEAD_MS = 8 * 3_600_000;

/** The day that is on in China, counted from the Unix epoch: quotas begin anew with it. */
export const chinaDay = (nowMs: number): number => Math.floor((nowMs + AHEAD_MS) / DAY_MS);

/** Midnight in China at which the day begins. Unit: ms since the Unix epoch. */
export const startOfChinaDay = (day: number): number => day * DAY_MS - AHEAD_MS;

/** `2026-11` */
export const chinaMonth = (nowMs: number): string => new Date(nowMs + AHEAD_MS).toISOString().slice(0, 7);
