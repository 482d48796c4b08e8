import { LRUCache } from 'lru-cache';

/** How long a message may be sent again. The platform does so within seconds. Unit: ms. Source: our choice. */
const KEPT_MS = 600_000;

/** Messages remembered at once, some 20 MB of them. */
const MAX_MESSAGES = 100_000;

/** Which attempt of a message a delivery is. */
export interface Attempts {
  /** 1 for a message that was not seen within ten minutes, one more each time it is seen again. */
  next(messageKey: string): number;
}

/** @param now Unix ms. */
export function createAttempts({ now = Date.now }: { now?: () => number } = {}): Attempts {
  const seen = new LRUCache<string, number>({
    max: MAX_MESSAGES,
    ttl: KEPT_MS,
    // Every look at the clock, not one a millisecond: a test moves it faster.
    ttlResolution: 0,
    perf: { now },
  });
  return {
    next: (messageKey) => {
      const attempt = (seen.get(messageKey) ?? 0) + 1;
      seen.set(messageKey, attempt);
      return attempt;
    },
  };
}
