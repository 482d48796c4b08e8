import type { CreateKeysBody, NewWechatKey, RotateKeyBody, SecurityMode, WechatKeys } from '@minilens/wire/wechat-keys';
import { queryOptions } from '@tanstack/react-query';
import { appPath } from './app-path';
import { getJson, postJson, putJson } from './http';

/** The keys that calls of the WeChat APIs are signed and encrypted with: refused with 403 to whoever is no owner. */

export const wechatKeys = (app: string) =>
  queryOptions({
    queryKey: ['wechat-keys', app] as const,
    queryFn: ({ signal }) => getJson<WechatKeys>(`${appPath(app)}/wechat-keys`, {}, signal),
  });

/** Makes those that are missing, and allows signed calls where they were off. */
export const makeKeys = (app: string, wanted: CreateKeysBody) =>
  postJson<NewWechatKey[]>(`${appPath(app)}/wechat-keys`, wanted);

export const rotateKey = (app: string, wanted: RotateKeyBody) =>
  postJson<NewWechatKey>(`${appPath(app)}/wechat-keys/rotate`, wanted);

/** Ends it at once. */
export const revokeKey = (app: string, serial: string) =>
  postJson<WechatKeys>(`${appPath(app)}/wechat-keys/revoke`, { serial });

export const changeSecurity = (app: string, mode: SecurityMode) =>
  putJson<WechatKeys>(`${appPath(app)}/wechat-security`, { mode });
