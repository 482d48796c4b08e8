import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useCopy } from '../../appearance/appearance';
import { useApp } from '../../panels/app-context';
import { ConfirmButton } from '../../panels/confirm-button';
import { FormProblem } from '../../panels/form-problem';
import { Panel } from '../../panels/panel';
import { Question } from '../../panels/question';
import { SecretOnce } from '../../panels/secret-once';
import { useFormat } from '../../panels/use-format';
import { appAccess, revokeTokens, rotateSecret } from '../../query/access';
import { OVERLAP_HOURS, type Overlap } from './overlap-choice';
import { Rotation } from './rotation';

const HOUR_S = 3_600;

/** A new secret is seen once; the one before works for as long as its owners need to replace it. */
export function SecretPanel() {
  const { settings, newApp } = useCopy();
  const copy = settings.secret;
  const { appid } = useApp();
  const format = useFormat();
  const queries = useQueryClient();
  const [overlap, setOverlap] = useState<Overlap>('week');
  const access = useQuery(appAccess(appid));
  const again = () => queries.invalidateQueries({ queryKey: appAccess(appid).queryKey });
  const rotation = useMutation({
    mutationFn: () => rotateSecret(appid, OVERLAP_HOURS[overlap] * HOUR_S),
    onSuccess: again,
  });
  const revocation = useMutation({ mutationFn: () => revokeTokens(appid) });

  return (
    <Panel title={newApp.secret}>
      <Question of={access} lines={4}>
        {({ oldSecretUntil, frozenAt }) => (
          <div className="panel-text">
            <p className="muted">{copy.why}</p>
            {frozenAt !== null && <p className="bad">{copy.frozen(format.moment(frozenAt))}</p>}
            {oldSecretUntil !== null && <p>{copy.oldUntil(format.moment(oldSecretUntil))}</p>}
            {rotation.data && (
              <SecretOnce name={copy.newSecret} value={rotation.data.secret} copyLabel={newApp.copySecret}>
                {newApp.secretWhy}
              </SecretOnce>
            )}
            <Rotation
              copy={copy}
              overlap={overlap}
              onOverlap={setOverlap}
              rotation={rotation}
              onConfirm={() => rotation.mutate()}
            />
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
