import { execute, type Store, selectRows } from './connect.js';

/**
 * Waits until a replica has what the others of its shard have: what it has not fetched yet would look as if it were
 * nowhere. @throws when that takes too long.
 */
export async function catchUp(node: Store, table: 'events' | 'user_firsts'): Promise<void> {
  const replicated = await selectRows(
    node,
    `SELECT name FROM system.tables
    WHERE database = currentDatabase() AND name = {table:String} AND startsWith(engine, 'Replicated')`,
    { table },
  );
  if (replicated.length > 0) await execute(node, `SYSTEM SYNC REPLICA ${table} LIGHTWEIGHT`);
}
