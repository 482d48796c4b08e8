import { DownloadOutlined } from '@ant-design/icons';
import { useCopy } from '../appearance/appearance';
import { toCsv } from '../format/csv';
import { Button } from './button';
import type { SavedCell } from './saved-rows';

/** Saves a table as it stands on the screen. `rows` begins with the titles. */
export function CsvButton({ name, rows }: { name: string; rows: () => readonly (readonly SavedCell[])[] }) {
  const { common } = useCopy();
  return (
    <Button
      isSmall
      icon={<DownloadOutlined />}
      title={common.saveCsv}
      onClick={() => save(`${name}.csv`, toCsv(rows()))}
    >
      CSV
    </Button>
  );
}

function save(fileName: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  URL.revokeObjectURL(url);
}
