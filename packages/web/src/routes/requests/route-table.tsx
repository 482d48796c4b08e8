import type { AnswerRows } from '@minilens/wire/questions';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useCopy } from '../../appearance/appearance';
import { CsvButton } from '../../panels/csv-button';
import { DataTable } from '../../panels/data-table';
import { Pager } from '../../panels/pager';
import { type AnswerRow, useAnswerColumns } from '../../panels/use-answer-columns';
import { useMetrics } from '../../panels/use-metrics';
import type { RequestsSearch } from '../address';
import { ROUTE_METRICS, ROUTE_SORTS, sortedBy } from '../list-metrics';
import { routeName } from './route-name';

const ROWS_PER_PAGE = 50;

const route = getRouteApi('/signed-in/apps/$app/requests');

interface RouteTableProps {
  rows: AnswerRows;
  address: RequestsSearch;
  onChange: (changed: RequestsSearch) => void;
}

export function RouteTable({ rows, address, onChange }: RouteTableProps) {
  const { requests } = useCopy();
  const metrics = useAnswerColumns(ROUTE_METRICS);
  const { sort = ROUTE_METRICS[0], order = 'desc', page = 1 } = address;
  return (
    <>
      <DataTable
        label={requests.table}
        rows={rows.slice((page - 1) * ROWS_PER_PAGE, page * ROWS_PER_PAGE)}
        rowKey={routeName}
        columns={[
          { key: 'path', title: requests.route, cell: (row) => <RouteLink row={row} address={address} /> },
          ...metrics,
        ]}
        sorting={{ by: sort, order, onSort: (key) => onChange(sortedBy(key, ROUTE_SORTS, address)) }}
      />
      <Pager page={page} pageSize={ROWS_PER_PAGE} total={rows.length} onPage={(picked) => onChange({ page: picked })} />
    </>
  );
}

/** All rows that match, not only those of the page. */
export function RouteCsv({ rows }: { rows: AnswerRows }) {
  const { requests } = useCopy();
  const metrics = useMetrics();
  return (
    <CsvButton
      name={requests.title}
      rows={() => [
        [requests.method, requests.host, requests.path, ...ROUTE_METRICS.map((metric) => metrics(metric).title)],
        ...rows.map((row) => ['method', 'host', 'path', ...ROUTE_METRICS].map((name) => row[name] ?? null)),
      ]}
    />
  );
}

/** Range and filters go along: the details are about the same requests. */
function RouteLink({ row, address }: { row: AnswerRow; address: RequestsSearch }) {
  const { app } = route.useParams();
  const { search, sort, order, page, ...narrowed } = address;
  const { method, host, path } = row;
  return (
    <Link
      className="mono route"
      to="/apps/$app/requests/route"
      params={{ app }}
      search={{ ...narrowed, method: String(method), host: String(host), path: String(path) }}
    >
      <b>{method}</b> {host}
      <wbr />
      {path}
    </Link>
  );
}
