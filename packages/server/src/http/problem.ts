import type { TLocalizedValidationError } from 'typebox/error';

/** Where the first problem is and what should be there. */
export function problemOf(errors: TLocalizedValidationError[], whole: string): string {
  const [error] = errors;
  const { allowedValue, allowedValues } = (error?.params ?? {}) as { allowedValue?: unknown; allowedValues?: unknown };
  const allowed = allowedValue ?? allowedValues;
  return `${error?.instancePath || whole} ${error?.message}${allowed === undefined ? '' : `: ${JSON.stringify(allowed)}`}`;
}
