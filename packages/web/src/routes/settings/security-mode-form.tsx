import type { KeyKind, SecurityMode, WechatKeys } from '@minilens/wire/wechat-keys';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Form, Radio } from 'antd';
import { useCopy } from '../../appearance/appearance';
import { useApp } from '../../panels/app-context';
import { FormEnd } from '../../panels/form-end';
import { FormProblem } from '../../panels/form-problem';
import { changeSecurity, wechatKeys } from '../../query/wechat-keys';

/** As in the contract, whose schemas the browser does not load. */
const MODES = ['off', 'optional', 'required'] as const satisfies SecurityMode[];

interface Fields {
  mode: SecurityMode;
}

interface SecurityModeFormProps extends Pick<WechatKeys, 'mode'> {
  missing: readonly KeyKind[];
}

/** Whether calls may or must be signed and encrypted. */
export function SecurityModeForm({ mode, missing }: SecurityModeFormProps) {
  const { settings } = useCopy();
  const copy = settings.security;
  const { appid } = useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<Fields>();
  const wanted = Form.useWatch('mode', form) ?? mode;
  const change = useMutation({
    mutationFn: (fields: Fields) => changeSecurity(appid, fields.mode),
    onSuccess: (state) => queries.setQueryData(wechatKeys(appid).queryKey, state),
  });
  return (
    <div className="panel-text">
      <Form<Fields>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ mode }}
        onValuesChange={() => change.reset()}
        onFinish={(fields) => change.mutate(fields)}
      >
        <Form.Item name="mode" label={copy.mode} extra={copy.modeMeanings[wanted]}>
          <Radio.Group aria-label={copy.mode} options={MODES.map((value) => ({ value, label: copy.modes[value] }))} />
        </Form.Item>
        {wanted === 'required' && mode !== 'required' && <p className="bad">{copy.requiredWarning}</p>}
        {wanted !== 'off' && missing.length > 0 && <p className="bad">{copy.missingWarning}</p>}
        <FormProblem error={change.error} known={undefined} />
        <FormEnd label={settings.data.save} done={settings.data.saved} change={change} />
      </Form>
    </div>
  );
}
