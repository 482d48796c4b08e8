import type { Range } from '@minilens/wire/report-api';

/** A point of a trend: `at` is the start of its hour or day, Unix ms. */
export interface TrendMoment {
  at: number;
}

export interface Trend<Point extends TrendMoment> {
  grain: 'hour' | 'day';
  points: Point[];
  /** The last point's hour or day is not over: it is no drop, it is still counting. */
  isOngoing: boolean;
}

interface Answer<Point> {
  grain: 'hour' | 'day';
  trend: Point[];
  range: Range;
}

/** The trend up to now. Hours that are still to come would read as hours in which nothing happened. */
export function trendOf<Point extends TrendMoment>(
  { grain, trend, range }: Answer<Point>,
  nowMs: number,
): Trend<Point> {
  const points = trend.filter(({ at }) => at <= nowMs);
  const end = trend[points.length]?.at ?? range.to;
  return { grain, points, isOngoing: points.length > 0 && nowMs < end };
}
