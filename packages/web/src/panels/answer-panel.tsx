import type { AnswerRows } from '@minilens/wire/questions';
import type { ReactNode } from 'react';
import { CsvButton } from './csv-button';
import { DataTable, type Sorting } from './data-table';
import { Notice } from './notice';
import { Panel } from './panel';
import { type AnswerRow, useAnswerColumns } from './use-answer-columns';
import { useFormat } from './use-format';
import { useMetrics } from './use-metrics';

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
export function AnswerPanel({ title, hint, name, metrics, rows, empty, controls, sorting }: AnswerPanelProps) {
  const columns = useAnswerColumns(metrics);
  const words = useMetrics();
  const format = useFormat();
  return (
    <Panel
      title={title}
      {...(hint !== undefined && { hint })}
      controls={
        <>
          {controls}
          {rows.length > 0 && (
            <CsvButton
              name={title}
              rows={() => [
                [name.title, ...metrics.map((metric) => words(metric).title)],
                ...rows.map((row) => [name.text(row), ...metrics.map((metric) => savedValue(metric, row))]),
              ]}
            />
          )}
        </>
      }
    >
      {rows.length === 0 ? (
        <Notice title={empty} />
      ) : (
        <DataTable
          label={title}
          rows={rows}
          rowKey={name.text}
          {...(sorting && { sorting })}
          columns={[{ key: 'name', title: name.title, cell: name.cell ?? name.text }, ...columns]}
        />
      )}
    </Panel>
  );

  /** Bare numbers, which spreadsheets compute with; only moments are words. */
  function savedValue(metric: string, row: AnswerRow): string | number | null {
    const value = row[metric] ?? null;
    return typeof value === 'number' && words(metric).unit === 'instant' ? format.moment(value) : value;
  }
}
