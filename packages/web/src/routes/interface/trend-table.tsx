import type { InterfaceMetric, TrendPoint } from '@minilens/wire/report-api';
import { useCopy } from '../../appearance/appearance';
import { DataTable } from '../../panels/data-table';
import { useFormat } from '../../panels/use-format';
import { useMetricColumns } from '../../panels/use-metric-columns';
import type { Trend } from './trend';

const METRICS = ['calls', 'success', 'errors', 'cancel', 'unknown', 'successRate'] as const satisfies InterfaceMetric[];

/** The numbers behind the chart, newest first. */
export function TrendTable({ trend }: { trend: Trend }) {
  const { detail } = useCopy();
  const format = useFormat();
  const metrics = useMetricColumns<TrendPoint, (typeof METRICS)[number]>(METRICS);
  return (
    <div className="trend-table">
      <DataTable
        label={detail.trend}
        rows={trend.points.toReversed()}
        rowKey={({ at }) => at}
        columns={[
          {
            key: 'at',
            title: detail.time,
            cell: ({ at }, index) => (
              <>
                {format.bucket(at, trend.grain)}
                {trend.isOngoing && index === 0 && <span className="muted"> · {detail.ongoing}</span>}
              </>
            ),
          },
          ...metrics,
        ]}
      />
    </div>
  );
}
