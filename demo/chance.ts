/** Draws from one stream of random numbers 0 ≤ x < 1, so that the same seed tells the same story. */
export interface Chance {
  happens(probability: number): boolean;
  /** Evenly, `from` ≤ x < `to`. */
  between(from: number, to: number): number;
  /** Around this median, as times people and networks take: many a little less, a few much more. Whole. */
  around(median: number, spread?: number): number;
  /** How often something happens that happens `mean` times on average. */
  times(mean: number): number;
  pick<T extends { weight: number }>(options: readonly T[]): T;
}

export function createChance(random: () => number): Chance {
  return {
    happens: (probability) => random() < probability,
    between: (from, to) => from + random() * (to - from),
    around(median, spread = 0.5) {
      const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
      return Math.round(median * Math.exp(spread * normal));
    },
    times(mean) {
      const limit = Math.exp(-mean);
      let count = 0;
      for (let product = random(); product > limit; product *= random()) count++;
      return count;
    },
    pick(options) {
      let left = random() * options.reduce((sum, { weight }) => sum + weight, 0);
      for (const option of options) {
        left -= option.weight;
        if (left < 0) return option;
      }
      return options.at(-1) as (typeof options)[number];
    },
  };
}
