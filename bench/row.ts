/** One measured figure. */
export interface Row {
  name: string;
  /** Whose figure it is, where several stand side by side. */
  subject?: string;
  /** Words where there is no figure: why not. */
  value: number | string;
  unit: string;
  /** Times the figure of the first subject. */
  ratio?: number;
  /** What the figure has to reach, in words: `≤ 8 KB`. Of several subjects it is the first that has to. */
  bar?: string;
  /** How it was measured, where the name does not say. */
  note?: string;
}

/** The middle of several runs; of an even number, the lower middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)];
  if (middle === undefined) throw new Error('There is no median of nothing');
  return middle;
}

export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil((sorted.length * percent) / 100) - 1)] ?? Number.NaN;
}
