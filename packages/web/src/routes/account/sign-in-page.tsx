import type { Me } from '@minilens/wire/accounts-api';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCopy } from '../../appearance/appearance';
import { ConfirmButton } from '../../panels/confirm-button';
import { DataTable } from '../../panels/data-table';
import { FormProblem } from '../../panels/form-problem';
import { Notice } from '../../panels/notice';
import { Panel } from '../../panels/panel';
import { Question } from '../../panels/question';
import { RecordsCsv } from '../../panels/records/records-csv';
import { useTitle } from '../../panels/use-title';
import { leaveApp } from '../../query/access';
import { me } from '../../query/account';
import { ApiError } from '../../query/api-error';
import { LinkForm } from './link-form';
import { PasswordForm } from './password-form';

/** Who one is here, how one signs in, and in which apps one has a part. */
export function SignInPage() {
  const { account: copy } = useCopy();
  const account = useQuery(me());
  useTitle(copy.title);
  return (
    <>
      <h1>{account.data ? copy.titleOf(account.data.login) : copy.title}</h1>
      <Question of={account} lines={6}>
        {(who) => (
          <>
            <Panel title={copy.signIn.password}>
              <div className="panel-text">
                {who.hasPassword ? (
                  <>
                    <PasswordForm />
                    <LinkForm />
                  </>
                ) : (
                  <p>{copy.signIn.noPassword}</p>
                )}
              </div>
            </Panel>
            <Apps account={who} />
          </>
        )}
      </Question>
    </>
  );
}

function Apps({ account: { apps, isAdministrator } }: { account: Me }) {
  const { account, settings } = useCopy();
  const copy = account.apps;
  const queries = useQueryClient();
  const leaving = useMutation({
    mutationFn: leaveApp,
    onSuccess: () => queries.invalidateQueries({ queryKey: me().queryKey }),
  });
  return (
    <Panel
      title={copy.title}
      hint={isAdministrator ? copy.administrator : undefined}
      controls={<RecordsCsv name={copy.title} items={apps} />}
    >
      {apps.length === 0 ? (
        <Notice title={copy.noneTitle}>{copy.none}</Notice>
      ) : (
        <DataTable
          label={copy.title}
          rows={apps}
          rowKey={({ appid }) => appid}
          columns={[
            {
              key: 'name',
              title: copy.app,
              cell: ({ name, appid }) => (
                <>
                  {name} <code className="appid">{appid}</code>
                </>
              ),
            },
            { key: 'role', title: settings.members.role, cell: ({ role }) => settings.members.roles[role] },
            ...(isAdministrator
              ? []
              : [
                  {
                    key: 'leave',
                    title: settings.members.actions,
                    cell: ({ appid, name }: Me['apps'][number]) => (
                      <ConfirmButton
                        label={copy.leave}
                        ariaLabel={copy.leaveOf(name)}
                        question={copy.leaveQuestion(name)}
                        confirm={copy.leave}
                        isPending={leaving.isPending && leaving.variables === appid}
                        onConfirm={() => leaving.mutate(appid)}
                      />
                    ),
                  },
                ]),
          ]}
        />
      )}
      {leaving.error && (
        <div className="panel-text">
          <FormProblem
            error={leaving.error}
            known={
              leaving.error instanceof ApiError && leaving.error.code === 'LAST_OWNER'
                ? settings.members.lastOwner
                : undefined
            }
          />
        </div>
      )}
    </Panel>
  );
}
