import type { OidcStartBody } from '@minilens/wire/accounts-api';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useCopy } from '../appearance/appearance';
import { oidcState, startOidc } from '../query/account';
import { Button } from './button';
import { FormProblem } from './form-problem';

/** Leads to the OpenID Connect provider, where the server has one; else nothing. */
export function OidcButton({ label, body = {} }: { label: string; body?: OidcStartBody }) {
  const { login } = useCopy();
  const isOffered = useQuery(oidcState()).data?.isOffered ?? false;
  const start = useMutation({
    mutationFn: () => startOidc(body),
    onSuccess: ({ url }) => window.location.assign(url),
  });
  if (!isOffered) return null;
  return (
    <div>
      <Button isWide isBusy={start.isPending || start.isSuccess} onClick={() => start.mutate()}>
        {label}
      </Button>
      {start.error && <FormProblem error={start.error} known={undefined} />}
      <p className="muted form-note">{login.oidcHint}</p>
    </div>
  );
}
