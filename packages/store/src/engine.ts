import { type Store, selectRows } from './connect.js';

/** What one engine says of itself. Sizes are bytes. */
export interface Engine {
  /** Such as 26.7.2.1. */
  version: string;
  /** Its own clock, Unix ms. */
  clockMs: number;
  /** What its logs of itself take, which nobody asked it to keep. */
  systemLogBytes: number;
  /** The fullest of its disks. */
  disk: { name: string; freeBytes: number; totalBytes: number };
}

/** Every node's engine, in the order of the nodes. @throws when one does not answer. */
export async function describeEngines(store: Store): Promise<Engine[]> {
  return Promise.all(
    store.nodes.map(async (node) => {
      const [row] = await selectRows<Record<keyof Omit<Engine, 'disk'>, string | number>>(
        node,
        `SELECT version() AS version, toUnixTimestamp64Milli(now64(3)) AS clockMs,
          (SELECT sum(bytes_on_disk) FROM system.parts WHERE database = 'system' AND active) AS systemLogBytes`,
      );
      const [disk] = await selectRows<{ name: string; freeBytes: string | number; totalBytes: string | number }>(
        node,
        'SELECT name, free_space AS freeBytes, total_space AS totalBytes FROM system.disks ORDER BY free_space / total_space LIMIT 1',
      );
      return {
        version: String(row?.version),
        clockMs: Number(row?.clockMs),
        systemLogBytes: Number(row?.systemLogBytes),
        disk: {
          name: String(disk?.name),
          freeBytes: Number(disk?.freeBytes),
          totalBytes: Number(disk?.totalBytes),
        },
      };
    }),
  );
}
