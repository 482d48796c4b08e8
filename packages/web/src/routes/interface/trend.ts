import type { InterfaceDetail, TrendPoint } from '@minilens/wire/report-api';

export interface Trend {
  grain: 'hour' | 'day';
  points: TrendPoint[];
  /** The last point's hour or day is not over: it is no drop, it is still counting. */
  isOngoing: boolean;
}

/** The trend up to now. Hours that are still to come would read as hours without a call. */
export function trendOf(
  { grain, trend, range }: Pick<InterfaceDetail, 'grain' | 'trend' | 'range'>,
  nowMs: number,
): Trend {
  const points = trend.filter(({ at }) => at <= nowMs);
  const end = trend[points.length]?.at ?? range.to;
  return { grain, points, isOngoing: points.length > 0 && nowMs < end };
}
