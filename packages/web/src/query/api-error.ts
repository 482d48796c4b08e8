import type { Refusal } from '@minilens/wire/receipt';

/** A question without a good answer. `retry` says whether asking again may help. */
export class ApiError extends Error {
  readonly code: string;
  /** HTTP status, or 0 when no server answered. */
  readonly status: number;
  readonly retry: boolean;

  constructor({ code, message, retry }: Refusal, status: number, cause?: unknown) {
    super(message, { cause });
    this.name = 'ApiError';
    this.code = code;
    this.status = status;
    this.retry = retry;
  }
}

export const isSignedOut = (error: unknown): boolean => error instanceof ApiError && error.status === 401;
