import type { AnswerRows } from '@minilens/wire/questions';
import { Link } from '@tanstack/react-router';
import { useCopy } from '../../appearance/appearance';
import { useApp } from '../../panels/app-context';
import { Notice } from '../../panels/notice';
import type { ScreenSearch } from '../../panels/screen-head';
import { TablePanel } from '../../panels/table-panel';
import { useFormat } from '../../panels/use-format';
import { useMetrics } from '../../panels/use-metrics';
import { numberIn } from '../../query/answer-rows';

/** The JavaScript errors that happen most. Range and filters go along. */
export function TopIssues({ rows, address }: { rows: AnswerRows; address: ScreenSearch }) {
  const { overview, errors } = useCopy();
  const { appid } = useApp();
  const format = useFormat();
  const metrics = useMetrics();
  return (
    <TablePanel
      title={overview.issues}
      controls={
        <Link to="/apps/$app/errors" params={{ app: appid }} search={address}>
          {overview.all}
        </Link>
      }
      empty={<Notice title={overview.noIssues} />}
      rows={rows}
      rowKey={({ issue }) => String(issue)}
      columns={[
        {
          key: 'message',
          title: overview.issue,
          cell: ({ issue, error, message }) => (
            <Link
              className="message"
              to="/apps/$app/errors/$issue"
              params={{ app: appid, issue: String(issue) }}
              search={address}
            >
              <b>{error || errors.noType}</b> {message}
            </Link>
          ),
          saved: ({ error, message }) => [error, message].filter(Boolean).join(': '),
        },
        ...['jsErrors', 'errorUsers'].map((metric) => {
          const { title, meaning } = metrics(metric);
          return {
            key: metric,
            title,
            ...(meaning !== undefined && { meaning }),
            isNumber: true,
            cell: (row: AnswerRows[number]) => format.count(numberIn(row, metric) ?? 0),
            saved: (row: AnswerRows[number]) => numberIn(row, metric),
          };
        }),
      ]}
    />
  );
}
