import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { AppearanceProvider } from './appearance/appearance';
import { chosenLanguage, readPreference } from './appearance/preference';
import { loadLanguage } from './appearance/spoken';
import { me } from './query/account';
import { whenSignedOut } from './query/query-client';
import { createDashboardRouter } from './router';

/** Everything that is seen. */
export async function showDashboard(queries: QueryClient): Promise<void> {
  const router = createDashboardRouter(queries);
  whenSignedOut(queries, () => {
    queries.removeQueries({ queryKey: me().queryKey });
    void router.invalidate();
  });
  // The screen's file is fetched while the language is.
  void router.load();

  const place = document.getElementById('root');
  if (!place) throw new Error('index.html has no #root');
  const language = await loadLanguage(chosenLanguage(readPreference('language'), navigator.languages));
  createRoot(place).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <AppearanceProvider language={language}>
          <RouterProvider router={router} />
        </AppearanceProvider>
      </QueryClientProvider>
    </StrictMode>,
  );
}
