import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './app.css';
import { AppearanceProvider } from './appearance/appearance';
import { me } from './query/account';
import { createQueryClient } from './query/query-client';
import { createDashboardRouter } from './router';

const queries = createQueryClient(() => {
  queries.removeQueries({ queryKey: me().queryKey });
  void router.invalidate();
});
const router = createDashboardRouter(queries);

const place = document.getElementById('root');
if (!place) throw new Error('index.html has no #root');
createRoot(place).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <AppearanceProvider>
        <RouterProvider router={router} />
      </AppearanceProvider>
    </QueryClientProvider>
  </StrictMode>,
);
