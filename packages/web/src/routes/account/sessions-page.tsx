import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCopy } from '../../appearance/appearance';
import { ConfirmButton } from '../../panels/confirm-button';
import { DataTable } from '../../panels/data-table';
import { FormProblem } from '../../panels/form-problem';
import { Panel } from '../../panels/panel';
import { Question } from '../../panels/question';
import { RecordsCsv } from '../../panels/records/records-csv';
import { useOwnFormat } from '../../panels/use-own-format';
import { useTitle } from '../../panels/use-title';
import { endSession, sessions } from '../../query/account';
import { browserName } from './browser-name';

/** Where one is signed in, to end what is not one's own or forgotten. */
export function SessionsPage() {
  const { account, settings } = useCopy();
  const copy = account.sessions;
  const format = useOwnFormat();
  const queries = useQueryClient();
  const answer = useQuery(sessions());
  const ending = useMutation({
    mutationFn: endSession,
    onSuccess: () => queries.invalidateQueries({ queryKey: sessions().queryKey }),
  });
  useTitle(copy.title, account.title);
  return (
    <>
      <h1>{copy.title}</h1>
      <Panel title={copy.where} hint={copy.hint} controls={<RecordsCsv name={copy.where} items={answer.data} />}>
        <Question of={answer} lines={4}>
          {(rows) => (
            <DataTable
              label={copy.where}
              rows={rows}
              rowKey={({ id }) => id}
              columns={[
                {
                  key: 'browser',
                  title: copy.browser,
                  cell: ({ userAgent, isThis }) => (
                    <>
                      <span title={userAgent}>{browserName(userAgent) ?? copy.unknownBrowser}</span>
                      {isThis && <span className="muted"> · {copy.isThis}</span>}
                    </>
                  ),
                },
                { key: 'ip', title: copy.from, cell: ({ ip }) => <span className="mono">{ip}</span> },
                { key: 'seen', title: copy.seenAt, cell: ({ seenAt }) => format.moment(seenAt) },
                { key: 'begun', title: copy.createdAt, cell: ({ createdAt }) => format.moment(createdAt) },
                { key: 'ends', title: copy.endsAt, cell: ({ endsAt }) => format.moment(endsAt) },
                {
                  key: 'end',
                  title: settings.members.actions,
                  cell: ({ id, isThis, userAgent }) =>
                    isThis ? (
                      <span className="muted">—</span>
                    ) : (
                      <ConfirmButton
                        label={copy.end}
                        ariaLabel={copy.endOf(browserName(userAgent) ?? copy.unknownBrowser)}
                        question={copy.endQuestion}
                        confirm={copy.end}
                        isPending={ending.isPending && ending.variables === id}
                        onConfirm={() => ending.mutate(id)}
                      />
                    ),
                },
              ]}
            />
          )}
        </Question>
        {ending.error && (
          <div className="panel-text">
            <FormProblem error={ending.error} known={undefined} />
          </div>
        )}
      </Panel>
    </>
  );
}
