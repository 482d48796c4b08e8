import type { Range } from '@minilens/wire/report-api';
import { DateTime } from 'luxon';
import { Refusal } from '../http/refusal.js';

const DAY_ONLY = /^\d{4}-\d{2}-\d{2}$/;
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?$/;

/** What the store's calendar holds, with room for every zone. */
const YEARS = { first: 1971, last: 2099 };

/** Longest range one question may span. */
const MAX_DAYS = 400;

/**
 * The hours a request asks for. A date means the whole day in the app's zone, a moment is widened to its full hour.
 * @throws Refusal INVALID_RANGE, naming the part that is wrong.
 */
export function readRange(query: { from: string; to: string }, timezone: string): Range {
  const from = read('from', query.from, timezone).startOf('hour');
  const last = read('to', query.to, timezone);
  const hour = last.startOf('hour');
  const to = DAY_ONLY.test(query.to) ? last.plus({ days: 1 }) : hour < last ? hour.plus({ hours: 1 }) : hour;
  if (to <= from)
    throw new Refusal('INVALID_RANGE', `The range ends (to=${query.to}) before it begins (from=${query.from}).`);
  if (to.diff(from, 'days').days > MAX_DAYS)
    throw new Refusal('INVALID_RANGE', `The range is longer than ${MAX_DAYS} days. Ask for less at a time.`);
  return { from: from.toMillis(), to: to.toMillis(), timezone };
}

/** Days where hours would be too many to read. */
export const grainOf = (range: Range): 'hour' | 'day' => (range.to - range.from > 3 * 86_400_000 ? 'day' : 'hour');

function read(name: 'from' | 'to', text: string, zone: string): DateTime {
  const moment = DateTime.fromISO(text, { zone });
  const isWritten = DAY_ONLY.test(text) || MOMENT.test(text);
  if (!isWritten || !moment.isValid || moment.year < YEARS.first || moment.year > YEARS.last) {
    throw new Refusal(
      'INVALID_RANGE',
      `${name}=${text} is no date (2026-11-01) and no moment (2026-11-01T10:00:00+08:00).`,
    );
  }
  return moment;
}
