import dayjs from 'dayjs';
import timezone from 'dayjs/plugin/timezone';
import utc from 'dayjs/plugin/utc';
import type { Grain } from '../trend/trend';

dayjs.extend(utc);
dayjs.extend(timezone);

export const PRESETS = ['24h', 'today', 'yesterday', '7d', '30d'] as const;
export type Preset = (typeof PRESETS)[number];
const STANDARD_PRESET: Preset = '7d';

/** What the reader picked: a preset that moves with the clock, or two days (both included). */
export type RangeChoice = { preset: Preset } | { from: string; to: string };

/** The same in the address: `?range=today` or `?from=2026-11-01&to=2026-11-05`. Absent is the standard. */
export interface RangeSearch {
  range?: Preset | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

/** Reads the address. Whatever is no range becomes the standard one: a broken link still shows something true. */
export function rangeSearch(raw: Record<string, unknown>): RangeSearch {
  const { range, from, to } = raw;
  if (isDay(from) && isDay(to) && from <= to) return { from, to };
  return isPreset(range) && range !== STANDARD_PRESET ? { range } : {};
}

export function chosenRange({ range = STANDARD_PRESET, from, to }: RangeSearch): RangeChoice {
  return from && to ? { from, to } : { preset: range };
}

/** The address of a choice. Names all three fields, so that spreading it over an older search clears what was there. */
export function searchOfRange(choice: RangeChoice): Required<RangeSearch> {
  if ('from' in choice) return { range: undefined, from: choice.from, to: choice.to };
  const range = choice.preset === STANDARD_PRESET ? undefined : choice.preset;
  return { range, from: undefined, to: undefined };
}

/**
 * What the report API is asked. Days are days of the app's zone; the moving 24 hours end with the running hour, so that
 * the question (and with it the cache key) stays the same until the hour is over.
 */
export function askedRange(choice: RangeChoice, zone: string, nowMs: number): { from: string; to: string } {
  if ('from' in choice) return choice;
  const now = dayjs(nowMs).tz(zone);
  const day = (daysAgo: number) => now.subtract(daysAgo, 'day').format('YYYY-MM-DD');
  switch (choice.preset) {
    case '24h': {
      const end = now.startOf('hour').add(1, 'hour');
      return { from: end.subtract(24, 'hour').format(), to: end.format() };
    }
    case 'today':
      return { from: day(0), to: day(0) };
    case 'yesterday':
      return { from: day(1), to: day(1) };
    case '7d':
      return { from: day(6), to: day(0) };
    case '30d':
      return { from: day(29), to: day(0) };
  }
}

/**
 * The stretch of the same length right before. A day that is not over is compared with the whole day before; whoever
 * compares it hour by hour cuts it.
 */
export function rangeBefore({ from, to }: { from: string; to: string }, zone: string): { from: string; to: string } {
  if (from.length === DAY_LENGTH) {
    const days = daysIn({ from, to });
    const back = (day: string) => dayjs.utc(day).subtract(days, 'day').format('YYYY-MM-DD');
    return { from: back(from), to: back(to) };
  }
  const length = dayjs(to).diff(dayjs(from));
  return { from: dayjs(from).subtract(length, 'ms').tz(zone).format(), to: dayjs(from).tz(zone).format() };
}
const daysIn = ({ from, to }: { from: string; to: string }) => dayjs.utc(to).diff(dayjs.utc(from), 'day') + 1;
const DAY_LENGTH = '2026-11-01'.length;

/** Hours where days would hide what happened, as the report API chooses them. */
export const grainOf = (range: { from: string; to: string }, zone: string): 'hour' | 'day' => {
  if (range.from.length === DAY_LENGTH && range.to.length === DAY_LENGTH) return daysIn(range) > 3 ? 'day' : 'hour';
  const end = range.to.length === DAY_LENGTH ? dayjs.tz(range.to, zone).add(1, 'day') : dayjs(range.to);
  const start = range.from.length === DAY_LENGTH ? dayjs.tz(range.from, zone) : dayjs(range.from);
  return end.diff(start, 'day', true) > 3 ? 'day' : 'hour';
};

/**
 * The weeks or months a range touches, whole: cut ones would read as quieter ones. Hours and days are whole already.
 * Weeks begin on Monday.
 */
export function wholePeriods(
  range: { from: string; to: string },
  grain: Grain,
  zone: string,
): { from: string; to: string } {
  if (grain === 'hour' || grain === 'day') return range;
  const isDays = range.from.length === DAY_LENGTH;
  const first = dayjs(isDays ? dayjs.tz(range.from, zone) : range.from).tz(zone);
  const last = isDays ? dayjs.tz(range.to, zone) : dayjs(range.to).subtract(1, 'ms').tz(zone);
  const day = (moment: dayjs.Dayjs) => moment.format('YYYY-MM-DD');
  if (grain === 'month') return { from: day(first.startOf('month')), to: day(last.endOf('month')) };
  return {
    from: day(first.subtract((first.day() + 6) % 7, 'day')),
    to: day(last.add((7 - last.day()) % 7, 'day')),
  };
}

const isPreset = (value: unknown): value is Preset => PRESETS.includes(value as Preset);
const isDay = (value: unknown): value is string =>
  typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) && dayjs.utc(value).format('YYYY-MM-DD') === value;
