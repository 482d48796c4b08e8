import { LRUCache } from 'lru-cache';

/**
 * Runs `work` once for a message, however often it is delivered: who asks while it runs, or later, gets what it gave, the
 * text of the reply before it is encrypted. Work that failed is forgotten, so that the next delivery runs it again.
 *
 * @param key names the message: at most 100 of 0–9 a–f and `:`.
 * @throws What `work` threw, to all who waited for it.
 */
export type Once = (key: string, work: () => Promise<string>) => Promise<string>;

/** Messages remembered at once. Most answers are short, so that is some 10 MB. Source: our choice. */
const MAX_MESSAGES = 20_000;

/** For one process. A message is forgotten after `keepMs`, or when too many came after it. */
export function memoryOnce({ keepMs, now }: { keepMs: number; now: () => number }): Once {
  const answers = new LRUCache<string, Promise<string>>({
    max: MAX_MESSAGES,
    ttl: keepMs,
    // Every look at the clock, not one a millisecond: a test moves it faster.
    ttlResolution: 0,
    perf: { now },
  });
  return (key, work) => {
    const known = answers.get(key);
    if (known !== undefined) return known;
    const answer = work();
    answers.set(key, answer);
    answer.catch(() => {
      if (answers.peek(key) === answer) answers.delete(key);
    });
    return answer;
  };
}
