import { LRUCache } from 'lru-cache';

/** Rows that are remembered. */
const MAX_ROWS = 200_000;

/** Remembers what was read until something is written. */
export class Memory {
  #writes = 0;
  readonly #known = new LRUCache<string, { writes: number; rows: readonly unknown[] }>({
    maxSize: MAX_ROWS,
    sizeCalculation: ({ rows }) => 1 + rows.length,
  });

  /** Something was written. */
  forget(): void {
    this.#writes += 1;
  }

  async read<Row>(name: string, read: () => Promise<Row[]>): Promise<readonly Row[]> {
    const writes = this.#writes;
    const known = this.#known.get(name);
    if (known?.writes === writes) return known.rows as readonly Row[];
    // What is written while it is read may be in it or not: under the old number it is not found again.
    const rows = await read();
    this.#known.set(name, { writes, rows });
    return rows;
  }
}
