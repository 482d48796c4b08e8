import type { LoginBody, Me, SetupBody, SetupState } from '@minilens/wire/accounts-api';
import { queryOptions } from '@tanstack/react-query';
import { getJson, postJson } from './http';

/** Who is signed in, with the apps they may see. Refused with 401 when nobody is. */
export const me = () =>
  queryOptions({
    queryKey: ['me'] as const,
    queryFn: ({ signal }) => getJson<Me>('/me', {}, signal),
    staleTime: 60_000,
  });

/** Whether the first account is still to be made. */
export const setupState = () =>
  queryOptions({
    queryKey: ['setup'] as const,
    queryFn: ({ signal }) => getJson<SetupState>('/setup', {}, signal),
    staleTime: 0,
  });

export const signIn = (body: LoginBody) => postJson<Me>('/login', body);
export const signOut = () => postJson<void>('/logout');
export const createFirstAccount = (body: SetupBody) => postJson<Me>('/setup', body);
