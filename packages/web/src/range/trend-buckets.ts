import type { AnswerRows } from '@minilens/wire/questions';
import type { Range } from '@minilens/wire/report-api';

/** Rows by hour or day, up to now: those to come would read as a time in which nothing happened. */
export function trendRows(
  { rows, range }: { rows: AnswerRows; range: Range },
  grain: 'hour' | 'day',
  nowMs: number,
): { rows: AnswerRows; isOngoing: boolean } {
  const past = rows.filter((row) => Number(row[grain]) <= nowMs);
  const end = Number(rows[past.length]?.[grain] ?? range.to);
  return { rows: past, isOngoing: past.length > 0 && nowMs < end };
}
