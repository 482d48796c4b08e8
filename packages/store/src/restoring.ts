import { execute, type Store, selectRows } from './connect.js';

/**
 * While a store on servers is being restored an empty table stands on every node, so that no process takes what is there
 * by then for all of it.
 */
const MARKER = 'restoring';

export async function markRestoring(store: Store): Promise<void> {
  for (const node of store.nodes)
    await execute(node, `CREATE TABLE IF NOT EXISTS ${MARKER} (nothing UInt8) ENGINE = MergeTree ORDER BY tuple()`);
}

/** Whether a restore into it has begun and is not over. @throws when a node does not answer. */
export async function isRestoring(store: Store): Promise<boolean> {
  for (const node of store.nodes) {
    const found = await selectRows(
      node,
      'SELECT name FROM system.tables WHERE database = currentDatabase() AND name = {marker:String}',
      { marker: MARKER },
    );
    if (found.length > 0) return true;
  }
  return false;
}

export async function markRestored(store: Store): Promise<void> {
  for (const node of store.nodes) await execute(node, `DROP TABLE IF EXISTS ${MARKER} SYNC`);
}
