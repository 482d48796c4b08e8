import type { Endpoint } from '@minilens/wechat/endpoints';
import type { FastifyRequest } from 'fastify';
import type { TokenStore } from './access-tokens.js';
import { isListed } from './allow-list.js';
import { type Caller, callerOf, setCaller } from './caller.js';
import type { Quotas } from './quotas.js';
import { queryText } from './read-request.js';
import { notInWhitelist, WechatError } from './wechat-error.js';

type Gate = (request: FastifyRequest) => Promise<void>;

/** Refuses any method but the endpoint's. Throws 43001, 43002. */
export const requireMethod =
  ({ method }: Endpoint): Gate =>
  async (request) => {
    if (request.method !== method) throw new WechatError(method === 'GET' ? 43001 : 43002);
  };

export interface TokenGateDeps {
  tokens: TokenStore;
  quotas: Quotas;
  now(): number;
}

/** Calls that help whoever has used up a quota. How often they may be made is bounded otherwise. */
const FREE: ReadonlySet<string> = new Set(['/cgi-bin/clear_quota']);

/**
 * Lets a request pass that has a valid token of the right kind in its query, comes from where the app is called from, is
 * within its quota, and asks for what it may: in this order, before its body is read. Throws 41001, 40001, 42001, 61014,
 * 40164, 61004, 45009, 45011, 48001, 61007.
 */
export function requireToken({ tokens, quotas, now }: TokenGateDeps, endpoint: Endpoint): Gate {
  const isOfComponent = endpoint.token === 'component';
  return async (request) => {
    const token = (isOfComponent && queryText(request, 'component_access_token')) || queryText(request, 'access_token');
    if (token === undefined) throw new WechatError(41001);
    const nowMs = now();
    const found = await tokens.find(token, nowMs);
    if (found === 'invalid') throw new WechatError(40001);
    if (found === 'expired') throw new WechatError(42001);
    if (isOfComponent !== (found.kind === 'component')) throw new WechatError(isOfComponent ? 61014 : 40001);
    setCaller(request, found);
    checkAddress(found, request.ip);
    if (!FREE.has(endpoint.path)) await quotas.spend(found.appid, endpoint.path, found.limits, nowMs);
    const lacking = lackOf(found, endpoint);
    if (lacking !== undefined) throw new WechatError(lacking);
  };
}

function checkAddress({ kind, addresses }: Caller, ip: string): void {
  if (addresses === undefined || isListed(addresses, ip)) return;
  throw kind === 'component' || kind === 'authorizer' ? new WechatError(61004) : notInWhitelist(ip);
}

/** What keeps a caller from an endpoint: the account lacks it, or has not granted it; nothing where it may ask. */
export function lackOf({ permissions, granted }: Caller, { permission }: Endpoint): 48001 | 61007 | undefined {
  if (permission === undefined) return undefined;
  if (permissions !== undefined && !permissions.includes(permission)) return 48001;
  return granted === undefined || granted.includes(permission) ? undefined : 61007;
}

/** The app whose token opened the gate. */
export const appidOf = (request: FastifyRequest) => callerOf(request).appid;
