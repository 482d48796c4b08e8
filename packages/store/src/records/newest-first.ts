import type { Stretch } from './narrow.js';

/** The stretch that is looked through first, and how much longer each next one is. Unit: ms. */
const FIRST_MS = 3_600_000;
const GROWTH = 8;

/**
 * Looks through the end of a stretch first, and back from there only as far as it must: the newest are most often wanted,
 * and all of a month would have to be read to find them among the rest.
 *
 * @param stretch and the moment it is (Unix ms): a range often ends with the day, and nothing is behind this moment.
 * @param wanted how many there are on a full page.
 * @param find the page of what lies from this moment (Unix ms) to the end.
 */
export async function newestFirst<T>(
  { from, to, now }: Stretch & { now: number },
  wanted: number,
  find: (since: number) => Promise<T[]>,
): Promise<T[]> {
  const end = Math.min(to, now);
  for (let lengthMs = FIRST_MS; ; lengthMs *= GROWTH) {
    const since = Math.max(from, end - lengthMs);
    const found = await find(since);
    if (found.length >= wanted || since === from) return found;
  }
}
