import { Type } from 'typebox';

/** One of these words, typed as the words themselves. */
export const choice = <const T extends readonly string[]>(
  values: T,
  options: { default?: T[number]; description?: string } = {},
) => Type.Unsafe<T[number]>(Type.Enum([...values], options));
