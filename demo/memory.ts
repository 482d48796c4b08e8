import type { Chance } from './chance.js';

const MB = 1024 ** 2;

/** Chance of a page that the platform warns of too little memory, by the level of the phone: 1 high, 2 mid, 3 low. */
const WARNS = [0.0002, 0.001, 0.006];

/** The memory that the shop's code uses on one phone, as `performance.memory` shows it. */
export function createMemory(chance: Chance, level: number) {
  let usedBytes = 0;
  return {
    get usedJSHeapSize() {
      return usedBytes;
    },
    /** A new process. */
    beginAnew() {
      usedBytes = chance.around(21 * MB, 0.12);
    },
    /** One page more: what it brings, less what the collector takes back. Answers whether that was too much. */
    takeInPage(): boolean {
      usedBytes += chance.around(2.2 * MB, 0.6) - (chance.happens(0.3) ? usedBytes * 0.12 : 0);
      usedBytes = Math.round(usedBytes);
      return chance.happens(WARNS[level - 1] ?? 0);
    },
  };
}
