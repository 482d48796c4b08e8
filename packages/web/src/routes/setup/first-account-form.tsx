import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Form, Input } from 'antd';
import { useCopy } from '../../appearance/appearance';
import { type NewPassword, NewPasswordFields } from '../../fields/new-password-fields';
import { Button } from '../../panels/button';
import { FormProblem } from '../../panels/form-problem';
import { createFirstAccount, me } from '../../query/account';
import { ApiError } from '../../query/api-error';

interface Fields extends NewPassword {
  login: string;
}

/** `onRefused`: the token is not the one that the server printed. */
export function FirstAccountForm({ token, onRefused }: { token: string; onRefused: () => void }) {
  const { setup } = useCopy();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const creation = useMutation({
    mutationFn: ({ login, password }: Fields) => createFirstAccount({ token, login, password }),
    onSuccess: (account) => {
      queries.setQueryData(me().queryKey, account);
      void navigate({ to: '/' });
    },
    onError: (error) => {
      if (error instanceof ApiError && (error.status === 401 || error.status === 403)) onRefused();
    },
  });

  return (
    <Form<Fields> layout="vertical" requiredMark={false} onFinish={(fields) => creation.mutate(fields)}>
      <p className="form-intro">{setup.intro}</p>
      <Form.Item name="login" label={setup.login} rules={[{ required: true, min: 3, message: setup.loginRule }]}>
        <Input autoComplete="username" autoFocus maxLength={64} />
      </Form.Item>
      <NewPasswordFields />
      <FormProblem error={creation.error} known={undefined} />
      <Button look="primary" type="submit" isWide isBusy={creation.isPending}>
        {setup.submit}
      </Button>
    </Form>
  );
}
