import type { NewWechatKey } from '@minilens/wire/wechat-keys';
import { useCopy } from '../../appearance/appearance';
import { SecretOnce } from '../../panels/secret-once';

/** Keys that were just made, with what is told this once. */
export function MadeKeys({ keys }: { keys: readonly NewWechatKey[] }) {
  const { security: copy } = useCopy().settings;
  return (
    <div className="panel-text">
      <p role="status">{copy.made(keys.map(({ kind }) => copy.kinds[kind]).join(' · '))}</p>
      {keys.map(
        ({ kind, serial, algorithm, secret }) =>
          secret !== undefined && (
            <SecretOnce key={serial} name={copy.newKey(copy.kinds[kind])} value={secret} copyLabel={copy.copySecret}>
              {copy.secretWhy(algorithm)} {copy.serial}: <span className="mono">{serial}</span>
            </SecretOnce>
          ),
      )}
    </div>
  );
}
