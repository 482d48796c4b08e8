import { expect, test } from 'vitest';
import { PALETTES } from '../../appearance/palette';
import { en } from '../../copy/en';
import { formatOf } from '../../format/format';
import { type PushPoint, pushTrendOption } from './trend-option';

const HOUR_MS = 3_600_000;
const START = Date.parse('2026-11-22T00:00:00+08:00');
const point = (hour: number, deliveries: number, failed: number, p95Ms: number | null): PushPoint => ({
  at: START + hour * HOUR_MS,
  callback_count: deliveries,
  fail_count: failed,
  total_time_cost: deliveries * 60,
  max_time_cost: p95Ms ?? 0,
  deliveryP50Ms: p95Ms === null ? null : 50,
  deliveryP95Ms: p95Ms,
  deliveryP99Ms: p95Ms,
});

const option = pushTrendOption({
  trend: { grain: 'hour', points: [point(0, 10, 3, 4_900), point(1, 0, 0, null)], isOngoing: false },
  copy: en,
  format: formatOf('en', 'Asia/Shanghai'),
  palette: PALETTES.light,
});

test('failures stand on the zero line and are never too small to see, and the whole bar is all deliveries', () => {
  expect(option.series).toMatchObject([
    { type: 'bar', name: 'Failed', data: [3, '-'], barMinHeight: 2 },
    { type: 'bar', name: 'Answered', data: [7, 0] },
    { type: 'line', name: 'P50 ms', yAxisIndex: 1 },
    { type: 'line', name: 'P95 ms', yAxisIndex: 1 },
  ]);
});

test('an hour without deliveries is a gap in the times, not 0 ms', () => {
  const [, , , p95] = option.series as { data: { value: unknown }[] }[];
  expect(p95?.data.map(({ value }) => value)).toEqual([4_900, '-']);
});

test('the tooltip tells rate and mean, which no series draws', () => {
  const { formatter } = option.tooltip as { formatter: (hit: object) => string };
  expect(formatter([{ dataIndex: 0 }])).toMatch(/Nov 22, 00:00.*Failure rate.*30\.00%.*Mean ms.*60/);
});
