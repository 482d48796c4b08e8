import type { TrendPoint } from '@minilens/wire/report-api';
import type { BarSeriesOption, LineSeriesOption } from 'echarts/charts';
import type { GridComponentOption, TooltipComponentOption } from 'echarts/components';
import type { ComposeOption } from 'echarts/core';
import type { Palette } from '../../appearance/palette';
import type { Copy } from '../../copy/en';
import type { Format } from '../../format/format';
import type { Trend } from './trend';

type TrendOption = ComposeOption<LineSeriesOption | BarSeriesOption | GridComponentOption | TooltipComponentOption>;

interface Ingredients {
  trend: Trend;
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
  const { points, grain } = trend;
  const buckets = points.map(({ at }) => format.bucket(at, grain));
  const isLong = grain === 'hour' && points.length > 48;
  const axisText = { color: palette.muted, fontSize: 11 };
  const lines = { lineStyle: { color: palette.line } };
  const bars = (outcome: Outcome): BarSeriesOption => ({
    type: 'bar',
    name: copy.outcome[outcome],
    stack: 'calls',
    xAxisIndex: 1,
    yAxisIndex: 1,
    barMaxWidth: 28,
    barCategoryGap: '25%',
    itemStyle: { color: outcome === 'fail' ? palette.error : palette[outcome] },
    data: points.map((point) => point[COUNT_OF[outcome]]),
  });

  return {
    animation: false,
    axisPointer: { link: [{ xAxisIndex: 'all' }] },
    grid: [
      { left: 58, right: 12, top: 10, height: 120 },
      { left: 58, right: 12, top: 160, height: 110 },
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
    yAxis: [
      {
        type: 'value',
        gridIndex: 0,
        ...(isFitted ? fitted(points) : { min: 0, max: 100, interval: 25 }),
        axisLabel: { ...axisText, formatter: (rate: number) => `${Number(rate.toFixed(2))}%` },
        splitLine: lines,
      },
      {
        type: 'value',
        gridIndex: 1,
        min: 0,
        minInterval: 1,
        splitNumber: 3,
        axisLabel: { ...axisText, formatter: (calls: number) => format.count(calls) },
        splitLine: lines,
      },
    ],
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
        return point ? describe(point, index) : '';
      },
    },
    series: [
      {
        type: 'line',
        name: copy.metric.successRate,
        data: points.map(({ successRate }, index) => ({
          value: successRate ?? '-',
          symbolSize: isAlone(points, index) ? 5 : 0,
        })),
        symbol: 'circle',
        showAllSymbol: true,
        connectNulls: false,
        lineStyle: { color: palette.accent, width: 2 },
        itemStyle: { color: palette.accent },
      },
      ...STACK.map(bars),
    ],
  };

  /** Only our own words and numbers: nothing in here needs escaping. */
  function describe(point: TrendPoint, index: number): string {
    const isCounting = trend.isOngoing && index === points.length - 1;
    const row = (name: string, value: string) =>
      `<tr><td>${name}</td><td style="text-align:right;padding-left:16px;font-variant-numeric:tabular-nums">${value}</td></tr>`;
    return [
      `<b>${format.bucket(point.at, grain)}</b>${isCounting ? ` · ${copy.detail.ongoing}` : ''}<table>`,
      row(copy.metric.successRate, format.percent(point.successRate)),
      row(copy.metric.calls, format.count(point.calls)),
      ...STACK.map((outcome) => row(copy.outcome[outcome], format.count(point[COUNT_OF[outcome]]))),
      '</table>',
    ].join('');
  }
}

type Outcome = 'fail' | 'cancel' | 'unknown' | 'success';
/** From the zero line up. */
const STACK: Outcome[] = ['fail', 'cancel', 'unknown', 'success'];
const COUNT_OF = { fail: 'errors', cancel: 'cancel', unknown: 'unknown', success: 'success' } as const;

/** Of an hour's label: over several days only midnights are named. */
const isMidnight = (_index: number, label: string) => label.endsWith('00:00');

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

/** A rate between two gaps is a line of no length: only a dot shows it. */
const isAlone = (points: TrendPoint[], index: number) =>
  points[index - 1]?.successRate == null && points[index + 1]?.successRate == null;
