import type { BarSeriesOption, LineSeriesOption } from 'echarts/charts';
import { format as echartsFormat } from 'echarts/core';
import type { Palette } from '../../appearance/palette';
import type { Format, Unit } from '../../format/format';
import { gappedLine, type TrendOption } from '../../trend/trend-frame';

/** Names may come from the app: versions, pages, hosts. */
const { encodeHTML } = echartsFormat;

/** One line or one kind of bar; `values` has one for each bucket, null where there is nothing to show. */
export interface Series {
  name: string;
  kind: 'line' | 'bar';
  colour: keyof Palette;
  values: readonly (number | null)[];
  /** Bars of one stack stand on each other, the first on the zero line. */
  stack?: string;
  /** Something else's numbers, for comparison. */
  isDashed?: boolean;
}

export interface ChartSpec {
  /** What the time axis says, one text a bucket. */
  buckets: readonly string[];
  unit: Unit;
  series: readonly Series[];
  /** The last bucket is not over. */
  isOngoing?: boolean;
  ongoing?: string;
}

/** One time axis, one unit, the zero line always in sight. Rates go to 100. */
export function chartOption(
  { buckets, unit, series, isOngoing, ongoing }: ChartSpec,
  format: Format,
  palette: Palette,
): TrendOption {
  const axisText = { color: palette.muted, fontSize: 11 };
  const lines = { lineStyle: { color: palette.line } };
  return {
    animation: false,
    grid: { left: 70, right: 12, top: 10, bottom: 26 },
    xAxis: {
      type: 'category',
      data: [...buckets],
      axisLabel: { ...axisText, hideOverlap: true },
      axisTick: { show: false },
      axisLine: lines,
    },
    yAxis: {
      type: 'value',
      min: 0,
      ...(unit === '%' && { max: 100, interval: 25 }),
      ...(unit === 'count' && { minInterval: 1 }),
      splitNumber: 4,
      axisLabel: { ...axisText, formatter: (value: number) => axisValue(value, unit, format) },
      splitLine: lines,
    },
    tooltip: {
      trigger: 'axis',
      confine: true,
      backgroundColor: palette.surface,
      borderColor: palette.line,
      textStyle: { color: palette.text, fontSize: 12 },
      axisPointer: { type: 'line', lineStyle: { color: palette.muted } },
      formatter: (hit) => {
        const index = (Array.isArray(hit) ? hit[0] : hit)?.dataIndex ?? -1;
        return buckets[index] === undefined ? '' : describe(index);
      },
    },
    series: series.flatMap(({ name, kind, colour, values, stack, isDashed }): (BarSeriesOption | LineSeriesOption)[] =>
      kind === 'line'
        ? gappedLine(name, { color: palette[colour], width: 2, isDashed }, values, isOngoing)
        : [
            {
              type: 'bar',
              name,
              ...(stack !== undefined && { stack }),
              barMaxWidth: 28,
              barCategoryGap: '25%',
              itemStyle: { color: palette[colour] },
              data: values.map((value) => value ?? '-'),
            },
          ],
    ),
  };

  function describe(index: number): string {
    const isCounting = isOngoing && index === buckets.length - 1;
    const rows = series.map(
      ({ name, values }) =>
        `<tr><td>${encodeHTML(name)}</td><td style="text-align:right;padding-left:16px;font-variant-numeric:tabular-nums">${encodeHTML(format.value(values[index] ?? null, unit))}</td></tr>`,
    );
    return `<b>${encodeHTML(buckets[index] ?? '')}</b>${isCounting ? ` · ${encodeHTML(ongoing ?? '')}` : ''}<table>${rows.join('')}</table>`;
  }
}

const axisValue = (value: number, unit: Unit, format: Format) =>
  unit === '%' ? `${Number(value.toFixed(2))}%` : format.value(value, unit);
