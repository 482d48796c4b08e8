import type { Stretch } from './narrow.js';

/** The stretch that is looked through first, and how much longer each next one is. Unit: ms. */
const FIRST_MS = 3_600_000;
const GROWTH = 8;

/**
 * Looks through the end of a stretch first, and back from there only as far as it must: the newest are most often wanted,
 * and all of a month would have to be read to find them among the rest.
 *
 * @param wanted how many there are on a full page.
 * @param find the page of what lies from this moment (Unix ms) to the end.
 */
export async function newestFirst<T>(
  { from, to }: Stretch,
  wanted: number,
  find: (since: number) => Promise<T[]>,
): Promise<T[]> {
  for (let lengthMs = FIRST_MS; ; lengthMs *= GROWTH) {
    const since = Math.max(from, to - lengthMs);
    const found = await find(since);
    if (found.length >= wanted || since === from) return found;
  }
}
