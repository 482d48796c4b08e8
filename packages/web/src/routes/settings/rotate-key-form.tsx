import type { KeyKind, NewWechatKey } from '@minilens/wire/wechat-keys';
import { useMutation } from '@tanstack/react-query';
import { Form, Radio } from 'antd';
import { useState } from 'react';
import { useCopy } from '../../appearance/appearance';
import { useApp } from '../../panels/app-context';
import { rotateKey } from '../../query/wechat-keys';
import { KEY_KINDS } from './key-kinds';
import { OVERLAP_HOURS, type Overlap } from './overlap-choice';
import { OwnKeyFields, type OwnKeyValues, ownKeyOf } from './own-key-fields';
import { Rotation } from './rotation';

interface Fields extends OwnKeyValues {
  kind: KeyKind;
}

interface RotateKeyFormProps {
  missing: readonly KeyKind[];
  onMade: (key: NewWechatKey) => Promise<unknown>;
}

/** A new key of the same algorithm; the one before counts for as long as its owners need to replace it. */
export function RotateKeyForm({ missing, onMade }: RotateKeyFormProps) {
  const { security: copy } = useCopy().settings;
  const { appid } = useApp();
  const kinds = KEY_KINDS.filter((kind) => !missing.includes(kind));
  const [form] = Form.useForm<Fields>();
  const kind = Form.useWatch('kind', form);
  const isOwn = Form.useWatch('isOwn', form) ?? false;
  const [overlap, setOverlap] = useState<Overlap>('day');
  const rotation = useMutation({
    mutationFn: ({ kind, ...own }: Fields) =>
      rotateKey(appid, { kind, overlapHours: OVERLAP_HOURS[overlap], ...ownKeyOf(own) }),
    onSuccess: (key) => {
      form.resetFields();
      return onMade(key);
    },
  });
  return (
    <div className="panel-text">
      <h3>{copy.rotate}</h3>
      <p className="muted">{copy.rotateWhy}</p>
      <Form<Fields>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ kind: kinds[0], isOwn: false }}
        onValuesChange={() => rotation.reset()}
        onFinish={(fields) => rotation.mutate(fields)}
      >
        <Form.Item name="kind" label={copy.key}>
          <Radio.Group aria-label={copy.key} options={kinds.map((value) => ({ value, label: copy.kinds[value] }))} />
        </Form.Item>
        {kind === 'developer' && <OwnKeyFields isOwn={isOwn} />}
      </Form>
      <Rotation copy={copy} overlap={overlap} onOverlap={setOverlap} rotation={rotation} onConfirm={form.submit} />
    </div>
  );
}
