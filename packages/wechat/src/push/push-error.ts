export type PushErrorCode = 'wrong_signature' | 'undecryptable' | 'wrong_appid' | 'malformed' | 'not_encrypted';

/** A push or a reply that is not to be believed, or cannot be read. Its message tells nothing of the content. */
export class PushError extends Error {
  override readonly name = 'PushError';
  readonly code: PushErrorCode;

  constructor(code: PushErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}
