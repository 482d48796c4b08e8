import { QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError, isSignedOut } from './api-error';

/** Asks again only where the server says that it may help. `onSignedOut` runs when a session has ended meanwhile. */
export function createQueryClient(onSignedOut: () => void): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({
      // `me` is how the router finds out; it deals with the refusal itself.
      onError: (error, { queryKey }) => {
        if (isSignedOut(error) && queryKey[0] !== 'me') onSignedOut();
      },
    }),
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
