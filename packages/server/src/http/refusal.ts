import type { Refusal as RefusalBody } from '@minilens/wire/receipt';

/** Every way a request outside the WeChat paths can be refused, and whether the same request may succeed later. */
const CASES = {
  INVALID_JSON: { status: 400, retry: false },
  INVALID_ENVELOPE: { status: 400, retry: false },
  INVALID_REQUEST: { status: 400, retry: false },
  INVALID_RANGE: { status: 400, retry: false },
  UNKNOWN_APP: { status: 401, retry: false },
  WRONG_KEY: { status: 401, retry: false },
  NOT_SIGNED_IN: { status: 401, retry: false },
  WRONG_LOGIN: { status: 401, retry: false },
  /** The password is right: the code is missing or wrong. */
  SECOND_FACTOR: { status: 401, retry: false },
  NO_ACCESS: { status: 403, retry: false },
  SETUP_TOKEN: { status: 403, retry: false },
  /** A link that is used up, withdrawn, too old, or never was. */
  LINK_ENDED: { status: 403, retry: false },
  NOT_FOUND: { status: 404, retry: false },
  /** Another process answers it: an agent that a balancer sent astray must keep its batch. */
  OTHER_ROLE: { status: 404, retry: true },
  APP_EXISTS: { status: 409, retry: false },
  SETUP_DONE: { status: 409, retry: false },
  LOGIN_TAKEN: { status: 409, retry: false },
  LAST_OWNER: { status: 409, retry: false },
  INVALID_ENCODING: { status: 400, retry: false },
  BODY_TOO_LARGE: { status: 413, retry: false },
  UNKNOWN_ENCODING: { status: 415, retry: false },
  QUESTION_TOO_LARGE: { status: 422, retry: false },
  TOO_MANY_REQUESTS: { status: 429, retry: true },
  INTERNAL: { status: 500, retry: true },
  SPOOL_FULL: { status: 503, retry: true },
  STORE_AWAY: { status: 503, retry: true },
  DATABASE_DOWN: { status: 503, retry: true },
  BUSY: { status: 503, retry: true },
} as const;

export type RefusalCode = keyof typeof CASES;

/** A refused request. Thrown anywhere below a route; the error handler sends `body` with `statusCode`. */
export class Refusal extends Error {
  readonly code: RefusalCode;
  /** Trying again earlier than this is of no use. Unit: s. */
  readonly retryAfterSeconds: number | undefined;
  constructor(
    code: RefusalCode,
    message: string,
    { cause, retryAfterSeconds }: { cause?: unknown; retryAfterSeconds?: number } = {},
  ) {
    super(message, { cause });
    this.name = 'Refusal';
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
  }
  get statusCode(): number {
    return CASES[this.code].status;
  }
  get body(): RefusalBody {
    return { code: this.code, message: this.message, retry: CASES[this.code].retry };
  }
}

export const isRefusal = (error: unknown, code: RefusalCode): boolean =>
  error instanceof Refusal && error.code === code;
