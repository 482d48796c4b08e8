import { Fragment, type ReactNode, useState } from 'react';
import { useCopy } from '../appearance/appearance';
import { Explained } from './explained';
import type { SavedCell } from './saved-rows';

export interface Column<Row> {
  key: string;
  title: string;
  /** Says what the column means when one points at its header. */
  meaning?: string;
  isNumber?: boolean;
  /** What is drawn has no order. */
  isUnsortable?: boolean;
  cell: (row: Row, index: number) => ReactNode;
  /** What a file says of a row: bare numbers, which spreadsheets compute with. Absent for what is only drawn. */
  saved?: (row: Row) => SavedCell;
}

export interface Sorting {
  by: string;
  order: 'asc' | 'desc';
  onSort: (key: string) => void;
}

export interface DataTableProps<Row> {
  label: string;
  rows: readonly Row[];
  rowKey: (row: Row) => string | number;
  /** The first one names the row and stays in sight while the rest scrolls. */
  columns: readonly Column<Row>[];
  sorting?: Sorting;
  /** What unfolds below a row; nothing where there is nothing more to say. */
  more?: (row: Row) => ReactNode;
}

/**
 * A dense table that scrolls inside itself. Plain elements: the server sorts, filters and pages, and Ant Design's table
 * would bring a tree, a select and a virtual list into the first load for it.
 */
export function DataTable<Row>({ label, rows, rowKey, columns, sorting, more }: DataTableProps<Row>) {
  const { table } = useCopy();
  const [unfolded, setUnfolded] = useState<ReadonlySet<string | number>>(new Set());
  const turn = (key: string | number) =>
    setUnfolded((before) => new Set(before.has(key) ? [...before].filter((other) => other !== key) : [...before, key]));

  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reachable with the keyboard
    <div className="table-scroll" tabIndex={0}>
      <table aria-label={label}>
        <thead>
          <tr>
            {columns.map((column) => (
              <HeaderCell key={column.key} column={column} sorting={sorting} />
            ))}
            {more && <td />}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => {
            const key = rowKey(row);
            const rest = more?.(row);
            const isUnfolded = unfolded.has(key);
            return (
              <Fragment key={key}>
                <tr>
                  {columns.map(({ key, isNumber, cell }, place) =>
                    place === 0 ? (
                      <th key={key} scope="row">
                        {cell(row, index)}
                      </th>
                    ) : (
                      <td key={key} className={isNumber ? 'number' : undefined}>
                        {cell(row, index)}
                      </td>
                    ),
                  )}
                  {more && (
                    <td>
                      {rest && (
                        <button
                          type="button"
                          className="unfold"
                          aria-expanded={isUnfolded}
                          aria-label={table.more}
                          onClick={() => turn(key)}
                        >
                          {isUnfolded ? '−' : '+'}
                        </button>
                      )}
                    </td>
                  )}
                </tr>
                {rest && isUnfolded && (
                  <tr>
                    <td colSpan={columns.length + 1}>{rest}</td>
                  </tr>
                )}
              </Fragment>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function HeaderCell<Row>({ column, sorting }: { column: Column<Row>; sorting: Sorting | undefined }) {
  const { key, title, meaning, isNumber, isUnsortable } = column;
  const direction = sorting?.by === key ? sorting.order : undefined;
  const onClick = sorting && !isUnsortable ? () => sorting.onSort(key) : undefined;
  // On the inner side, so that the name stays in line with the values.
  const mark = sorting && (
    <span className="sort-mark" aria-hidden="true">
      {direction && (direction === 'asc' ? '↑' : '↓')}
    </span>
  );
  return (
    <th
      scope="col"
      className={isNumber ? 'number' : undefined}
      aria-sort={direction && (direction === 'asc' ? 'ascending' : 'descending')}
    >
      {isNumber && mark}
      {meaning || onClick ? <Explained name={title} meaning={meaning} onClick={onClick} /> : title}
      {!isNumber && mark}
    </th>
  );
}
