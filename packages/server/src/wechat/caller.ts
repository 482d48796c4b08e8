import type { SecurityMode } from '@minilens/wire/wechat-keys';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { TokenKind } from './access-tokens.js';
import { type Limits, QUOTAS } from './quotas.js';

/** Whoever proved to be an app or a component, and what they may. */
export interface Caller {
  kind: TokenKind;
  /** Whose numbers are answered for; the component's own where it asks for itself. */
  appid: string;
  /** The third-party platform that asks on the account's behalf. */
  component: string | undefined;
  /** JSON of where it may call from; undefined for anywhere. */
  addresses: string | undefined;
  /** Permission sets of the account; undefined for all. */
  permissions: readonly number[] | undefined;
  /** Permission sets the account granted the component; undefined where no component asks. */
  granted: readonly number[] | undefined;
  limits: Limits;
  /** Whether the account's requests may or must be signed and encrypted. */
  security: SecurityMode;
}

interface CallerRow {
  appid: string;
  kind: TokenKind;
  component: string | null;
  addresses: string | null;
  permissions: string | null;
  daily_quota: number | null;
  minute_quota: number | null;
  component_addresses: string | null;
  granted: string | null;
  security: SecurityMode | null;
}

export function readCaller(row: CallerRow): Caller {
  const isComponent = row.kind === 'component' || row.kind === 'authorizer';
  return {
    kind: row.kind,
    appid: row.appid,
    component: row.component ?? undefined,
    addresses: (isComponent ? row.component_addresses : row.addresses) ?? undefined,
    permissions: row.permissions === null ? undefined : JSON.parse(row.permissions),
    granted: row.kind === 'authorizer' ? JSON.parse(row.granted ?? '[]') : undefined,
    limits: { daily: row.daily_quota ?? QUOTAS.daily, minute: row.minute_quota ?? QUOTAS.minute },
    security: row.security ?? 'off',
  };
}

/** Where a request keeps who it is from. */
const CALLER = 'wechatCaller';

export function rememberCallers(app: FastifyInstance): void {
  app.decorateRequest(CALLER, null);
}

export function setCaller(request: FastifyRequest, caller: Pick<Caller, 'appid'>): void {
  request.setDecorator(CALLER, caller);
}

/** Who asks, once a token has opened the gate. */
export const callerOf = (request: FastifyRequest) => request.getDecorator<Caller>(CALLER);

/** The app that a request proved to be of, by its token or its secret; undefined while it has not. */
export const provenAppid = (request: FastifyRequest) =>
  request.getDecorator<Pick<Caller, 'appid'> | null>(CALLER)?.appid;
