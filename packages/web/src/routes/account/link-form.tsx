import { useMutation, useQuery } from '@tanstack/react-query';
import { Form, Input } from 'antd';
import { useCopy } from '../../appearance/appearance';
import { Button } from '../../panels/button';
import { FormProblem } from '../../panels/form-problem';
import { oidcState, startOidc } from '../../query/account';
import { isSignedOut } from '../../query/api-error';

/** Lets an identity at the OpenID Connect provider sign in too, where the server has a provider; else nothing. */
export function LinkForm() {
  const { account, login } = useCopy();
  const copy = account.signIn;
  const isOffered = useQuery(oidcState()).data?.isOffered ?? false;
  const start = useMutation({
    mutationFn: ({ password }: { password: string }) => startOidc({ link: true, password }),
    onSuccess: ({ url }) => window.location.assign(url),
  });
  if (!isOffered) return null;
  return (
    <Form<{ password: string }>
      className="short-form"
      name="link"
      layout="vertical"
      requiredMark={false}
      onValuesChange={() => start.reset()}
      onFinish={(body) => start.mutate(body)}
    >
      <p className="form-intro">{copy.linkWhy}</p>
      <Form.Item name="password" label={copy.current} rules={[{ required: true, message: login.passwordMissing }]}>
        <Input.Password autoComplete="current-password" maxLength={256} />
      </Form.Item>
      <FormProblem error={start.error} known={isSignedOut(start.error) ? copy.wrong : undefined} />
      <Button type="submit" isBusy={start.isPending || start.isSuccess}>
        {copy.link}
      </Button>
    </Form>
  );
}
