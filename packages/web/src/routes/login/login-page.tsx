import type { LoginBody } from '@minilens/wire/accounts-api';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { Button, Form, Input } from 'antd';
import { useCopy } from '../../appearance/appearance';
import { FormProblem } from '../../panels/form-problem';
import { FrontPage } from '../../panels/front-page';
import { me, signIn } from '../../query/account';
import { isSignedOut } from '../../query/api-error';

const route = getRouteApi('/login');

export function LoginPage() {
  const copy = useCopy();
  const { to = '/' } = route.useSearch();
  const router = useRouter();
  const queries = useQueryClient();
  const attempt = useMutation({
    mutationFn: signIn,
    onSuccess: (account) => {
      queries.setQueryData(me().queryKey, account);
      router.history.push(to);
    },
  });

  return (
    <FrontPage title={copy.login.title}>
      <Form<LoginBody> layout="vertical" requiredMark={false} onFinish={(body) => attempt.mutate(body)}>
        <Form.Item name="login" label={copy.login.login} rules={[{ required: true, message: copy.login.loginMissing }]}>
          <Input autoComplete="username" autoFocus maxLength={64} />
        </Form.Item>
        <Form.Item
          name="password"
          label={copy.login.password}
          rules={[{ required: true, message: copy.login.passwordMissing }]}
        >
          <Input.Password autoComplete="current-password" maxLength={256} />
        </Form.Item>
        <FormProblem error={attempt.error} known={isSignedOut(attempt.error) ? copy.login.wrong : undefined} />
        <Button type="primary" htmlType="submit" block loading={attempt.isPending}>
          {copy.login.submit}
        </Button>
      </Form>
    </FrontPage>
  );
}
