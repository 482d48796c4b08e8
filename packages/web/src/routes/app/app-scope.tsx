import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Outlet } from '@tanstack/react-router';
import { useEffect } from 'react';
import { keepPreference } from '../../appearance/preference';
import { AppContext } from '../../panels/app-context';
import { Question } from '../../panels/question';
import { appDetail } from '../../query/app';

const route = getRouteApi('/signed-in/apps/$app');

/** The screens of one app: they need its zone before they can ask anything. */
export function AppScope() {
  const { app } = route.useParams();
  const detail = useQuery(appDetail(app));
  useEffect(() => {
    if (detail.isSuccess) keepPreference('app', app);
  }, [app, detail.isSuccess]);
  return (
    <Question of={detail} lines={8}>
      {(answer) => (
        // Another app is another screen: none of the old one's figures may stay in sight meanwhile.
        <AppContext key={app} value={answer}>
          <Outlet />
        </AppContext>
      )}
    </Question>
  );
}
