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
      if (word !== undefined) picked[key] = wholeText(word);
    }
    return picked;
  };
}

/** A word that is text, a list of texts or texts by name, with whole characters; any other as it is. */
export function wholeText<T>(word: T): T;
export function wholeText(word: unknown): unknown {
  if (typeof word === 'string') return word.toWellFormed();
  if (Array.isArray(word)) return word.map(wholeText);
  if (typeof word !== 'object' || word === null) return word;
  return Object.fromEntries(Object.entries(word).map(([name, text]) => [name.toWellFormed(), wholeText(text)]));
}
