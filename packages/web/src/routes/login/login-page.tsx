import type { LoginBody } from '@minilens/wire/accounts-api';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { Form, Input } from 'antd';
import { useState } from 'react';
import { useCopy } from '../../appearance/appearance';
import { CodeField } from '../../fields/code-field';
import { Button } from '../../panels/button';
import { FormProblem } from '../../panels/form-problem';
import { FrontPage } from '../../panels/front-page';
import { OidcButton } from '../../panels/oidc-button';
import { me, signIn } from '../../query/account';
import { ApiError, isSignedOut } from '../../query/api-error';

const route = getRouteApi('/login');

/** The password, and where the account has one, the code of the second factor as a second step. */
export function LoginPage() {
  const copy = useCopy();
  const { to = '/', refused } = route.useSearch();
  const router = useRouter();
  const queries = useQueryClient();
  const [known, setKnown] = useState<LoginBody>();
  const attempt = useMutation({
    mutationFn: signIn,
    onSuccess: (account) => {
      // The session that ended here may have been another account's.
      queries.clear();
      queries.setQueryData(me().queryKey, account);
      router.history.push(to);
    },
    onError: (error, body) => {
      if (error instanceof ApiError && error.code === 'SECOND_FACTOR')
        setKnown({ login: body.login, password: body.password });
      else if (isSignedOut(error)) setKnown(undefined);
    },
  });

  if (known !== undefined) {
    const isWrong = isSignedOut(attempt.error) && attempt.variables?.code !== undefined;
    return (
      <FrontPage title={copy.login.codeTitle}>
        <Form<{ code: string }>
          layout="vertical"
          requiredMark={false}
          onFinish={({ code }) => attempt.mutate({ ...known, code: code.trim() })}
        >
          <CodeField mayRecover />
          <FormProblem
            error={isWrong || !isSignedOut(attempt.error) ? attempt.error : null}
            known={isWrong ? copy.login.wrongCode : undefined}
          />
          <Button look="primary" type="submit" isWide isBusy={attempt.isPending}>
            {copy.login.submit}
          </Button>
        </Form>
        <button
          type="button"
          className="link"
          onClick={() => {
            setKnown(undefined);
            attempt.reset();
          }}
        >
          {copy.common.back}
        </button>
      </FrontPage>
    );
  }
  return (
    <FrontPage title={copy.login.title}>
      {refused && (
        <p className="form-problem" role="alert">
          {copy.login.refused[refused]}
        </p>
      )}
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
        <Button look="primary" type="submit" isWide isBusy={attempt.isPending}>
          {copy.login.submit}
        </Button>
      </Form>
      <OidcButton label={copy.login.oidc} />
    </FrontPage>
  );
}
