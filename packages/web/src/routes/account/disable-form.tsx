import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Form } from 'antd';
import { useCopy } from '../../appearance/appearance';
import { CodeField } from '../../fields/code-field';
import { Button } from '../../panels/button';
import { FormProblem } from '../../panels/form-problem';
import { disableSecondFactor, me } from '../../query/account';
import { isSignedOut } from '../../query/api-error';

export function DisableForm({ onDone }: { onDone: () => void }) {
  const { account, login } = useCopy();
  const copy = account.factor;
  const queries = useQueryClient();
  const disabling = useMutation({
    mutationFn: ({ code }: { code: string }) => disableSecondFactor(code.trim()),
    onSuccess: () => {
      onDone();
      return queries.invalidateQueries({ queryKey: me().queryKey });
    },
  });
  return (
    <Form<{ code: string }>
      className="short-form"
      layout="vertical"
      requiredMark={false}
      onFinish={(body) => disabling.mutate(body)}
    >
      <p className="form-intro">{copy.onWhy}</p>
      <CodeField mayRecover />
      <FormProblem error={disabling.error} known={isSignedOut(disabling.error) ? login.wrongCode : undefined} />
      <Button isDanger type="submit" isBusy={disabling.isPending}>
        {copy.turnOff}
      </Button>
    </Form>
  );
}
