import type { Receipt } from '@minilens/wire/receipt';

/** What became of several batches together. */
export function sumReceipts(receipts: readonly Receipt[]): Receipt {
  const sum: Receipt = { accepted: 0, dropped: {} };
  for (const { accepted, dropped } of receipts) {
    sum.accepted += accepted;
    for (const [reason, events] of Object.entries(dropped) as [keyof Receipt['dropped'], number][]) {
      sum.dropped[reason] = (sum.dropped[reason] ?? 0) + events;
    }
  }
  return sum;
}
