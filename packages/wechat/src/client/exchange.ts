import { type Endpoint, PLATFORM_ORIGIN } from '../endpoints.js';
import type { Connection } from './connection.js';
import type { Sealer } from './sealer.js';
import { apiError } from './wechat-api-error.js';
import { WechatNetworkError } from './wechat-network-error.js';

type Fields = Record<string, unknown>;

export interface ExchangeOptions {
  token?: string | undefined;
  signal?: AbortSignal | undefined;
}

/** One request and its answer as they are on the wire. */
export type Exchange = (endpoint: Endpoint, fields: Fields, options?: ExchangeOptions) => Promise<Fields>;

/** Throws WechatApiError for an answer that says no, WechatNetworkError without one, the signal's reason when aborted. */
export function createExchange(
  { baseUrl, fetch, timeoutMs, now }: Pick<Connection, 'baseUrl' | 'fetch' | 'timeoutMs' | 'now'>,
  appid: string,
  security?: Sealer,
): Exchange {
  return async (endpoint, fields, { token, signal } = {}) => {
    const sealer = endpoint.secured ? security : undefined;
    const urlpath = PLATFORM_ORIGIN + endpoint.path; // what is signed, whatever the base URL
    const sealed = await sealer?.seal(urlpath, appid, Math.floor(now() / 1000), fields);

    const isQuery = endpoint.method === 'GET' || endpoint.fields === 'query';
    const url = new URL(baseUrl + endpoint.path);
    if (isQuery) for (const [key, value] of Object.entries(fields)) url.searchParams.set(key, String(value));
    if (token !== undefined) url.searchParams.set('access_token', token);

    const { status, headers, text } = await send(
      endpoint,
      url,
      {
        method: endpoint.method,
        headers: { 'content-type': 'application/json', ...sealed?.headers },
        ...(!isQuery && { body: sealed?.body ?? JSON.stringify(fields) }),
        redirect: 'manual', // a token or secret goes nowhere else
      },
      signal,
    );

    const secrets = [token, ...secretsOf(fields)];
    const plain = readObject(text);
    if (plain === undefined || status >= 300)
      throw new WechatNetworkError(endpoint, status >= 500 ? 'unavailable' : 'unreadable');
    throwIfRefused(endpoint, plain, secrets);
    if (sealer === undefined) return plain;
    const opened = await sealer.open(urlpath, headers, text);
    throwIfRefused(endpoint, opened, secrets);
    return opened;
  };

  async function send(endpoint: Endpoint, url: URL, init: RequestInit, signal?: AbortSignal) {
    const timeout = AbortSignal.timeout(timeoutMs);
    let isAnswered = false;
    try {
      signal?.throwIfAborted();
      const response = await fetch(url, { ...init, signal: AbortSignal.any(signal ? [timeout, signal] : [timeout]) });
      isAnswered = true;
      const { status, headers } = response;
      return { status, headers: Object.fromEntries(headers), text: await response.text() };
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      if (timeout.aborted) throw new WechatNetworkError(endpoint, 'timeout', error);
      throw new WechatNetworkError(endpoint, !isAnswered && wasNeverSent(error) ? 'unreachable' : 'cut', error);
    }
  }
}

/** What no error may tell, should the other side repeat it. */
const secretsOf = (fields: Fields): unknown[] =>
  Object.entries(fields).flatMap(([key, value]) => (SECRET_FIELD.test(key) ? [value] : []));

const SECRET_FIELD = /secret|ticket|refresh_token|authorization_code/;

function throwIfRefused({ path }: Endpoint, { errcode, errmsg }: Fields, secrets: unknown[]): void {
  if (errcode === undefined || errcode === 0) return;
  const hide = (text: string, secret: unknown) => (secret ? text.replaceAll(String(secret), '***') : text);
  throw apiError(path, Number(errcode), secrets.reduce(hide, String(errmsg ?? '')));
}

const CONNECT_ERRORS = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);

/** Whether no byte of the request left: then asking again cannot do anything twice. */
const wasNeverSent = (error: unknown) =>
  error instanceof Error && CONNECT_ERRORS.has(String((error.cause as { code?: unknown } | undefined)?.code));

function readObject(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
  } catch {
    return undefined;
  }
}
