import type { AnswerRows } from '@minilens/wire/questions';
import { Link } from '@tanstack/react-router';
import { useCopy } from '../../appearance/appearance';
import { useApp } from '../../panels/app-context';
import { Notice } from '../../panels/notice';
import { Rate } from '../../panels/rate';
import type { ScreenSearch } from '../../panels/screen-head';
import { TablePanel } from '../../panels/table-panel';
import { useFormat } from '../../panels/use-format';
import { numberIn } from '../../query/answer-rows';

/** The interfaces that are called most. Range and filters go along. */
export function TopInterfaces({ rows, address }: { rows: AnswerRows; address: ScreenSearch }) {
  const copy = useCopy();
  const format = useFormat();
  const { appid } = useApp();
  return (
    <TablePanel
      title={copy.list.title}
      controls={
        <Link to="/apps/$app/interfaces" params={{ app: appid }} search={address}>
          {copy.overview.all}
        </Link>
      }
      empty={<Notice title={copy.list.emptyTitle}>{copy.list.empty}</Notice>}
      rows={rows}
      rowKey={({ name }) => String(name)}
      columns={[
        {
          key: 'name',
          title: copy.list.name,
          cell: ({ name }) => (
            <Link
              className="mono"
              to="/apps/$app/interfaces/$name"
              params={{ app: appid, name: String(name) }}
              search={address}
            >
              {name}
            </Link>
          ),
          saved: ({ name }) => name ?? null,
        },
        {
          key: 'successRate',
          title: copy.metric.successRate,
          meaning: copy.meaning.successRate,
          isNumber: true,
          cell: (row) => <Rate value={numberIn(row, 'successRate')} missing="plain" />,
          saved: (row) => numberIn(row, 'successRate'),
        },
        ...(['calls', 'errors', 'affectedUsers'] as const).map((metric) => ({
          key: metric,
          title: copy.metric[metric],
          meaning: copy.meaning[metric],
          isNumber: true,
          cell: (row: AnswerRows[number]) => {
            const value = numberIn(row, metric) ?? 0;
            return <span className={metric !== 'calls' && value > 0 ? 'bad' : undefined}>{format.count(value)}</span>;
          },
          saved: (row: AnswerRows[number]) => numberIn(row, metric),
        })),
      ]}
    />
  );
}
