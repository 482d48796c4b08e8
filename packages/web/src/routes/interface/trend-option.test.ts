import type { TrendPoint } from '@minilens/wire/report-api';
import { expect, test } from 'vitest';
import { PALETTES } from '../../appearance/palette';
import { en } from '../../copy/en';
import { formatOf } from '../../format/format';
import { trendOption } from './trend-option';

const HOUR_MS = 3_600_000;
const START = Date.parse('2026-11-22T00:00:00+08:00');
const point = (hour: number, success: number, errors: number): TrendPoint => ({
  at: START + hour * HOUR_MS,
  calls: success + errors,
  success,
  errors,
  cancel: 0,
  unknown: 0,
  successRate: success + errors === 0 ? null : (100 * success) / (success + errors),
});

const option = (isFitted: boolean) =>
  trendOption({
    trend: { grain: 'hour', points: [point(0, 9, 1), point(1, 0, 0), point(2, 10, 0)], isOngoing: true },
    isFitted,
    copy: en,
    format: formatOf('en', 'Asia/Shanghai'),
    palette: PALETTES.light,
  });

test('the rate axis goes from 0 to 100 unless it is fitted, and volumes always start at 0', () => {
  expect(option(false).yAxis).toMatchObject([{ min: 0, max: 100 }, { min: 0 }]);
  expect(option(true).yAxis).toMatchObject([{ min: 88, max: 100 }, { min: 0 }]);
});

test('an hour without calls is a gap in the rate, and a dot stands where the line would have no length', () => {
  const [rate] = option(false).series as [{ data: { value: unknown; symbolSize: number }[] }];
  expect(rate.data).toEqual([
    { value: 90, symbolSize: 5 },
    { value: '-', symbolSize: 0 },
    { value: 100, symbolSize: 5 },
  ]);
});

test('failures are the lowest part of the stack', () => {
  const [, lowest] = option(false).series as { name: string; data: number[] }[];
  expect(lowest).toMatchObject({ name: 'Failure', data: [1, 0, 0] });
});

test('the tooltip tells the numbers of the hour, and that the last one is still counting', () => {
  const { formatter } = option(false).tooltip as { formatter: (hit: object) => string };
  expect(formatter([{ dataIndex: 0 }])).toMatch(/Nov 22, 00:00.*90\.00%.*Calls.*10/);
  expect(formatter([{ dataIndex: 0 }])).not.toContain('still counting');
  expect(formatter([{ dataIndex: 2 }])).toContain('still counting');
});
