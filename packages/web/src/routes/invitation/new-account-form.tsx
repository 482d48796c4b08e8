import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Form, Input } from 'antd';
import { useCopy } from '../../appearance/appearance';
import { type NewPassword, NewPasswordFields } from '../../fields/new-password-fields';
import { Button } from '../../panels/button';
import { FormProblem } from '../../panels/form-problem';
import { acceptInvitation, me } from '../../query/account';
import { ApiError } from '../../query/api-error';

interface Fields extends NewPassword {
  login: string;
}

/** `login`: what the account will be called; null where its owner chooses. */
export function NewAccountForm({ token, login }: { token: string; login: string | null }) {
  const { invitation: copy, setup } = useCopy();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const creation = useMutation({
    mutationFn: (fields: Fields) =>
      acceptInvitation({ token, password: fields.password, ...(login === null && { login: fields.login }) }),
    onSuccess: (account) => {
      queries.setQueryData(me().queryKey, account);
      void navigate({ to: '/' });
    },
  });
  const isTaken = creation.error instanceof ApiError && creation.error.code === 'LOGIN_TAKEN';
  return (
    <Form<Fields>
      layout="vertical"
      requiredMark={false}
      initialValues={{ login: login ?? '' }}
      onFinish={(fields) => creation.mutate(fields)}
    >
      <Form.Item
        name="login"
        label={setup.login}
        rules={[{ required: true, min: 3, pattern: /^\S+$/, message: copy.loginRule }]}
      >
        <Input autoComplete="username" autoFocus={login === null} readOnly={login !== null} maxLength={64} />
      </Form.Item>
      <NewPasswordFields />
      <FormProblem error={creation.error} known={isTaken ? copy.taken : undefined} />
      <Button look="primary" type="submit" isWide isBusy={creation.isPending}>
        {setup.submit}
      </Button>
    </Form>
  );
}
