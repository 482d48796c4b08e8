import type { CreateKeysBody, KeyKind, NewWechatKey } from '@minilens/wire/wechat-keys';
import { useMutation } from '@tanstack/react-query';
import { Form, Radio } from 'antd';
import { useCopy } from '../../appearance/appearance';
import { useApp } from '../../panels/app-context';
import { Button } from '../../panels/button';
import { FormProblem } from '../../panels/form-problem';
import { makeKeys } from '../../query/wechat-keys';
import { OwnKeyFields, type OwnKeyValues, ownKeyOf } from './own-key-fields';

/** As in the contract, whose schemas the browser does not load. */
const CIPHERS = ['AES256_GCM', 'SM4_GCM'] as const satisfies CreateKeysBody['cipher'][];
const SIGNATURES = ['RSAwithSHA256', 'SM2withSM3'] as const satisfies CreateKeysBody['signature'][];

interface Fields extends OwnKeyValues {
  cipher?: (typeof CIPHERS)[number];
  signature?: (typeof SIGNATURES)[number];
}

interface NewKeysFormProps {
  missing: readonly KeyKind[];
  onMade: (keys: readonly NewWechatKey[]) => Promise<unknown>;
}

/** Makes the keys that are missing, in one. */
export function NewKeysForm({ missing, onMade }: NewKeysFormProps) {
  const { security: copy } = useCopy().settings;
  const { appid } = useApp();
  const [form] = Form.useForm<Fields>();
  const isOwn = Form.useWatch('isOwn', form) ?? false;
  const making = useMutation({
    mutationFn: ({ cipher, signature, ...own }: Fields) =>
      makeKeys(appid, { ...(cipher && { cipher }), ...(signature && { signature }), ...ownKeyOf(own) }),
    onSuccess: onMade,
  });
  return (
    <div className="panel-text">
      <h3>{copy.make}</h3>
      <p className="muted">{copy.makeWhy(missing.map((kind) => copy.kinds[kind]).join(' · '))}</p>
      <Form<Fields>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ cipher: CIPHERS[0], signature: SIGNATURES[0], isOwn: false }}
        onValuesChange={() => making.reset()}
        onFinish={(fields) => making.mutate(fields)}
      >
        {missing.includes('symmetric') && (
          <Form.Item name="cipher" label={copy.kinds.symmetric}>
            <Radio.Group aria-label={copy.kinds.symmetric} options={[...CIPHERS]} />
          </Form.Item>
        )}
        {missing.includes('developer') && (
          <>
            {!isOwn && (
              <Form.Item name="signature" label={copy.kinds.developer}>
                <Radio.Group aria-label={copy.kinds.developer} options={[...SIGNATURES]} />
              </Form.Item>
            )}
            <OwnKeyFields isOwn={isOwn} />
          </>
        )}
        <FormProblem error={making.error} known={undefined} />
        <Button look="primary" type="submit" isBusy={making.isPending}>
          {copy.make}
        </Button>
      </Form>
    </div>
  );
}
