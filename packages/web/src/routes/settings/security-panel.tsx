import type { NewWechatKey } from '@minilens/wire/wechat-keys';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useCopy } from '../../appearance/appearance';
import { useApp } from '../../panels/app-context';
import { Notice } from '../../panels/notice';
import { Panel } from '../../panels/panel';
import { Question } from '../../panels/question';
import { RecordsCsv } from '../../panels/records/records-csv';
import { wechatKeys } from '../../query/wechat-keys';
import { KEY_KINDS, missingKinds } from './key-kinds';
import { KeyTable } from './key-table';
import { MadeKeys } from './made-keys';
import { NewKeysForm } from './new-keys-form';
import { RotateKeyForm } from './rotate-key-form';
import { SecurityModeForm } from './security-mode-form';

/** How calls are signed and encrypted on top of TLS, and with which keys. Secrets of keys are seen once. */
export function SecurityPanel() {
  const { security: copy } = useCopy().settings;
  const { appid } = useApp();
  const queries = useQueryClient();
  const [made, setMade] = useState<readonly NewWechatKey[]>([]);
  const answer = useQuery(wechatKeys(appid));
  const onMade = (keys: readonly NewWechatKey[]) => {
    setMade(keys);
    return queries.invalidateQueries({ queryKey: wechatKeys(appid).queryKey });
  };
  return (
    <Panel title={copy.title} hint={copy.hint} controls={<RecordsCsv name={copy.keys} items={answer.data?.keys} />}>
      <Question of={answer} lines={6}>
        {({ mode, keys }) => {
          const missing = missingKinds(keys);
          return (
            <>
              {made.length > 0 && <MadeKeys keys={made} />}
              {(mode !== 'off' || missing.length === 0) && <SecurityModeForm mode={mode} missing={missing} />}
              {keys.length === 0 ? <Notice title={copy.noneTitle}>{copy.none}</Notice> : <KeyTable keys={keys} />}
              {missing.length > 0 && <NewKeysForm missing={missing} onMade={onMade} />}
              {missing.length < KEY_KINDS.length && (
                <RotateKeyForm key={missing.join()} missing={missing} onMade={(key) => onMade([key])} />
              )}
            </>
          );
        }}
      </Question>
    </Panel>
  );
}
