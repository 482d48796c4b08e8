import { expect, test } from 'vitest';
import { PALETTES } from '../../appearance/palette';
import { formatOf } from '../../format/format';
import { type ChartSpec, chartOption } from './chart-option';

const format = formatOf('en', 'Asia/Shanghai');
const spec: ChartSpec = {
  buckets: ['00:00', '01:00', '02:00'],
  unit: '%',
  series: [{ name: '<img src=x>', kind: 'line', colour: 'accent', values: [90, null, 100] }],
  isOngoing: true,
  ongoing: 'still counting',
};
const tooltip = (of: ChartSpec, index: number) => {
  const { formatter } = chartOption(of, format, PALETTES.light).tooltip as { formatter: (hit: object) => string };
  return formatter([{ dataIndex: index }]);
};

test('rates go from 0 to 100, everything else starts at 0', () => {
  expect(chartOption(spec, format, PALETTES.light).yAxis).toMatchObject({ min: 0, max: 100 });
  expect(chartOption({ ...spec, unit: 'ms' }, format, PALETTES.light).yAxis).toMatchObject({ min: 0 });
  expect(chartOption({ ...spec, unit: 'ms' }, format, PALETTES.light).yAxis).not.toHaveProperty('max');
});

test('a bucket without a value is a gap, and a dot stands where the line would have no length', () => {
  const [line] = chartOption(spec, format, PALETTES.light).series as [{ data: object[] }];
  expect(line.data).toEqual([
    { value: 90, symbolSize: 5 },
    { value: '-', symbolSize: 0 },
    { value: 100, symbolSize: 5 },
  ]);
});

test('the way to a bucket that is still counting is dotted, for what is counted and not for what it is compared with', () => {
  const values = [90, 95, 20];
  const lines = [
    { name: 'Now', kind: 'line', colour: 'accent', values },
    { name: 'Before', kind: 'line', colour: 'muted', values, isDashed: true },
  ] as const;
  const drawn = chartOption({ ...spec, series: lines }, format, PALETTES.light).series as {
    name: string;
    lineStyle: { type: string };
    data: { value: unknown }[];
  }[];
  expect(drawn.map(({ name, lineStyle, data }) => [name, lineStyle.type, ...data.map(({ value }) => value)])).toEqual([
    ['Now', 'solid', 90, 95, '-'],
    ['Now', 'dotted', '-', 95, 20],
    ['Before', 'dashed', 90, 95, 20],
  ]);
});

test('the tooltip tells each value with its unit, and that the last bucket is still counting', () => {
  expect(tooltip(spec, 0)).toContain('90.00%');
  expect(tooltip(spec, 0)).not.toContain('still counting');
  expect(tooltip(spec, 2)).toContain('still counting');
  expect(tooltip({ ...spec, unit: 'ms' }, 1)).toContain('—');
});

test('a name that came from an app is text, never markup', () => {
  expect(tooltip(spec, 0)).not.toContain('<img');
  expect(tooltip(spec, 0)).toContain('&lt;img src=x&gt;');
});
