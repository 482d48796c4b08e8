import type { Palette } from '../appearance/palette';

/** One stretch of something that takes time. */
export interface Stage {
  key: string;
  ms: number;
  colour: keyof Palette;
}

/**
 * The stages that were measured, and what is left to the whole. Means of different things may be more than the whole:
 * then nothing is left.
 */
export function withRest(
  stages: readonly { key: string; ms: number | null; colour: keyof Palette }[],
  wholeMs: number | null,
): Stage[] {
  const known = stages.filter((stage): stage is Stage => stage.ms !== null);
  const rest = (wholeMs ?? 0) - sumOf(known);
  return [...known, ...(rest > 0 ? [{ key: 'rest', ms: rest, colour: 'unknown' as const }] : [])];
}

export const sumOf = (stages: readonly Stage[]): number => stages.reduce((sum, { ms }) => sum + ms, 0);
