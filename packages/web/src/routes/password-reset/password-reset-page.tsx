import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useLocation } from '@tanstack/react-router';
import { Form } from 'antd';
import { useCopy } from '../../appearance/appearance';
import { type NewPassword, NewPasswordFields } from '../../fields/new-password-fields';
import { Button } from '../../panels/button';
import { FormProblem } from '../../panels/form-problem';
import { FrontPage } from '../../panels/front-page';
import { me, resetPassword } from '../../query/account';
import { ApiError } from '../../query/api-error';

/** Where the link of an administrator leads that lets somebody choose another password. */
export function PasswordResetPage() {
  const { passwordReset: copy, invitation } = useCopy();
  const token = useLocation({ select: ({ hash }) => hash });
  const queries = useQueryClient();
  const reset = useMutation({
    mutationFn: ({ password }: NewPassword) => resetPassword({ token, password }),
    // Whoever was signed in here is no more.
    onSuccess: () => queries.removeQueries({ queryKey: me().queryKey }),
  });
  const isOver = token === '' || (reset.error instanceof ApiError && reset.error.status === 403);
  if (isOver || reset.isSuccess)
    return (
      <FrontPage title={isOver ? copy.overTitle : copy.doneTitle}>
        <p>{isOver ? copy.over : copy.done}</p>
        <Link to="/login">{invitation.toLogin}</Link>
      </FrontPage>
    );
  return (
    <FrontPage title={copy.title}>
      <Form<NewPassword> layout="vertical" requiredMark={false} onFinish={(fields) => reset.mutate(fields)}>
        <NewPasswordFields />
        <FormProblem error={reset.error} known={undefined} />
        <Button look="primary" type="submit" isWide isBusy={reset.isPending}>
          {copy.submit}
        </Button>
      </Form>
    </FrontPage>
  );
}
