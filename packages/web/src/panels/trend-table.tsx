import { useCopy } from '../appearance/appearance';
import type { Trend, TrendMoment } from '../trend/trend';
import { type Column, DataTable } from './data-table';
import { useFormat } from './use-format';

interface TrendTableProps<Point extends TrendMoment> {
  trend: Trend<Point>;
  columns: readonly Column<Point>[];
}

/** The numbers behind a chart, newest first. */
export function TrendTable<Point extends TrendMoment>({ trend, columns }: TrendTableProps<Point>) {
  const copy = useCopy();
  const format = useFormat();
  return (
    <div className="trend-table">
      <DataTable
        label={copy.trend.title}
        rows={trend.points.toReversed()}
        rowKey={({ at }) => at}
        columns={[
          {
            key: 'at',
            title: copy.trend.time,
            cell: ({ at }, index) => (
              <>
                {format.bucket(at, trend.grain)}
                {trend.isOngoing && index === 0 && <span className="muted"> · {copy.trend.ongoing}</span>}
              </>
            ),
          },
          ...columns,
        ]}
      />
    </div>
  );
}
