/** How tries are slowed down. */
export interface ThrottleOptions {
  /** Tries that cost nothing. */
  free: number;
  /** What the first try beyond them waits after the one before; twice that the next, and so on. Unit: ms. */
  firstWaitMs: number;
  /** Unit: ms. */
  longestWaitMs: number;
  /** Tries so long ago do not count any more. At least the longest wait. Unit: ms. */
  forgetAfterMs: number;
}

/** Slows whoever fails again and again down, more and more, and never for good. */
export interface Throttle {
  /**
   * Counts a try as failed until `succeed` says otherwise, so that many at once gain nothing.
   *
   * @param free fewer free tries than usual.
   * @returns what is still to wait, when it is too early; the try does not count then. 0 when it may be made. Unit: ms.
   */
  begin(key: string, free?: number): number;
  /** Takes the last try back, and with `all` those before it. */
  succeed(key: string, all: boolean): void;
  /** Tries that count. */
  failures(key: string): number;
}

/** Whoever is remembered. The one not heard of for longest is forgotten first. */
const MAX_KEYS = 50_000;

/** @param now Unix ms. */
export function createThrottle(options: ThrottleOptions, now: () => number): Throttle {
  const { free: usuallyFree, firstWaitMs, longestWaitMs, forgetAfterMs } = options;
  const known = new Map<string, { failures: number; at: number }>();
  const find = (key: string) => {
    const found = known.get(key);
    return found === undefined || found.at < now() - forgetAfterMs ? { failures: 0, at: 0 } : found;
  };
  const remember = (key: string, failures: number, at: number) => {
    known.delete(key);
    if (failures > 0) known.set(key, { failures, at });
    if (known.size > MAX_KEYS) known.delete(known.keys().next().value as string);
  };

  return {
    begin: (key, free = usuallyFree) => {
      const { failures, at } = find(key);
      const over = failures - free;
      const waitMs = over < 0 ? 0 : Math.min(longestWaitMs, firstWaitMs * 2 ** over);
      const leftMs = at + waitMs - now();
      if (over >= 0 && leftMs > 0) return leftMs;
      remember(key, failures + 1, now());
      return 0;
    },
    succeed: (key, all) => {
      const { failures, at } = find(key);
      remember(key, all ? 0 : Math.max(0, failures - 1), at);
    },
    failures: (key) => find(key).failures,
  };
}
