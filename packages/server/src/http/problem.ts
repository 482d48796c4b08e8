import type { TLocalizedValidationError } from 'typebox/error';

/** Where the first problem is and what should be there. */
export function problemOf(errors: TLocalizedValidationError[], whole: string): string {
  const [error] = errors;
  // A property that no schema names has the schema `false`.
  if (error?.keyword === 'boolean') return `${error.instancePath} is not allowed here: leave it out.`;
  const { allowedValue, allowedValues } = (error?.params ?? {}) as { allowedValue?: unknown; allowedValues?: unknown };
  const allowed = allowedValue ?? allowedValues;
  return `${error?.instancePath || whole} ${error?.message}${allowed === undefined ? '' : `: ${JSON.stringify(allowed)}`}`;
}
