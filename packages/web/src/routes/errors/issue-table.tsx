import { getRouteApi, Link } from '@tanstack/react-router';
import { useCopy } from '../../appearance/appearance';
import { CsvButton } from '../../panels/csv-button';
import { type Column, DataTable } from '../../panels/data-table';
import { Pager } from '../../panels/pager';
import { useAnswerColumns } from '../../panels/use-answer-columns';
import { useFormat } from '../../panels/use-format';
import { useMetrics } from '../../panels/use-metrics';
import type { ErrorsSearch } from '../address';
import { ISSUE_METRICS, ISSUE_SORTS, sortedBy } from '../list-metrics';
import { IssueMark } from './issue-mark';
import type { Issue } from './issues';

const ROWS_PER_PAGE = 30;

const route = getRouteApi('/signed-in/apps/$app/errors');

interface IssueTableProps {
  issues: Issue[];
  address: ErrorsSearch;
  onChange: (changed: ErrorsSearch) => void;
}

export function IssueTable({ issues, address, onChange }: IssueTableProps) {
  const { errors } = useCopy();
  const columns = useAnswerColumns(ISSUE_METRICS);
  const { sort = ISSUE_METRICS[0], order = 'desc', page = 1 } = address;
  return (
    <>
      <DataTable<Issue>
        label={errors.issues}
        rows={issues.slice((page - 1) * ROWS_PER_PAGE, page * ROWS_PER_PAGE)}
        rowKey={({ row }) => `${row.issue} ${row.error} ${row.message}`}
        columns={[
          {
            key: 'message',
            title: errors.issue,
            cell: (issue) => (
              <>
                <IssueLink issue={issue} address={address} />
                {issue.said && (
                  <div className="said">
                    <IssueMark said={issue.said} />
                  </div>
                )}
              </>
            ),
          },
          ...columns.map(
            ({ cell, saved, ...column }): Column<Issue> => ({
              ...column,
              cell: ({ row }, at) => cell(row, at),
              ...(saved && { saved: ({ row }) => saved(row) }),
            }),
          ),
        ]}
        sorting={{ by: sort, order, onSort: (key) => onChange(sortedBy(key, ISSUE_SORTS, address)) }}
      />
      <Pager
        page={page}
        pageSize={ROWS_PER_PAGE}
        total={issues.length}
        onPage={(picked) => onChange({ page: picked })}
      />
    </>
  );
}

/** All issues that match, not only those of the page. */
export function IssueCsv({ issues }: { issues: Issue[] }) {
  const { errors } = useCopy();
  const format = useFormat();
  const metrics = useMetrics();
  return (
    <CsvButton
      name={errors.issues}
      rows={() => [
        [errors.issue, errors.message, errors.stateTitle, ...ISSUE_METRICS.map((metric) => metrics(metric).title)],
        ...issues.map(({ row, said }) => [
          row.error ?? '',
          row.message ?? '',
          errors.state[said?.state ?? 'open'],
          ...ISSUE_METRICS.map((metric) => {
            const value = row[metric] ?? null;
            return metric.endsWith('At') && typeof value === 'number' ? format.moment(value) : value;
          }),
        ]),
      ]}
    />
  );
}

/** Range and filters go along. */
function IssueLink({ issue: { row }, address }: { issue: Issue; address: ErrorsSearch }) {
  const { errors } = useCopy();
  const { app } = route.useParams();
  const { search, state, sort, order, page, ...narrowed } = address;
  return (
    <Link
      className="message"
      to="/apps/$app/errors/$issue"
      params={{ app, issue: String(row.issue) }}
      search={narrowed}
    >
      <b>{row.error || errors.noType}</b> {row.message}
    </Link>
  );
}
