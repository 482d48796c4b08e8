import { QueryClient } from '@tanstack/react-query';
import { ApiError, isSignedOut } from './api-error';

/** Asks again only where the server says that it may help. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        retry: (failures, error) => failures < 2 && error instanceof ApiError && error.retry,
      },
      // Some are answered with a secret, which goes with the screen that shows it.
      mutations: { gcTime: 0 },
    },
  });
}

/** Runs `react` when a session has ended meanwhile. */
export function whenSignedOut(queries: QueryClient, react: () => void): void {
  queries.getQueryCache().config.onError = (error, { queryKey }) => {
    // `me` is how the router finds out; it deals with the refusal itself.
    if (isSignedOut(error) && queryKey[0] !== 'me') react();
  };
}
