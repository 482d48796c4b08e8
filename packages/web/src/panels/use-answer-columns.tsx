import type { AnswerRows } from '@minilens/wire/questions';
import type { Column } from './data-table';
import { Rate } from './rate';
import { useFormat } from './use-format';
import { useMetrics } from './use-metrics';

export type AnswerRow = AnswerRows[number];

/** Counts of what should not happen: one is enough to be seen. */
const BAD: ReadonlySet<string> = new Set([
  'httpErrors',
  'networkErrors',
  'requestAffectedUsers',
  'jsErrors',
  'errorUsers',
  'errorSessions',
  'memorywarning',
]);

/** Columns for metrics of the catalogue, the same wherever they stand: right-aligned, with meaning and unit. */
export function useAnswerColumns(names: readonly string[]): Column<AnswerRow>[] {
  const format = useFormat();
  const metrics = useMetrics();
  return names.map((name) => {
    const { title, meaning, unit } = metrics(name);
    return {
      key: name,
      title,
      ...(meaning !== undefined && { meaning }),
      isNumber: true,
      cell: (row) => {
        const value = numberOf(row, name);
        if (unit === '%') return <Rate value={value} missing="plain" />;
        return (
          <span className={BAD.has(name) ? (value ? 'bad' : 'muted') : undefined}>{format.value(value, unit)}</span>
        );
      },
      saved: (row) => {
        const value = row[name] ?? null;
        return typeof value === 'number' && unit === 'instant' ? format.moment(value) : value;
      },
    };
  });
}

const numberOf = (row: AnswerRow, name: string) => {
  const value = row[name];
  return typeof value === 'number' ? value : null;
};
