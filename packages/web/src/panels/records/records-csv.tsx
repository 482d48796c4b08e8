import { CsvButton } from '../csv-button';
import { recordRows } from '../saved-rows';

/** Saves the records in sight; nothing where there are none. */
export function RecordsCsv({ name, items }: { name: string; items: readonly object[] | undefined }) {
  return items && items.length > 0 && <CsvButton name={name} rows={() => recordRows(items)} />;
}
