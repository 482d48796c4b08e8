import type { InterfaceRow } from '@minilens/wire/report-api';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useCopy } from '../../appearance/appearance';
import { CsvButton } from '../../panels/csv-button';
import { DataTable } from '../../panels/data-table';
import { Pager } from '../../panels/pager';
import { Sparkline } from '../../panels/sparkline';
import { TABLE_METRICS, useMetricColumns } from '../../panels/use-metric-columns';
import type { InterfaceSort } from '../../query/interfaces';
import type { InterfacesSearch } from '../address';
import { INTERFACE_SORTS, sortedBy } from '../list-metrics';

export const ROWS_PER_PAGE = 50;

const route = getRouteApi('/signed-in/apps/$app/interfaces');

interface InterfaceTableProps {
  items: InterfaceRow[];
  /** Calls of each through the range; absent until they are known. */
  lines: ReadonlyMap<string, readonly number[]> | undefined;
  total: number;
  sort: InterfaceSort;
  order: 'asc' | 'desc';
  page: number;
  onChange: (changed: InterfacesSearch) => void;
}

export function InterfaceTable({ items, lines, total, sort, order, page, onChange }: InterfaceTableProps) {
  const { list } = useCopy();
  const metrics = useMetricColumns<InterfaceRow, (typeof TABLE_METRICS)[number]>(TABLE_METRICS);
  const lineOf = ({ name }: InterfaceRow) => <Sparkline values={lines?.get(name) ?? []} />;
  return (
    <>
      <DataTable
        label={list.table}
        rows={items}
        rowKey={({ name }) => name}
        columns={[
          { key: 'name', title: list.name, cell: ({ name }) => <InterfaceLink name={name} /> },
          ...metrics.flatMap((column) =>
            column.key === 'calls'
              ? [column, { key: 'line', title: list.line, meaning: list.lineMeaning, isUnsortable: true, cell: lineOf }]
              : [column],
          ),
        ]}
        sorting={{ by: sort, order, onSort: (key) => onChange(sortedBy(key, INTERFACE_SORTS, { sort, order })) }}
      />
      <Pager page={page} pageSize={ROWS_PER_PAGE} total={total} onPage={(picked) => onChange({ page: picked })} />
    </>
  );
}

/** The rows of the page. */
export function InterfaceCsv({ items }: { items: InterfaceRow[] }) {
  const { list, metric: words } = useCopy();
  return (
    <CsvButton
      name={list.title}
      rows={() => [
        [list.name, ...TABLE_METRICS.map((metric) => words[metric])],
        ...items.map((item) => [item.name, ...TABLE_METRICS.map((metric) => item[metric])]),
      ]}
    />
  );
}

/** Range and filters go along: the details are about the same hours. */
function InterfaceLink({ name }: { name: string }) {
  const { app } = route.useParams();
  const { search, sort, order, page, ...kept } = route.useSearch();
  return (
    <Link className="mono" to="/apps/$app/interfaces/$name" params={{ app, name }} search={kept}>
      {name}
    </Link>
  );
}
