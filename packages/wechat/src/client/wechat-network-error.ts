import type { Endpoint } from '../endpoints.js';

const REASONS = {
  unreachable: 'cannot be reached: look at the base URL, DNS and the network',
  timeout: 'did not answer in time',
  cut: 'gave no whole answer: the connection failed',
  unavailable: 'is unavailable: what answered was a server or proxy in front of it',
  unreadable: 'gave no answer of the WeChat APIs: look at the base URL',
} as const;

/** No answer of the API came back. */
export class WechatNetworkError extends Error {
  override readonly name = 'WechatNetworkError';
  readonly reason: keyof typeof REASONS;
  /** The path that was asked. */
  readonly endpoint: string;
  /** Whether asking again is harmless and may help. */
  readonly retryable: boolean;

  constructor({ path, once }: Endpoint, reason: keyof typeof REASONS, cause?: unknown) {
    super(`${path} ${REASONS[reason]}.`, { cause });
    this.endpoint = path;
    this.reason = reason;
    const wasHeard = reason !== 'unreachable';
    this.retryable = reason !== 'unreadable' && !(wasHeard && once);
  }
}
