import type { WechatKeys } from '@minilens/wire/wechat-keys';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useCopy } from '../../appearance/appearance';
import { useApp } from '../../panels/app-context';
import { CodeBlock } from '../../panels/code-block';
import { ConfirmButton } from '../../panels/confirm-button';
import { CopyButton } from '../../panels/copy-button';
import { DataTable } from '../../panels/data-table';
import { FormProblem } from '../../panels/form-problem';
import { useFormat } from '../../panels/use-format';
import { ApiError } from '../../query/api-error';
import { revokeKey, wechatKeys } from '../../query/wechat-keys';

/** Everything in force. Public halves unfold; of secrets there is nothing to show. */
export function KeyTable({ keys }: Pick<WechatKeys, 'keys'>) {
  const { security: copy } = useCopy().settings;
  const { appid } = useApp();
  const format = useFormat();
  const queries = useQueryClient();
  const revocation = useMutation({
    mutationFn: (serial: string) => revokeKey(appid, serial),
    onSuccess: (state) => queries.setQueryData(wechatKeys(appid).queryKey, state),
  });
  const { error } = revocation;
  return (
    <>
      <DataTable
        label={copy.keys}
        rows={keys}
        rowKey={({ serial }) => serial}
        columns={[
          { key: 'kind', title: copy.key, cell: ({ kind }) => copy.kinds[kind] },
          { key: 'algorithm', title: copy.algorithm, cell: ({ algorithm }) => algorithm },
          { key: 'serial', title: copy.serial, cell: ({ serial }) => <div className="id mono">{serial}</div> },
          { key: 'made', title: copy.madeAt, cell: ({ createdAt }) => format.moment(createdAt) },
          {
            key: 'ends',
            title: copy.endsAt,
            cell: ({ endsAt }) => (endsAt === null ? '—' : format.moment(endsAt)),
          },
          {
            key: 'revoke',
            title: copy.actions,
            cell: ({ kind, serial }) => (
              <ConfirmButton
                label={copy.revoke}
                ariaLabel={copy.revokeOf(copy.kinds[kind], serial)}
                question={copy.revokeQuestion}
                confirm={copy.revoke}
                isPending={revocation.isPending && revocation.variables === serial}
                onConfirm={() => revocation.mutate(serial)}
              />
            ),
          },
        ]}
        more={({ kind, publicKey }) =>
          publicKey && (
            <>
              <CodeBlock code={publicKey.trim()} label={copy.kinds[kind]} />
              <CopyButton text={publicKey} label={copy.copyPublic} />
            </>
          )
        }
      />
      {error && (
        <div className="panel-text">
          <FormProblem
            error={error}
            known={error instanceof ApiError && error.code === 'INVALID_REQUEST' ? copy.lastCertificate : undefined}
          />
        </div>
      )}
    </>
  );
}
