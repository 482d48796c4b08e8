import type { InterfaceMetric } from '@minilens/wire/report-api';
import type { ReactNode } from 'react';
import { useCopy } from '../appearance/appearance';
import type { Format } from '../format/format';
import type { Column } from './data-table';
import { Rate } from './rate';
import { useFormat } from './use-format';

/** What a table of interfaces, or of one interface split up, shows of each row. */
export const TABLE_METRICS = [
  'calls',
  'errors',
  'successRate',
  'successRateWithoutCancels',
  'affectedUsers',
  'failedUsers',
  'durationP50Ms',
  'durationP95Ms',
] as const satisfies InterfaceMetric[];

/** Columns for metrics, the same wherever they stand: right-aligned, errors marked, meaning on the header. */
export function useMetricColumns<Row extends { [M in Metric]: number | null }, Metric extends InterfaceMetric>(
  metrics: readonly Metric[],
): Column<Row>[] {
  const copy = useCopy();
  const format = useFormat();
  return metrics.map((metric) => ({
    key: metric,
    title: copy.metric[metric],
    meaning: copy.meaning[metric],
    isNumber: true,
    cell: (row) => metricCell(metric, row[metric], format),
    saved: (row) => row[metric],
  }));
}

function metricCell(metric: InterfaceMetric, value: number | null, format: Format): ReactNode {
  switch (metric) {
    case 'successRate':
      return <Rate value={value} missing="plain" />;
    case 'successRateWithoutCancels':
      return <Rate value={value} missing="error" />;
    case 'errors':
    case 'affectedUsers':
    case 'failedUsers':
      return <span className={value ? 'bad' : 'muted'}>{format.count(value ?? 0)}</span>;
    default:
      return format.milliseconds(value);
  }
}
