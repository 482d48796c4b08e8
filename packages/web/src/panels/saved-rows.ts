import type { Column } from './data-table';

export type SavedCell = string | number | null;

/** A table as a file holds it: the columns that say what is saved of a row, under their titles. */
export function savedRows<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): SavedCell[][] {
  const kept = columns.flatMap(({ title, saved }) => (saved ? [{ title, saved }] : []));
  return [kept.map(({ title }) => title), ...rows.map((row) => kept.map(({ saved }) => saved(row)))];
}

/** Records as they came, each property that any of them has under its own name; a list stands in lines of one cell. */
export function recordRows(records: readonly object[]): SavedCell[][] {
  const names = [...new Set(records.flatMap((record) => Object.keys(record)))];
  return [names, ...records.map((record) => names.map((name) => cellOf(record[name as keyof typeof record])))];
}

function cellOf(value: unknown): SavedCell {
  if (value === undefined || value === null) return null;
  if (Array.isArray(value)) return value.join('\n');
  return typeof value === 'number' ? value : String(value);
}
