import type { Filters } from '@minilens/wire/questions';

/** What every screen can be narrowed to, in the order they are offered. */
export const FILTER_NAMES = [
  'version',
  'env',
  'platform',
  'level',
  'network',
  'wechat',
  'sdk',
  'channel',
  'page',
] as const;
export type FilterName = (typeof FILTER_NAMES)[number];

/** The same in the address, several values separated by commas. `page` already says which page of a table it is. */
export type FilterSearch = { [Name in Exclude<FilterName, 'page'> | 'onPage']?: string | undefined };

/** Values as they are chosen; a filter that is absent takes any. */
export type ChosenFilters = { [Name in FilterName]?: readonly string[] };

const NUMBERS: ReadonlySet<FilterName> = new Set(['level', 'channel']);
const MAX_VALUES = 50;
const MAX_LENGTH = 256;
const fieldOf = (name: FilterName) => (name === 'page' ? 'onPage' : name);

/** Reads the address; what is no filter is dropped. */
export function filterSearch(raw: Record<string, unknown>): FilterSearch {
  return Object.fromEntries(
    FILTER_NAMES.flatMap((name) => {
      const values = split(raw[fieldOf(name)], name);
      return values.length > 0 ? [[fieldOf(name), join(values)]] : [];
    }),
  );
}

export function chosenFilters(search: FilterSearch): ChosenFilters {
  return Object.fromEntries(
    FILTER_NAMES.flatMap((name) => {
      const values = split(search[fieldOf(name)], name);
      return values.length > 0 ? [[name, values]] : [];
    }),
  );
}

/** The address of one filter; no values take it away. */
export const searchOfFilter = (name: FilterName, values: readonly string[]): FilterSearch => ({
  [fieldOf(name)]: values.length > 0 ? join(values) : undefined,
});

/** The address without any filter. */
export const NO_FILTERS: FilterSearch = Object.fromEntries(FILTER_NAMES.map((name) => [fieldOf(name), undefined]));

/** What a question is narrowed to; undefined where nothing is chosen. */
export function askedFilters(search: FilterSearch): Filters | undefined {
  const chosen = Object.entries(chosenFilters(search)) as [FilterName, readonly string[]][];
  if (chosen.length === 0) return undefined;
  return Object.fromEntries(
    chosen.map(([name, values]) => [name, NUMBERS.has(name) ? values.map(Number) : [...values]]),
  );
}

function split(value: unknown, name: FilterName): string[] {
  if (typeof value !== 'string') return [];
  const values = value
    .split(',')
    .map((word) => decodeURIComponentSafely(word).slice(0, MAX_LENGTH))
    .filter((word) => word !== '' && (!NUMBERS.has(name) || /^\d{1,5}$/.test(word)));
  return [...new Set(values)].slice(0, MAX_VALUES);
}

/** A comma inside a value must not end it. */
const join = (values: readonly string[]) =>
  values.map((value) => value.replaceAll('%', '%25').replaceAll(',', '%2C')).join(',');

function decodeURIComponentSafely(word: string): string {
  try {
    return decodeURIComponent(word);
  } catch {
    return word;
  }
}
