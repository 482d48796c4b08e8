import { useCopy } from '../appearance/appearance';
import type { Trend, TrendMoment } from '../trend/trend';
import { CsvButton } from './csv-button';
import { type Column, DataTable } from './data-table';
import { savedRows } from './saved-rows';
import { useFormat } from './use-format';

interface TrendTableProps<Point extends TrendMoment> {
  trend: Trend<Point>;
  columns: readonly Column<Point>[];
}

/** The numbers behind a chart, newest first. */
export function TrendTable<Point extends TrendMoment>({ trend, columns }: TrendTableProps<Point>) {
  const { trend: copy } = useCopy();
  return (
    <div className="trend-table">
      <DataTable
        label={copy.title}
        rows={trend.points.toReversed()}
        rowKey={({ at }) => at}
        columns={useTrendColumns(trend, columns)}
      />
    </div>
  );
}

/** The same as a file, oldest first. */
export function TrendCsv<Point extends TrendMoment>({
  name,
  trend,
  columns,
}: TrendTableProps<Point> & { name: string }) {
  const all = useTrendColumns(trend, columns);
  return <CsvButton name={name} rows={() => savedRows(all, trend.points)} />;
}

function useTrendColumns<Point extends TrendMoment>(
  { grain, isOngoing }: Trend<Point>,
  columns: readonly Column<Point>[],
): Column<Point>[] {
  const { trend: copy } = useCopy();
  const format = useFormat();
  return [
    {
      key: 'at',
      title: copy.time,
      cell: ({ at }, index) => (
        <>
          {format.bucket(at, grain)}
          {isOngoing && index === 0 && <span className="muted"> · {copy.ongoing}</span>}
        </>
      ),
      saved: ({ at }) => format.bucket(at, grain),
    },
    ...columns,
  ];
}
