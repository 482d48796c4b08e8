import { setTimeout as sleep } from 'node:timers/promises';
import { PLATFORM_ORIGIN } from '../endpoints.js';
import type { RetryDeps } from './retry.js';
import { memoryTokenCache, type TokenCache } from './token-cache.js';

export interface ConnectionOptions {
  /** The platform unless said otherwise; the address of a Minilens server does as well. */
  baseUrl?: string;
  /** Where tokens are kept; in memory unless said otherwise. */
  tokens?: TokenCache;
  /** How long one try may take. Unit: ms. Default 10,000. */
  timeoutMs?: number;
  /** Tries after the first where the error says that it may help. Default 3. */
  retries?: number;
  fetch?: typeof fetch;
  /** Unit: ms since the Unix epoch. */
  now?: () => number;
  random?: RetryDeps['random'];
  wait?: RetryDeps['wait'];
}

export interface Connection extends RetryDeps {
  /** Without a slash at its end. */
  baseUrl: string;
  cache: TokenCache;
  timeoutMs: number;
  fetch: typeof fetch;
  now(): number;
}

export function connect(options: ConnectionOptions): Connection {
  return {
    baseUrl: readBaseUrl(options.baseUrl ?? PLATFORM_ORIGIN),
    cache: options.tokens ?? memoryTokenCache(),
    timeoutMs: options.timeoutMs ?? 10_000,
    retries: options.retries ?? 3,
    fetch: options.fetch ?? fetch,
    now: options.now ?? Date.now,
    random: options.random ?? Math.random,
    wait: options.wait ?? wait,
  };
}

async function wait(ms: number, signal?: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => signal?.throwIfAborted()); // the caller's own reason
}

function readBaseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.search || url.hash || url.username)
    throw new Error('baseUrl must be an address like https://api.weixin.qq.com, without a query or user name.');
  return url.href.replace(/\/+$/, '');
}
