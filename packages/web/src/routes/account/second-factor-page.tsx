import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useCopy } from '../../appearance/appearance';
import { Notice } from '../../panels/notice';
import { Panel } from '../../panels/panel';
import { Question } from '../../panels/question';
import { SecretOnce } from '../../panels/secret-once';
import { useTitle } from '../../panels/use-title';
import { me } from '../../query/account';
import { DisableForm } from './disable-form';
import { EnrolForm } from './enrol-form';

/** A code of an authenticator app beside the password: turned on step by step, and off with a code. */
export function SecondFactorPage() {
  const { account } = useCopy();
  const copy = account.factor;
  const answer = useQuery(me());
  const [recoveryCodes, setRecoveryCodes] = useState<readonly string[]>();
  useTitle(copy.title, account.title);
  return (
    <>
      <h1>{copy.title}</h1>
      <Question of={answer} lines={6}>
        {({ hasPassword, hasSecondFactor }) => (
          <>
            {recoveryCodes && (
              <SecretOnce name={copy.recoveryCodes} value={recoveryCodes.join('\n')} copyLabel={copy.copyCodes}>
                {copy.recoveryWhy}
              </SecretOnce>
            )}
            {!hasPassword ? (
              <div className="panel">
                <Notice title={copy.elsewhereTitle}>{copy.elsewhere}</Notice>
              </div>
            ) : (
              <Panel title={hasSecondFactor ? copy.isOn : copy.isOff}>
                <div className="panel-text">
                  {hasSecondFactor ? (
                    <DisableForm onDone={() => setRecoveryCodes(undefined)} />
                  ) : (
                    <EnrolForm onDone={setRecoveryCodes} />
                  )}
                </div>
              </Panel>
            )}
          </>
        )}
      </Question>
    </>
  );
}
