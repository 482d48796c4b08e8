import type { AppRole } from '@minilens/wire/accounts-api';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Radio } from 'antd';
import { useState } from 'react';
import { useCopy } from '../../appearance/appearance';
import { useApp } from '../../panels/app-context';
import { Button } from '../../panels/button';
import { ConfirmButton } from '../../panels/confirm-button';
import { DataTable } from '../../panels/data-table';
import { FormProblem } from '../../panels/form-problem';
import { Panel } from '../../panels/panel';
import { Question } from '../../panels/question';
import { RecordsCsv } from '../../panels/records/records-csv';
import { SecretOnce } from '../../panels/secret-once';
import { useFormat } from '../../panels/use-format';
import { invitations, invite, withdrawInvitation } from '../../query/access';
import { ROLES } from './roles';

/** Links that make whoever has them a member: each is seen once and works once. */
export function InvitationsPanel() {
  const { settings } = useCopy();
  const copy = settings.members;
  const { appid } = useApp();
  const format = useFormat();
  const queries = useQueryClient();
  const [role, setRole] = useState<AppRole>('viewer');
  const answer = useQuery(invitations(appid));
  const onSuccess = () => queries.invalidateQueries({ queryKey: invitations(appid).queryKey });
  const invitation = useMutation({ mutationFn: () => invite(appid, role), onSuccess });
  const withdrawal = useMutation({ mutationFn: (id: string) => withdrawInvitation(appid, id), onSuccess });
  const error = invitation.error ?? withdrawal.error;
  return (
    <Panel title={copy.invitations} controls={<RecordsCsv name={copy.invitations} items={answer.data} />}>
      <div className="panel-text">
        <p className="muted">{copy.inviteWhy}</p>
        <Radio.Group
          aria-label={copy.role}
          value={role}
          options={ROLES.map((value) => ({ value, label: copy.roles[value] }))}
          onChange={({ target }) => setRole(target.value as AppRole)}
        />
        <div>
          <Button look="primary" isBusy={invitation.isPending} onClick={() => invitation.mutate()}>
            {copy.invite}
          </Button>
        </div>
        {invitation.data && (
          <SecretOnce name={copy.link} value={location.origin + invitation.data.path} copyLabel={copy.copyLink}>
            {copy.linkUntil(format.moment(invitation.data.endsAt))}
          </SecretOnce>
        )}
        {error && <FormProblem error={error} known={undefined} />}
      </div>
      <Question of={answer} lines={2}>
        {(open) =>
          open.length === 0 ? (
            <p className="panel-text muted">{copy.noInvitations}</p>
          ) : (
            <DataTable
              label={copy.invitations}
              rows={open}
              rowKey={({ id }) => id}
              columns={[
                { key: 'role', title: copy.role, cell: ({ role }) => copy.roles[role] },
                { key: 'by', title: copy.by, cell: ({ by }) => by ?? '—' },
                { key: 'created', title: copy.madeAt, cell: ({ createdAt }) => format.moment(createdAt) },
                { key: 'ends', title: copy.endsAt, cell: ({ endsAt }) => format.moment(endsAt) },
                {
                  key: 'withdraw',
                  title: copy.actions,
                  cell: ({ id }) => (
                    <ConfirmButton
                      label={copy.withdraw}
                      question={copy.withdrawQuestion}
                      confirm={copy.withdraw}
                      isPending={withdrawal.isPending && withdrawal.variables === id}
                      onConfirm={() => withdrawal.mutate(id)}
                    />
                  ),
                },
              ]}
            />
          )
        }
      </Question>
    </Panel>
  );
}
