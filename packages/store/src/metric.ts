import { QUANTILES } from './source.js';

/** A row of the catalogue: everything anyone may want to know about one number. Labels, docs and SQL all read it. */
export interface Metric {
  source: string;
  /** An instant is a moment in ms since the Unix epoch. */
  unit: 'count' | 'seconds' | 'pages' | '%' | 'ms' | 'bytes' | 'MB' | 'instant';
  /** Aggregate over the parts of the source. */
  sql: string;
  /** What it is where there is nothing: a count of nothing is 0, a rate of nothing is not known. */
  empty: 0 | null;
  zh: string;
  en: string;
  /** In English, and in Chinese. */
  meaning: string;
  meaningZh: string;
  /** The same from the sum of each part, where it needs no engine. */
  ofParts?: (parts: Parts) => number;
}

/** The parts of a source by name, each added up over all shards. */
export type Parts = Readonly<Record<string, bigint>>;

/** A part as it is. */
export const total = (part: string) => ({
  sql: `sum(${part})`,
  ofParts: (parts: Parts) => Number(parts[part]),
});

/** One part for each of another, which counts in units of that size; 0 where there is none. */
export const share = (part: string, among: string, unit = 1) => ({
  sql: ratio(`sum(${part})`, unit === 1 ? `sum(${among})` : `sum(${among}) * ${unit}`, 0),
  ofParts: (parts: Parts) => {
    const denominator = (parts[among] as bigint) * BigInt(unit);
    if (denominator === 0n) return 0;
    return Number(((parts[part] as bigint) * 20_000n + denominator) / (denominator * 2n)) / 10_000;
  },
});

/**
 * `numerator ÷ denominator` with four decimals, rounded half up: all in integers, since binary fractions would round
 * some halves down. Nothing to divide by gives `empty`.
 */
export function ratio(numerator: string, denominator: string, empty: 0 | null): string {
  return `if(${denominator} = 0, ${empty === null ? 'NULL' : '0'}, intDiv(toUInt128(${numerator}) * 20000 + ${denominator}, toUInt128(${denominator}) * 2) / 10000)`;
}

/** The same of a numerator that may be below zero. */
export function signedRatio(numerator: string, denominator: string): string {
  const doubled = `toInt128(${numerator}) * 20000 + toInt128(${denominator})`;
  // Division cuts towards zero: what is cut off a number below zero is one too much.
  const quotient = `intDiv(${doubled}, toInt128(${denominator}) * 2) - (${doubled} < 0 AND ${doubled} % (toInt128(${denominator}) * 2) != 0)`;
  return `if(${denominator} = 0, NULL, (${quotient}) / 10000)`;
}

/** One of `QUANTILES`, counted from 1, of a part that holds digests. Unit: ms. */
export function percentile(index: 1 | 2 | 3 | 4, digests = 'durations'): string {
  const value = `quantilesTDigestMerge${QUANTILES}(${digests})[${index}]`;
  return `if(isFinite(${value}), toUInt64(round(${value})), NULL)`;
}
