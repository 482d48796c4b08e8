import type { ClickHouseClient } from '@clickhouse/client';
import { listDirtyBuckets, rollUp, sweepRollups } from '@minilens/store/roll-up';

/** How long after its end an hour is left to arrive before it is first rolled up. Unit: ms. */
const SETTLE_MS = 30_000;

/** How long a replaced rollup stays for questions that began before. Unit: ms. */
const KEEP_REPLACED_MS = 600_000;

/** Ids of rollups grow with time, also across a restart: a clock in microseconds that never stands still. */
export function createRollupIds(now: () => number): () => number {
  let last = 0;
  return () => {
    last = Math.max(last + 1, now() * 1000);
    return last;
  };
}

/** Rolls up every dirty bucket whose hour is over. Gives how many there were. */
export async function rollUpDirty(
  store: ClickHouseClient,
  now: () => number,
  nextRollupId: () => number,
): Promise<number> {
  let rolled = 0;
  for (const { app, buckets } of await listDirtyBuckets(store, now() - SETTLE_MS)) {
    await rollUp(store, app, buckets, nextRollupId);
    rolled += buckets.length;
  }
  return rolled;
}

/** Removes what newer rollups replaced. */
export const sweepReplaced = (store: ClickHouseClient, now: () => number): Promise<void> =>
  sweepRollups(store, (now() - KEEP_REPLACED_MS) * 1000);
