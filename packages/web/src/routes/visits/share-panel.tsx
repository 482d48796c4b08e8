import type { ReactNode } from 'react';
import { useCopy } from '../../appearance/appearance';
import { CsvButton } from '../../panels/csv-button';
import { DataTable } from '../../panels/data-table';
import { Notice } from '../../panels/notice';
import { Panel } from '../../panels/panel';
import { useFormat } from '../../panels/use-format';

export interface ShareRow {
  key: string | number;
  text: string;
  /** Instead of the bare text. */
  cell?: ReactNode;
  value: number;
  more?: ReactNode;
}

interface SharePanelProps {
  title: string;
  hint?: string;
  /** What the rows are called. */
  rowTitle: string;
  valueTitle: string;
  valueMeaning?: string | undefined;
  rows: readonly ShareRow[];
  /** Where nothing was counted. */
  empty: string;
  hasMore?: boolean;
}

/** How a count is made up: rows with their share, each over a bar that begins at zero; the largest fills its place. */
export function SharePanel({ title, hint, rowTitle, valueTitle, valueMeaning, rows, empty, hasMore }: SharePanelProps) {
  const { visits } = useCopy();
  const format = useFormat();
  const all = rows.reduce((sum, { value }) => sum + value, 0);
  const largest = Math.max(...rows.map(({ value }) => value));
  const shareOf = (value: number) => (100 * value) / all;
  return (
    <Panel
      title={title}
      {...(hint !== undefined && { hint })}
      controls={
        all > 0 && (
          <CsvButton
            name={title}
            rows={() => [
              [rowTitle, valueTitle, `${visits.share} %`],
              ...rows.map(({ text, value }) => [text, value, Number(shareOf(value).toFixed(4))]),
            ]}
          />
        )
      }
    >
      {all === 0 ? (
        <Notice title={empty} />
      ) : (
        <div className="shares">
          <DataTable<ShareRow>
            label={title}
            rows={rows}
            rowKey={({ key }) => key}
            columns={[
              { key: 'name', title: rowTitle, cell: ({ text, cell }) => cell ?? text },
              {
                key: 'value',
                title: valueTitle,
                ...(valueMeaning !== undefined && { meaning: valueMeaning }),
                isNumber: true,
                cell: ({ value }) => format.count(value),
              },
              {
                key: 'share',
                title: visits.share,
                meaning: visits.shareMeaning,
                isNumber: true,
                cell: ({ value }) => format.percent(shareOf(value)),
              },
              {
                key: 'bar',
                title: '',
                cell: ({ value }) => (
                  <span className="share-bar" aria-hidden="true">
                    <span className="share-part" style={{ width: `${(100 * value) / largest}%` }} />
                  </span>
                ),
              },
            ]}
            {...(hasMore && { more: ({ more }) => more })}
          />
        </div>
      )}
    </Panel>
  );
}
