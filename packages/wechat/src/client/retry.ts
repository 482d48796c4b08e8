import { WechatApiError } from './wechat-api-error.js';
import { WechatNetworkError } from './wechat-network-error.js';

/** The first pause. Unit: ms. Source: our choice. */
const PAUSE_MS = 500;

/** The first pause after 45011, so that the tries reach into the next minute, whose quota is fresh. Unit: ms. */
const MINUTE_QUOTA_PAUSE_MS = 20_000;

export interface RetryDeps {
  /** Tries after the first. */
  retries: number;
  /** From 0 up to 1. */
  random(): number;
  /** Resolves after so many ms; rejects when the signal is aborted. */
  wait(ms: number, signal?: AbortSignal): Promise<unknown>;
}

/** Twice as long after every try, less a random part of up to a half, so that clients do not come back all at once. */
export function pauseMs(error: unknown, tried: number, random: number): number {
  const first = error instanceof WechatApiError && error.errcode === 45011 ? MINUTE_QUOTA_PAUSE_MS : PAUSE_MS;
  return first * 2 ** tried * (1 - random / 2);
}

/** Tries again where the error says that it may help, and nowhere else. */
export async function withRetries<T>(deps: RetryDeps, attempt: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  for (let tried = 0; ; tried++) {
    try {
      return await attempt();
    } catch (error) {
      if (tried >= deps.retries || !isRetryable(error)) throw error;
      await deps.wait(pauseMs(error, tried, deps.random()), signal);
    }
  }
}

const isRetryable = (error: unknown) =>
  (error instanceof WechatApiError || error instanceof WechatNetworkError) && error.retryable;
