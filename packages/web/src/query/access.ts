import type { AppRole, AuditList, Invitation, Member, OneTimeLink } from '@minilens/wire/accounts-api';
import type { AppAccess, AppAccessBody, NewSecret } from '@minilens/wire/wechat-access';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { appPath } from './app-path';
import type { AskedPage } from './asked';
import { getJson, postJson, putJson } from './http';

/** Secrets, members and the audit log of an app: all of it refused with 403 to whoever is no owner. */

export const appAccess = (app: string) =>
  queryOptions({
    queryKey: ['access', app] as const,
    queryFn: ({ signal }) => getJson<AppAccess>(`${appPath(app)}/access`, {}, signal),
  });

/** What is absent stays. */
export const changeAccess = (app: string, wanted: AppAccessBody) =>
  putJson<AppAccess>(`${appPath(app)}/access`, wanted);

export const rotateSecret = (app: string, overlapSeconds: number) =>
  postJson<NewSecret>(`${appPath(app)}/secret`, { overlapSeconds });
export const revokeTokens = (app: string) => postJson<object>(`${appPath(app)}/tokens/revoke`);

export const members = (app: string) =>
  queryOptions({
    queryKey: ['members', app] as const,
    queryFn: ({ signal }) => getJson<Member[]>(`${appPath(app)}/members`, {}, signal),
  });

export const changeMember = (app: string, account: string, role: AppRole) =>
  putJson<object>(`${appPath(app)}/members/${encodeURIComponent(account)}`, { role });
export const removeMember = (app: string, account: string) =>
  postJson<object>(`${appPath(app)}/members/${encodeURIComponent(account)}/remove`);
/** Gives up one's own part. */
export const leaveApp = (app: string) => postJson<object>(`${appPath(app)}/leave`);

export const invitations = (app: string) =>
  queryOptions({
    queryKey: ['invitations', app] as const,
    queryFn: ({ signal }) => getJson<Invitation[]>(`${appPath(app)}/invitations`, {}, signal),
  });

export const invite = (app: string, role: AppRole) => postJson<OneTimeLink>(`${appPath(app)}/invitations`, { role });
export const withdrawInvitation = (app: string, id: string) =>
  postJson<object>(`${appPath(app)}/invitations/${encodeURIComponent(id)}/withdraw`);

export const auditLog = (app: string, page: AskedPage) =>
  queryOptions({
    queryKey: ['audit', app, page] as const,
    queryFn: ({ signal }) => getJson<AuditList>(`${appPath(app)}/audit`, { ...page }, signal),
    placeholderData: keepPreviousData,
  });
