import type {
  AcceptBody,
  ApiToken,
  LoginBody,
  Me,
  NewApiToken,
  NewApiTokenBody,
  NewSecondFactor,
  OidcStart,
  OidcStartBody,
  OidcState,
  OpenInvitation,
  PasswordBody,
  RecoveryCodes,
  ResetBody,
  Session,
  SetupBody,
  SetupState,
} from '@minilens/wire/accounts-api';
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

export const changePassword = (body: PasswordBody) => postJson<object>('/password', body);
export const resetPassword = (body: ResetBody) => postJson<object>('/password/reset', body);

/** Where one is signed in. */
export const sessions = () =>
  queryOptions({
    queryKey: ['sessions'] as const,
    queryFn: ({ signal }) => getJson<Session[]>('/sessions', {}, signal),
  });
export const endSession = (id: string) => postJson<object>(`/sessions/${encodeURIComponent(id)}/end`);

export const enrolSecondFactor = (password: string) => postJson<NewSecondFactor>('/second-factor', { password });
export const confirmSecondFactor = (code: string) => postJson<RecoveryCodes>('/second-factor/confirm', { code });
export const disableSecondFactor = (code: string) => postJson<object>('/second-factor/disable', { code });

/** One's own API tokens, without themselves. */
export const apiTokens = () =>
  queryOptions({
    queryKey: ['tokens'] as const,
    queryFn: ({ signal }) => getJson<ApiToken[]>('/tokens', {}, signal),
  });
export const makeApiToken = (body: NewApiTokenBody) => postJson<NewApiToken>('/tokens', body);
export const endApiToken = (id: string) => postJson<object>(`/tokens/${encodeURIComponent(id)}/end`);

/** What an invitation is for. Refused with LINK_ENDED when it is used or over. */
export const openInvitation = (token: string) =>
  queryOptions({
    queryKey: ['invitation', token] as const,
    queryFn: ({ signal }) => postJson<OpenInvitation>('/invitations/look', { token }, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
export const acceptInvitation = (body: AcceptBody) => postJson<Me>('/invitations/accept', body);

/** Whether one may sign in with OpenID Connect. */
export const oidcState = () =>
  queryOptions({
    queryKey: ['oidc'] as const,
    queryFn: ({ signal }) => getJson<OidcState>('/oidc', {}, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
export const startOidc = (body: OidcStartBody) => postJson<OidcStart>('/oidc/start', body);
