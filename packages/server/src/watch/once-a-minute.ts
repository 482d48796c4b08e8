const MINUTE_MS = 60_000;

/** Lets one line a minute through for each kind of trouble: what goes wrong with every message must not fill the log. */
export function createOnceAMinute(now: () => number): (kind: string, tell: () => void) => void {
  const toldAt = new Map<string, number>();
  return (kind, tell) => {
    const at = now();
    if (at - (toldAt.get(kind) ?? Number.NEGATIVE_INFINITY) < MINUTE_MS) return;
    toldAt.set(kind, at);
    tell();
  };
}
