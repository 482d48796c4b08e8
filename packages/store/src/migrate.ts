import type { ClickHouseClient } from '@clickhouse/client';
import { selectRows } from './connect.js';
import { MAIN_ROAD } from './migrations/0001-main-road.js';
import { EVERY_SIGNAL } from './migrations/0002-every-signal.js';

/** Forward only, in order. A released migration is never edited: what it got wrong, the next one mends. */
const MIGRATIONS: readonly { version: number; statements: readonly string[] }[] = [
  { version: 1, statements: MAIN_ROAD },
  { version: 2, statements: EVERY_SIGNAL },
];

/**
 * Brings the store to the newest schema. Safe to run again after a kill in the middle: a statement that already
 * took effect is passed over, or changes nothing.
 *
 * @param upTo the last version to apply, where a store of an older one is wanted.
 */
export async function migrate(client: ClickHouseClient, { upTo = Infinity } = {}): Promise<void> {
  await client.command({
    query:
      'CREATE TABLE IF NOT EXISTS migrations (version UInt32, applied_at DateTime DEFAULT now()) ENGINE = MergeTree ORDER BY version',
  });
  const applied = await selectRows<{ version: number }>(client, 'SELECT version FROM migrations');
  const done = new Set(applied.map((row) => Number(row.version)));
  for (const { version, statements } of MIGRATIONS) {
    if (done.has(version) || version > upTo) continue;
    for (const statement of statements) await client.command({ query: createIfMissing(statement) });
    await client.command({
      query: 'INSERT INTO migrations (version) SELECT {version:UInt32}',
      query_params: { version },
    });
  }
}

const createIfMissing = (statement: string) =>
  statement.replace(/^CREATE (TABLE|MATERIALIZED VIEW) /, 'CREATE $1 IF NOT EXISTS ');
