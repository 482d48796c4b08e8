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
  ofParts?: (parts: Parts) => number | null;
}

/** The parts of a source by name, each added up over all shards. */
export type Parts = Readonly<Record<string, bigint>>;

/** A part as it is. */
export const total = (part: string) => ({
  sql: `sum(${part})`,
  ofParts: (parts: Parts) => Number(parts[part]),
});

/**
 * One part for each of another, which counts in units of that size; `empty` where there is none.
 *
 * @param options `times`: 100 for a rate in %; `isSigned` where the part may be below zero.
 */
export const share = (
  part: string,
  among: string,
  { unit = 1, times = 1, isSigned = false, empty = 0 as 0 | null } = {},
) => {
  const multiplied = (what: string, by: number) => (by === 1 ? `sum(${what})` : `sum(${what}) * ${by}`);
  const [numerator, denominator] = [multiplied(part, times), multiplied(among, unit)];
  return {
    sql: isSigned ? signedRatio(numerator, denominator) : ratio(numerator, denominator, empty),
    ofParts: (parts: Parts): number | null => {
      const all = (parts[among] as bigint) * BigInt(unit);
      if (all === 0n) return empty;
      const doubled = (parts[part] as bigint) * BigInt(times) * 20_000n + all;
      // Division cuts towards zero: what is cut off a number below zero is one too much.
      const cut = doubled < 0n && doubled % (all * 2n) !== 0n ? 1n : 0n;
      return Number(doubled / (all * 2n) - cut) / 10_000;
    },
  };
};

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
