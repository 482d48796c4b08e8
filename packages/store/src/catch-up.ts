import { execute, type Store, selectRows } from './connect.js';

/**
 * Waits until a replica has what the others of its shard have: what it has not fetched yet would look as if it were
 * nowhere. @throws when that takes too long.
 */
export async function catchUp(node: Store, ...tables: readonly ('events' | 'drops' | 'user_firsts')[]): Promise<void> {
  const replicated = await selectRows<{ name: string }>(
    node,
    `SELECT name FROM system.tables
    WHERE database = currentDatabase() AND name IN {tables:Array(String)} AND startsWith(engine, 'Replicated')`,
    { tables },
  );
  for (const { name } of replicated) await execute(node, `SYSTEM SYNC REPLICA ${name} LIGHTWEIGHT`);
}
