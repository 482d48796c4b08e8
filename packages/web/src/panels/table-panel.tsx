import type { ReactNode } from 'react';
import { CsvButton } from './csv-button';
import { DataTable, type DataTableProps } from './data-table';
import { Panel } from './panel';
import { savedRows } from './saved-rows';

interface TablePanelProps<Row> extends Omit<DataTableProps<Row>, 'label'> {
  title: string;
  hint?: string | undefined;
  controls?: ReactNode;
  /** Instead of a table without rows, where there may be none. */
  empty?: ReactNode;
}

/** A titled table that can be saved. */
export function TablePanel<Row>({ title, hint, controls, empty, ...table }: TablePanelProps<Row>) {
  const { rows, columns } = table;
  return (
    <Panel
      title={title}
      hint={hint}
      controls={
        <>
          {controls}
          {rows.length > 0 && <CsvButton name={title} rows={() => savedRows(columns, rows)} />}
        </>
      }
    >
      {rows.length === 0 && empty ? empty : <DataTable label={title} {...table} />}
    </Panel>
  );
}
