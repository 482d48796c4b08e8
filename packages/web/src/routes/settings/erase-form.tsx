import { useMutation } from '@tanstack/react-query';
import { Form, Input, Radio } from 'antd';
import { useCopy } from '../../appearance/appearance';
import { useApp } from '../../panels/app-context';
import { Button } from '../../panels/button';
import { FormProblem } from '../../panels/form-problem';
import { useFormat } from '../../panels/use-format';
import { eraseUser } from '../../query/settings';

interface Fields {
  by: 'user' | 'openid';
  id: string;
  again: string;
}

/** Who is erased has to be typed twice: nothing brings it back. */
export function EraseForm() {
  const { settings } = useCopy();
  const copy = settings.data;
  const { appid } = useApp();
  const format = useFormat();
  const [form] = Form.useForm<Fields>();
  const by = Form.useWatch('by', form) ?? 'user';
  const erasure = useMutation({
    mutationFn: ({ by, id }: Fields) => eraseUser(appid, { [by]: id.trim() }),
    onSuccess: () => form.resetFields(['id', 'again']),
  });
  const { users, events, sessions, batches, hours } = erasure.data ?? {};
  return (
    <Form<Fields>
      form={form}
      layout="vertical"
      requiredMark={false}
      initialValues={{ by: 'user' }}
      onValuesChange={() => erasure.reset()}
      onFinish={(fields) => erasure.mutate(fields)}
    >
      <p className="form-intro">{copy.eraseWhy}</p>
      <Form.Item name="by" label={copy.eraseBy}>
        <Radio.Group
          aria-label={copy.eraseBy}
          options={[
            { value: 'user', label: copy.userId },
            { value: 'openid', label: 'openid' },
          ]}
        />
      </Form.Item>
      <div className="fields">
        <Form.Item
          name="id"
          label={by === 'user' ? copy.userId : 'openid'}
          rules={[{ required: true, whitespace: true, message: copy.idMissing }]}
        >
          <Input
            className="mono wide-field"
            maxLength={by === 'user' ? 32 : 64}
            autoComplete="off"
            spellCheck={false}
          />
        </Form.Item>
        <Form.Item
          name="again"
          label={copy.again}
          dependencies={['id']}
          rules={[
            ({ getFieldValue }) => ({
              validator: async (_rule, again: string | undefined) => {
                if ((again ?? '').trim() !== (getFieldValue('id') ?? '').trim()) throw new Error(copy.againRule);
              },
            }),
          ]}
        >
          <Input className="mono wide-field" maxLength={64} autoComplete="off" spellCheck={false} />
        </Form.Item>
      </div>
      <FormProblem error={erasure.error} known={undefined} />
      <div className="form-end">
        <Button isDanger look="primary" type="submit" isBusy={erasure.isPending}>
          {copy.eraseNow}
        </Button>
        <span role="status">
          {erasure.data &&
            (users === 0 && !batches
              ? copy.nobody
              : copy.erased(
                  format.count(users ?? 0),
                  format.count(sessions ?? 0),
                  format.count(events ?? 0),
                  format.count(batches ?? 0),
                  format.count(hours ?? 0),
                ))}
        </span>
      </div>
    </Form>
  );
}
