import type { ClickHouseClient } from '@clickhouse/client';
import type { Device, Session } from '@minilens/wire/envelope';
import type { Event } from '@minilens/wire/event';

/** One accepted batch as the spool keeps it and the `intake` table takes it. All moments are Unix ms. */
export interface StoredBatch {
  app: string;
  agent: string;
  /** Address the batch came from; empty when it was imported. */
  ip: string;
  receivedAt: number;
  /** What to add to the events' device time to have true time. */
  skewMs: number;
  /** True time of the session's start: decides the bucket, so it is the same in every batch of the session. */
  sessionAt: number;
  session: Omit<Session, 'startAt'>;
  device: Device;
  events: Event[];
}

/**
 * Inserts a block of stored batches, each the JSON text of one StoredBatch, and returns when it is on disk.
 * The same token again is a repeat and changes nothing, so a block whose insert may have happened is simply sent again.
 */
export async function insertBlock(
  client: ClickHouseClient,
  block: { token: string; batches: readonly string[] },
): Promise<void> {
  // One thread parses, so that the same bytes always make the same blocks and the token meets its like again.
  await client.command({
    query: `INSERT INTO intake SETTINGS insert_deduplicate = 1, insert_deduplication_token = '${safeToken(block.token)}',
      deduplicate_blocks_in_dependent_materialized_views = 1, input_format_parallel_parsing = 0, async_insert = 0
      FORMAT JSONEachRow\n${block.batches.join('\n')}`,
  });
}

/** The token stands in the statement's text, because settings take no parameters. */
function safeToken(token: string): string {
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(token))
    throw new Error(`Deduplication token ${JSON.stringify(token)} has a forbidden character`);
  return token;
}
