import type { PushReport } from '@minilens/wire/push-report';
import type { LineSeriesOption } from 'echarts/charts';
import type { Palette } from '../../appearance/palette';
import type { Copy } from '../../copy/en';
import type { Format } from '../../format/format';
import type { Trend } from '../../trend/trend';
import { gappedLine, LOWER, stackedBars, type TrendOption, trendFrame } from '../../trend/trend-frame';
import { figuresOf } from './push-figures';

export type PushPoint = PushReport['trend'][number];

interface Ingredients {
  trend: Trend<PushPoint>;
  copy: Copy;
  format: Format;
  palette: Palette;
}

/**
 * Deliveries above, failures on the zero line; times below. An hour without deliveries has no times, so the lines have a
 * gap there.
 */
export function pushTrendOption({ trend, copy, format, palette }: Ingredients): TrendOption {
  const { points } = trend;
  const { push } = copy;
  return {
    ...trendFrame({
      trend,
      copy,
      format,
      palette,
      upper: { min: 0, minInterval: 1, splitNumber: 3, label: format.count },
      lower: { min: 0, minInterval: 1, splitNumber: 3, label: (ms) => `${format.count(ms)} ms` },
      rows: (point) => {
        const { deliveries, failed, failureRate, meanMs, p50Ms, p95Ms, longestMs } = figuresOf(point);
        return [
          [push.figure.deliveries, format.count(deliveries ?? 0)],
          [push.figure.failed, format.count(failed ?? 0)],
          [push.figure.failureRate, format.percent(failureRate)],
          [push.figure.meanMs, format.milliseconds(meanMs)],
          [push.figure.p50Ms, format.milliseconds(p50Ms)],
          [push.figure.p95Ms, format.milliseconds(p95Ms)],
          [push.figure.longestMs, format.milliseconds(longestMs)],
        ];
      },
    }),
    series: [
      {
        // One failure among thousands must be seen.
        barMinHeight: 2,
        ...stackedBars(
          push.figure.failed,
          palette.error,
          points.map(({ fail_count }) => fail_count || '-'),
        ),
      },
      stackedBars(
        push.answered,
        palette.success,
        points.map(({ callback_count, fail_count }) => callback_count - fail_count),
      ),
      ...gappedLine(
        push.figure.p50Ms,
        { color: palette.cancel, width: 1.5 },
        points.map(({ deliveryP50Ms }) => deliveryP50Ms),
        trend.isOngoing,
      ).map(below),
      ...gappedLine(
        push.figure.p95Ms,
        { color: palette.accent, width: 2 },
        points.map(({ deliveryP95Ms }) => deliveryP95Ms),
        trend.isOngoing,
      ).map(below),
    ],
  };
}

const below = (line: LineSeriesOption): LineSeriesOption => ({ ...line, ...LOWER });
