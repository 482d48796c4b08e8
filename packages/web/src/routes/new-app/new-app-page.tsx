import type { NewAppBody } from '@minilens/wire/report-api';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCopy } from '../../appearance/appearance';
import { Notice } from '../../panels/notice';
import { useTitle } from '../../panels/use-title';
import { me } from '../../query/account';
import { addApp } from '../../query/app';
import { CreatedApp } from './created-app';
import { NewAppForm } from './new-app-form';

export function NewAppPage() {
  const { newApp, account } = useCopy();
  const who = useQuery(me()).data;
  const hasApps = (who?.apps.length ?? 0) > 0;
  const queries = useQueryClient();
  const addition = useMutation({
    mutationFn: (body: NewAppBody) => addApp(body),
    onSuccess: () => queries.invalidateQueries({ queryKey: me().queryKey }),
  });
  const title = hasApps || addition.data ? newApp.title : newApp.firstTitle;
  useTitle(title);

  if (who?.isAdministrator === false) return <Notice title={account.apps.noneTitle}>{account.apps.none}</Notice>;
  if (addition.data) return <CreatedApp app={addition.data} />;
  return (
    <div className="narrow">
      <h1>{title}</h1>
      <p className="muted">{newApp.intro}</p>
      <NewAppForm isPending={addition.isPending} error={addition.error} onSubmit={(body) => addition.mutate(body)} />
    </div>
  );
}
