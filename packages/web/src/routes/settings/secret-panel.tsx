import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Radio } from 'antd';
import { useId, useState } from 'react';
import { useCopy } from '../../appearance/appearance';
import { useApp } from '../../panels/app-context';
import { ConfirmButton } from '../../panels/confirm-button';
import { FormProblem } from '../../panels/form-problem';
import { Panel } from '../../panels/panel';
import { Question } from '../../panels/question';
import { SecretOnce } from '../../panels/secret-once';
import { useFormat } from '../../panels/use-format';
import { appAccess, revokeTokens, rotateSecret } from '../../query/access';

const DAY_S = 86_400;
/** How long the secret before may still be used. Unit: s. */
const OVERLAPS = { now: 0, day: DAY_S, week: 7 * DAY_S, month: 30 * DAY_S } as const;
type Overlap = keyof typeof OVERLAPS;

/** A new secret is seen once; the one before works for as long as its owners need to replace it. */
export function SecretPanel() {
  const { settings, newApp } = useCopy();
  const copy = settings.keys;
  const { appid } = useApp();
  const format = useFormat();
  const queries = useQueryClient();
  const overlapId = useId();
  const [overlap, setOverlap] = useState<Overlap>('week');
  const access = useQuery(appAccess(appid));
  const again = () => queries.invalidateQueries({ queryKey: appAccess(appid).queryKey });
  const rotation = useMutation({ mutationFn: () => rotateSecret(appid, OVERLAPS[overlap]), onSuccess: again });
  const revocation = useMutation({ mutationFn: () => revokeTokens(appid) });

  return (
    <Panel title={newApp.secret}>
      <Question of={access} lines={4}>
        {({ oldSecretUntil, frozenAt }) => (
          <div className="panel-text">
            <p className="muted">{copy.secretWhy}</p>
            {frozenAt !== null && <p className="bad">{copy.frozen(format.moment(frozenAt))}</p>}
            {oldSecretUntil !== null && <p>{copy.oldUntil(format.moment(oldSecretUntil))}</p>}
            {rotation.data && (
              <SecretOnce name={copy.newSecret} value={rotation.data.secret} copyLabel={newApp.copySecret}>
                {newApp.secretWhy}
              </SecretOnce>
            )}
            <h3 id={overlapId}>{copy.overlap}</h3>
            <Radio.Group
              aria-labelledby={overlapId}
              value={overlap}
              options={(Object.keys(OVERLAPS) as Overlap[]).map((value) => ({ value, label: copy.overlaps[value] }))}
              onChange={({ target }) => setOverlap(target.value as Overlap)}
            />
            <div>
              <ConfirmButton
                label={copy.rotate}
                question={overlap === 'now' ? copy.rotateNowQuestion : copy.rotateQuestion}
                confirm={copy.rotate}
                isPending={rotation.isPending}
                onConfirm={() => rotation.mutate()}
              />
            </div>
            {rotation.error && <FormProblem error={rotation.error} known={undefined} />}
            <h3>{copy.accessTokens}</h3>
            <p className="muted">{copy.revokeWhy}</p>
            <div>
              <ConfirmButton
                label={copy.revoke}
                question={copy.revokeQuestion}
                confirm={copy.revoke}
                isPending={revocation.isPending}
                onConfirm={() => revocation.mutate()}
              />
            </div>
            <p role="status">{revocation.isSuccess && copy.revoked}</p>
            {revocation.error && <FormProblem error={revocation.error} known={undefined} />}
          </div>
        )}
      </Question>
    </Panel>
  );
}
