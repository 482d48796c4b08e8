import type { Refusal } from '@minilens/wire/receipt';

/** `never`: no answer at all, to look at what is shown meanwhile. */
export type FakeAnswer = { status: number; body: unknown } | 'never';

export const ok = <T>(body: T): FakeAnswer => ({ status: 200, body });
export const refuse = (status: number, code: string, message: string, retry = false): FakeAnswer => {
  const body: Refusal = { code, message, retry };
  return { status, body };
};
