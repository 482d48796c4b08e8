import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useCopy } from '../../appearance/appearance';
import { FrontPage } from '../../panels/front-page';
import { Question } from '../../panels/question';
import { setupState } from '../../query/account';
import { FirstAccountForm } from './first-account-form';
import { WhereTheLinkIs } from './where-the-link-is';

const route = getRouteApi('/setup');

/** The first visit. Only who can read the server's terminal may make the first account. */
export function SetupPage() {
  const copy = useCopy();
  const { token } = route.useSearch();
  const state = useQuery(setupState());
  const [isRefused, setRefused] = useState(false);

  if (state.data && !state.data.needed) {
    return (
      <FrontPage title={copy.setup.doneTitle}>
        <p>{copy.setup.done}</p>
        <Link to="/login">{copy.setup.toLogin}</Link>
      </FrontPage>
    );
  }
  const canCreate = token !== undefined && !isRefused;
  return (
    <FrontPage title={canCreate ? copy.setup.title : copy.setup.noTokenTitle}>
      <Question of={state} lines={4}>
        {() =>
          canCreate ? (
            <FirstAccountForm token={token} onRefused={() => setRefused(true)} />
          ) : (
            <WhereTheLinkIs wasWrong={isRefused} />
          )
        }
      </Question>
    </FrontPage>
  );
}
