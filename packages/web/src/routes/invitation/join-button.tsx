import type { AppSummary } from '@minilens/wire/report-api';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useCopy } from '../../appearance/appearance';
import { Button } from '../../panels/button';
import { FormProblem } from '../../panels/form-problem';
import { acceptInvitation, me } from '../../query/account';

/** For who has an account. */
export function JoinButton({ token, app, login }: { token: string; app: AppSummary; login: string }) {
  const { invitation: copy } = useCopy();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const joining = useMutation({
    mutationFn: () => acceptInvitation({ token }),
    onSuccess: (account) => {
      queries.setQueryData(me().queryKey, account);
      void navigate({ to: '/apps/$app/overview', params: { app: app.appid } });
    },
  });
  return (
    <div>
      <FormProblem error={joining.error} known={undefined} />
      <Button look="primary" isWide isBusy={joining.isPending} onClick={() => joining.mutate()}>
        {copy.joinAs(login)}
      </Button>
    </div>
  );
}
