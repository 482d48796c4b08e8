import { type Store, selectRows } from './connect.js';

/**
 * Nodes of a cluster ask each other in the database that their user begins with, whatever the URLs say: the tables they
 * find there might be another's. @throws a sentence when the two differ.
 */
export async function refuseOtherDatabases(store: Store): Promise<void> {
  for (const node of store.cluster === undefined ? [] : store.nodes) {
    const [own] = await selectRows<{ name: string }>(node, 'SELECT currentDatabase() AS name');
    const asked = await selectRows<{ name: string }>(
      node,
      `SELECT DISTINCT name FROM ${store.everywhere('SELECT currentDatabase() AS name')}`,
    );
    const other = asked.find(({ name }) => name !== own?.name);
    if (other !== undefined)
      throw new Error(
        `MINILENS_CLICKHOUSE_URL names the database ${own?.name}, and the nodes of ${store.cluster} ask each other in ${other.name}. Leave the database out of the URLs.`,
      );
  }
}
