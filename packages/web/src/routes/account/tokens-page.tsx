import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCopy } from '../../appearance/appearance';
import { ConfirmButton } from '../../panels/confirm-button';
import { DataTable } from '../../panels/data-table';
import { FormProblem } from '../../panels/form-problem';
import { Notice } from '../../panels/notice';
import { Panel } from '../../panels/panel';
import { Question } from '../../panels/question';
import { RecordsCsv } from '../../panels/records/records-csv';
import { useOwnFormat } from '../../panels/use-own-format';
import { useTitle } from '../../panels/use-title';
import { apiTokens, endApiToken } from '../../query/account';
import { NewTokenForm } from './new-token-form';

/** API tokens, which let programs do a part of what their maker may do. */
export function TokensPage() {
  const { account, settings } = useCopy();
  const copy = account.tokens;
  const format = useOwnFormat();
  const queries = useQueryClient();
  const answer = useQuery(apiTokens());
  const ending = useMutation({
    mutationFn: endApiToken,
    onSuccess: () => queries.invalidateQueries({ queryKey: apiTokens().queryKey }),
  });
  useTitle(copy.title, account.title);
  return (
    <>
      <h1>{copy.title}</h1>
      <Panel title={copy.make}>
        <div className="panel-text">
          <NewTokenForm />
        </div>
      </Panel>
      <Panel title={copy.mine} controls={<RecordsCsv name={copy.mine} items={answer.data} />}>
        <Question of={answer} lines={3}>
          {(rows) =>
            rows.length === 0 ? (
              <Notice title={copy.noneTitle}>{copy.none}</Notice>
            ) : (
              <DataTable
                label={copy.mine}
                rows={rows}
                rowKey={({ id }) => id}
                columns={[
                  { key: 'name', title: copy.name, cell: ({ name }) => name },
                  {
                    key: 'scopes',
                    title: copy.scopes,
                    cell: ({ scopes }) => scopes.map((scope) => copy.scopeNames[scope]).join(', '),
                  },
                  {
                    key: 'apps',
                    title: account.apps.title,
                    cell: ({ apps }) => (apps === null ? copy.allApps : <code>{apps.join(' ')}</code>),
                  },
                  { key: 'made', title: settings.members.madeAt, cell: ({ createdAt }) => format.moment(createdAt) },
                  {
                    key: 'used',
                    title: copy.usedAt,
                    cell: ({ usedAt }) => (usedAt === null ? copy.unused : format.moment(usedAt)),
                  },
                  { key: 'ends', title: settings.members.endsAt, cell: ({ endsAt }) => format.moment(endsAt) },
                  {
                    key: 'end',
                    title: settings.members.actions,
                    cell: ({ id, name }) => (
                      <ConfirmButton
                        label={copy.end}
                        ariaLabel={copy.endOf(name)}
                        question={copy.endQuestion(name)}
                        confirm={copy.end}
                        isPending={ending.isPending && ending.variables === id}
                        onConfirm={() => ending.mutate(id)}
                      />
                    ),
                  },
                ]}
              />
            )
          }
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
