import type { TrendPoint } from '@minilens/wire/report-api';
import type { Palette } from '../../appearance/palette';
import type { Copy } from '../../copy/en';
import type { Format } from '../../format/format';
import type { Trend } from '../../trend/trend';
import { gappedLine, LOWER, stackedBars, type TrendOption, trendFrame } from '../../trend/trend-frame';

interface Ingredients {
  trend: Trend<TrendPoint>;
  /** Cut the rate axis to the data, to see small changes of a high rate. */
  isFitted: boolean;
  copy: Copy;
  format: Format;
  palette: Palette;
}

/**
 * Rate above, calls below, one time axis. Failures stand on the zero line, where heights can be compared; an hour
 * without calls has no rate, so the line has a gap there.
 */
export function trendOption({ trend, isFitted, copy, format, palette }: Ingredients): TrendOption {
  const { points } = trend;
  return {
    ...trendFrame({
      trend,
      copy,
      format,
      palette,
      upper: {
        ...(isFitted ? fitted(points) : { min: 0, max: 100, interval: 25 }),
        label: (rate) => `${Number(rate.toFixed(2))}%`,
      },
      lower: { min: 0, minInterval: 1, splitNumber: 3, label: format.count },
      rows: (point) => [
        [copy.metric.successRate, format.percent(point.successRate)],
        [copy.metric.calls, format.count(point.calls)],
        ...STACK.map((outcome): [string, string] => [copy.outcome[outcome], format.count(point[COUNT_OF[outcome]])]),
      ],
    }),
    series: [
      ...gappedLine(
        copy.metric.successRate,
        { color: palette.accent, width: 2 },
        points.map(({ successRate }) => successRate),
        trend.isOngoing,
      ),
      ...STACK.map((outcome) => ({
        ...stackedBars(
          copy.outcome[outcome],
          outcome === 'fail' ? palette.error : palette[outcome],
          points.map((point) => point[COUNT_OF[outcome]]),
        ),
        ...LOWER,
      })),
    ],
  };
}

type Outcome = 'fail' | 'cancel' | 'unknown' | 'success';
/** From the zero line up. */
export const STACK: Outcome[] = ['fail', 'cancel', 'unknown', 'success'];
const COUNT_OF = { fail: 'errors', cancel: 'cancel', unknown: 'unknown', success: 'success' } as const;

/** A fifth of the spread below and above the data, and never a spread so small that noise looks like a cliff. */
function fitted(points: TrendPoint[]): { min: number; max: number; splitNumber: number } {
  const rates = points.flatMap(({ successRate }) => successRate ?? []);
  const [lowest, highest] = rates.length > 0 ? [Math.min(...rates), Math.max(...rates)] : [0, 100];
  const margin = Math.max(LEAST_SPREAD, highest - lowest) / 5;
  const cut = (rate: number) => Math.min(100, Math.max(0, Math.round(rate * 10) / 10));
  return { min: cut(lowest - margin), max: cut(highest + margin), splitNumber: 4 };
}
/** Unit: percentage points. */
const LEAST_SPREAD = 2;
