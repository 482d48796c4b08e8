import type { BarSeriesOption, LineSeriesOption } from 'echarts/charts';
import type { GridComponentOption, TooltipComponentOption } from 'echarts/components';
import type { ComposeOption } from 'echarts/core';
import type { Palette } from '../appearance/palette';
import type { Copy } from '../copy/en';
import type { Format } from '../format/format';
import type { Trend, TrendMoment } from './trend';

export type TrendOption = ComposeOption<
  LineSeriesOption | BarSeriesOption | GridComponentOption | TooltipComponentOption
>;

interface ValueAxis {
  min: number;
  max?: number;
  interval?: number;
  minInterval?: number;
  splitNumber?: number;
  label: (value: number) => string;
}

interface Ingredients<Point extends TrendMoment> {
  trend: Trend<Point>;
  upper: ValueAxis;
  lower: ValueAxis;
  /** What the tooltip tells of a point: names and values, only our own words and numbers. */
  rows: (point: Point) => [name: string, value: string][];
  copy: Copy;
  format: Format;
  palette: Palette;
}

/** Series of the lower chart say so with this; those of the upper one say nothing. */
export const LOWER = { xAxisIndex: 1, yAxisIndex: 1 } as const;

/** Two charts over one time axis, without their series. */
export function trendFrame<Point extends TrendMoment>({
  trend: { points, grain, isOngoing },
  upper,
  lower,
  rows,
  copy,
  format,
  palette,
}: Ingredients<Point>): TrendOption {
  const buckets = points.map(({ at }) => format.bucket(at, grain));
  const isLong = grain === 'hour' && points.length > 48;
  const axisText = { color: palette.muted, fontSize: 11 };
  const lines = { lineStyle: { color: palette.line } };
  const valueAxis = ({ label, ...scale }: ValueAxis, gridIndex: number) => ({
    type: 'value' as const,
    gridIndex,
    ...scale,
    axisLabel: { ...axisText, formatter: label },
    splitLine: lines,
  });

  return {
    animation: false,
    axisPointer: { link: [{ xAxisIndex: 'all' }] },
    grid: [
      { left: 66, right: 12, top: 10, height: 120 },
      { left: 66, right: 12, top: 160, height: 110 },
    ],
    xAxis: [
      {
        type: 'category',
        gridIndex: 0,
        data: buckets,
        axisLabel: { show: false },
        axisTick: { show: false },
        axisLine: lines,
      },
      {
        type: 'category',
        gridIndex: 1,
        data: buckets,
        axisLabel: { ...axisText, hideOverlap: true, ...(isLong ? { interval: isMidnight } : {}) },
        axisTick: { show: false },
        axisLine: lines,
      },
    ],
    yAxis: [valueAxis(upper, 0), valueAxis(lower, 1)],
    tooltip: {
      trigger: 'axis',
      confine: true,
      backgroundColor: palette.surface,
      borderColor: palette.line,
      textStyle: { color: palette.text, fontSize: 12 },
      axisPointer: { type: 'line', lineStyle: { color: palette.muted } },
      formatter: (hit) => {
        const index = (Array.isArray(hit) ? hit[0] : hit)?.dataIndex ?? -1;
        const point = points[index];
        return point ? describe(point, isOngoing && index === points.length - 1) : '';
      },
    },
  };

  /** Nothing in here needs escaping. */
  function describe(point: Point, isCounting: boolean): string {
    const row = ([name, value]: [string, string]) =>
      `<tr><td>${name}</td><td style="text-align:right;padding-left:16px;font-variant-numeric:tabular-nums">${value}</td></tr>`;
    return [
      `<b>${format.bucket(point.at, grain)}</b>${isCounting ? ` · ${copy.trend.ongoing}` : ''}<table>`,
      ...rows(point).map(row),
      '</table>',
    ].join('');
  }
}

/** Bars on the same place, one upon the other; `-` for none at all. */
export const stackedBars = (name: string, color: string, data: (number | '-')[]): BarSeriesOption => ({
  type: 'bar',
  name,
  stack: 'all',
  barMaxWidth: 28,
  barCategoryGap: '25%',
  itemStyle: { color },
  data,
});

interface LineLook {
  color: string;
  width: number;
  /** Something else's numbers, for comparison. */
  isDashed?: boolean | undefined;
}

/**
 * A line that has a gap where there is no value. A value between two gaps is a line of no length: a dot shows it. The way
 * to a bucket that is still counting is dotted: that it falls there says nothing yet.
 */
export function gappedLine(
  name: string,
  { color, width, isDashed = false }: LineLook,
  values: readonly (number | null)[],
  isOngoing = false,
): LineSeriesOption[] {
  const last = values.length - 1;
  const isCut = isOngoing && !isDashed && values[last] != null && values[last - 1] != null;
  const line = (type: 'solid' | 'dashed' | 'dotted', shown: readonly (number | null)[]): LineSeriesOption => ({
    type: 'line',
    name,
    data: shown.map((value, index) => ({
      value: value ?? '-',
      symbolSize: values[index - 1] == null && values[index + 1] == null ? 5 : 0,
    })),
    symbol: 'circle',
    showAllSymbol: true,
    connectNulls: false,
    lineStyle: { color, width, type },
    itemStyle: { color },
  });
  if (!isCut) return [line(isDashed ? 'dashed' : 'solid', values)];
  return [
    line('solid', [...values.slice(0, last), null]),
    line(
      'dotted',
      values.map((value, index) => (index < last - 1 ? null : value)),
    ),
  ];
}

/** Of an hour's label: over several days only midnights are named. */
const isMidnight = (_index: number, label: string) => label.endsWith('00:00');
