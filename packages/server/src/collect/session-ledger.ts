/**
 * What is remembered of a session so that no event of it counts twice: the highest sequence number seen, and the
 * numbers below it that never came. A late batch fills its gap; a repeated one finds none. What stays open is loss.
 */
export interface SessionLedger {
  /** Highest sequence number seen. */
  high: number;
  /** Numbers below `high` not seen, as closed ranges, ascending. */
  gaps: [first: number, last: number][];
  /** True time of the session's start as the first batch gave it, so that all batches agree. Unix ms. */
  sessionAt: number;
  /** What the first batch's times were corrected by. Absent in ledgers of older servers. Unit: ms. */
  skewMs?: number;
  /** Day of the last change, days since the epoch; decides when the ledger may be forgotten. */
  day: number;
}

/** Gaps a collector keeps for one session. Beyond it the oldest is given up, so that nobody can grow a ledger without end. */
const MAX_GAPS = 64;

export const openLedger = (sessionAt: number, day: number, skewMs = 0): SessionLedger => ({
  high: 0,
  gaps: [],
  sessionAt,
  skewMs,
  day,
});

/** Marks a sequence number as seen. Gives false when it was seen before, and then changes nothing. */
export function markSeen(ledger: SessionLedger, n: number, maxGaps = MAX_GAPS): boolean {
  if (n > ledger.high) {
    if (n > ledger.high + 1) {
      ledger.gaps.push([ledger.high + 1, n - 1]);
      if (ledger.gaps.length > maxGaps) ledger.gaps.shift();
    }
    ledger.high = n;
    return true;
  }
  const index = ledger.gaps.findIndex(([first, last]) => first <= n && n <= last);
  const gap = ledger.gaps[index];
  if (gap === undefined) return false;
  const rest = [
    [gap[0], n - 1],
    [n + 1, gap[1]],
  ].filter(([first, last]) => (first as number) <= (last as number)) as SessionLedger['gaps'];
  ledger.gaps.splice(index, 1, ...rest);
  if (ledger.gaps.length > maxGaps) ledger.gaps.shift();
  return true;
}

/** Takes back that these numbers were seen: each may come once more. */
export function markUnseen(ledger: SessionLedger, numbers: readonly number[]): void {
  const again = numbers.filter((n) => n <= ledger.high).map((n): [number, number] => [n, n]);
  const gaps: SessionLedger['gaps'] = [];
  for (const [first, last] of [...ledger.gaps, ...again].sort(([a], [b]) => a - b)) {
    const before = gaps.at(-1);
    if (before !== undefined && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else gaps.push([first, last]);
  }
  ledger.gaps = gaps;
}
