import type { TObject } from 'typebox';

/**
 * Copies of an object what its schema names, and nothing else. What a newer agent or a stranger adds must not reach the
 * store: there it might be the name of a column. Text becomes whole: a device may cut a character in half.
 */
export function createPicker<T extends object>(schema: TObject): (value: T) => T {
  const keys = Object.keys(schema.properties) as (keyof T)[];
  return (value) => {
    const picked = {} as T;
    for (const key of keys) {
      const word = value[key];
      if (word !== undefined) picked[key] = (typeof word === 'string' ? word.toWellFormed() : word) as T[keyof T];
    }
    return picked;
  };
}
