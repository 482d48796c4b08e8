import type { AnswerRows } from '@minilens/wire/questions';
import { useCopy } from '../../appearance/appearance';
import { DataTable } from '../../panels/data-table';
import { Notice } from '../../panels/notice';
import { Panel } from '../../panels/panel';
import type { ScreenSearch } from '../../panels/screen-head';
import { useFormat } from '../../panels/use-format';
import { useMetrics } from '../../panels/use-metrics';
import { numberIn } from '../../query/answer-rows';

/** The JavaScript errors that happen most. */
export function TopIssues({ rows }: { rows: AnswerRows; address: ScreenSearch }) {
  const { overview } = useCopy();
  const format = useFormat();
  const metrics = useMetrics();
  return (
    <Panel title={overview.issues}>
      {rows.length === 0 ? (
        <Notice title={overview.noIssues} />
      ) : (
        <DataTable
          label={overview.issues}
          rows={rows}
          rowKey={({ issue }) => String(issue)}
          columns={[
            {
              key: 'message',
              title: overview.issue,
              cell: ({ error, message }) => (
                <span className="message">
                  <b>{error}</b> {message}
                </span>
              ),
            },
            ...['jsErrors', 'errorUsers'].map((metric) => ({
              key: metric,
              title: metrics(metric).title,
              isNumber: true,
              cell: (row: AnswerRows[number]) => format.count(numberIn(row, metric) ?? 0),
            })),
          ]}
        />
      )}
    </Panel>
  );
}
