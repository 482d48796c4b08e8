import type { Range } from '@minilens/wire/report-api';

/** How long one point of a trend is. */
export type Grain = 'hour' | 'day' | 'week' | 'month';

/** A point of a trend: `at` is the start of its hour, day, week or month, Unix ms. */
export interface TrendMoment {
  at: number;
}

export interface Trend<Point extends TrendMoment> {
  grain: Grain;
  points: Point[];
  /** The last point's time is not over: it is no drop, it is still counting. */
  isOngoing: boolean;
}

interface Answer<Point> {
  grain: Grain;
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
