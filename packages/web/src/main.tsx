import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './app.css';
import { AppearanceProvider } from './appearance/appearance';
import { chosenLanguage, readPreference } from './appearance/preference';
import { loadLanguage } from './appearance/spoken';
import { me } from './query/account';
import { createQueryClient } from './query/query-client';
import { createDashboardRouter } from './router';

const queries = createQueryClient(() => {
  queries.removeQueries({ queryKey: me().queryKey });
  void router.invalidate();
});
const router = createDashboardRouter(queries);
// Who is signed in, the screen's file and its first answers are fetched while the language is.
void router.load();

const place = document.getElementById('root');
if (!place) throw new Error('index.html has no #root');
const root = createRoot(place);
const language = chosenLanguage(readPreference('language'), navigator.languages);
// Not awaited: the language's file may need this one, which would then wait for itself.
void loadLanguage(language).then((spoken) =>
  root.render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <AppearanceProvider language={spoken}>
          <RouterProvider router={router} />
        </AppearanceProvider>
      </QueryClientProvider>
    </StrictMode>,
  ),
);
