import type { AppRole, Member } from '@minilens/wire/accounts-api';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Select } from 'antd';
import { useCopy } from '../../appearance/appearance';
import { useApp } from '../../panels/app-context';
import { ConfirmButton } from '../../panels/confirm-button';
import { DataTable } from '../../panels/data-table';
import { FormProblem } from '../../panels/form-problem';
import { Notice } from '../../panels/notice';
import { Panel } from '../../panels/panel';
import { Question } from '../../panels/question';
import { RecordsCsv } from '../../panels/records/records-csv';
import { useFormat } from '../../panels/use-format';
import { changeMember, members, removeMember } from '../../query/access';
import { me } from '../../query/account';
import { ApiError } from '../../query/api-error';
import { ROLES } from './roles';

/** Who has which role. The server keeps the last owner where they are. */
export function MembersPanel() {
  const { settings } = useCopy();
  const copy = settings.members;
  const { appid } = useApp();
  const format = useFormat();
  const queries = useQueryClient();
  const answer = useQuery(members(appid));
  // What one changes may be one's own role.
  const onSuccess = () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: members(appid).queryKey }),
      queries.invalidateQueries({ queryKey: me().queryKey }),
    ]);
  const change = useMutation({
    mutationFn: ({ id, role }: Pick<Member, 'id' | 'role'>) => changeMember(appid, id, role),
    onSuccess,
  });
  const removal = useMutation({ mutationFn: (id: string) => removeMember(appid, id), onSuccess });
  const error = change.error ?? removal.error;
  return (
    <Panel title={copy.people} hint={copy.peopleHint} controls={<RecordsCsv name={copy.people} items={answer.data} />}>
      <Question of={answer} lines={4}>
        {(people) =>
          people.length === 0 ? (
            <Notice title={copy.nobodyTitle}>{copy.nobody}</Notice>
          ) : (
            <DataTable
              label={copy.people}
              rows={people}
              rowKey={({ id }) => id}
              columns={[
                { key: 'login', title: copy.login, cell: ({ login }) => login },
                {
                  key: 'role',
                  title: copy.role,
                  cell: ({ id, login, role }) => (
                    <Select<AppRole>
                      size="small"
                      className="role-choice"
                      aria-label={copy.roleOf(login)}
                      value={role}
                      loading={change.isPending && change.variables.id === id}
                      options={ROLES.map((value) => ({ value, label: copy.roles[value] }))}
                      onChange={(picked) => {
                        removal.reset();
                        change.mutate({ id, role: picked });
                      }}
                    />
                  ),
                },
                { key: 'since', title: copy.since, cell: ({ since }) => format.moment(since) },
                {
                  key: 'remove',
                  title: copy.actions,
                  cell: ({ id, login }) => (
                    <ConfirmButton
                      label={copy.remove}
                      ariaLabel={copy.removeOf(login)}
                      question={copy.removeQuestion(login)}
                      confirm={copy.remove}
                      isPending={removal.isPending && removal.variables === id}
                      onConfirm={() => {
                        change.reset();
                        removal.mutate(id);
                      }}
                    />
                  ),
                },
              ]}
            />
          )
        }
      </Question>
      <div className="panel-text">
        {error && (
          <FormProblem
            error={error}
            known={error instanceof ApiError && error.code === 'LAST_OWNER' ? copy.lastOwner : undefined}
          />
        )}
        <dl className="facts">
          {ROLES.map((role) => (
            <div key={role}>
              <dt>{copy.roles[role]}</dt>
              <dd>{copy.roleMeanings[role]}</dd>
            </div>
          ))}
        </dl>
      </div>
    </Panel>
  );
}
