import type { AnswerRows } from '@minilens/wire/questions';
import type { ReactNode } from 'react';
import type { Sorting } from './data-table';
import { Notice } from './notice';
import { TablePanel } from './table-panel';
import { type AnswerRow, useAnswerColumns } from './use-answer-columns';

interface AnswerPanelProps {
  title: string;
  hint?: string;
  /** What the first column says of a row, and what it is called. */
  name: { title: string; text: (row: AnswerRow) => string; cell?: (row: AnswerRow) => ReactNode };
  metrics: readonly string[];
  rows: AnswerRows;
  /** Where there is no row. */
  empty: string;
  controls?: ReactNode;
  sorting?: Sorting;
}

/** An answer split by something, as a table that can be saved. */
export function AnswerPanel({ name, metrics, empty, ...table }: AnswerPanelProps) {
  const columns = useAnswerColumns(metrics);
  return (
    <TablePanel
      {...table}
      rowKey={name.text}
      columns={[{ key: 'name', title: name.title, cell: name.cell ?? name.text, saved: name.text }, ...columns]}
      empty={<Notice title={empty} />}
    />
  );
}
