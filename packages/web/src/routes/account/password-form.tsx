import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Form, Input } from 'antd';
import { useCopy } from '../../appearance/appearance';
import { type NewPassword, NewPasswordFields } from '../../fields/new-password-fields';
import { FormEnd } from '../../panels/form-end';
import { FormProblem } from '../../panels/form-problem';
import { changePassword, sessions } from '../../query/account';
import { ApiError } from '../../query/api-error';

interface Fields extends NewPassword {
  current: string;
}

export function PasswordForm() {
  const { account, login } = useCopy();
  const copy = account.signIn;
  const queries = useQueryClient();
  const [form] = Form.useForm<Fields>();
  const change = useMutation({
    mutationFn: ({ current, password }: Fields) => changePassword({ current, password }),
    onSuccess: () => {
      form.resetFields();
      return queries.invalidateQueries({ queryKey: sessions().queryKey });
    },
  });
  const isWrong = change.error instanceof ApiError && change.error.code === 'WRONG_LOGIN';
  return (
    <Form<Fields>
      className="short-form"
      form={form}
      layout="vertical"
      requiredMark={false}
      onValuesChange={() => change.reset()}
      onFinish={(fields) => change.mutate(fields)}
    >
      <p className="form-intro">{copy.passwordWhy}</p>
      <Form.Item name="current" label={copy.current} rules={[{ required: true, message: login.passwordMissing }]}>
        <Input.Password autoComplete="current-password" maxLength={256} />
      </Form.Item>
      <NewPasswordFields />
      <FormProblem error={change.error} known={isWrong ? copy.wrong : undefined} />
      <FormEnd label={copy.change} done={copy.changed} change={change} />
    </Form>
  );
}
