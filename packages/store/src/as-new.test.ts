import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asNew } from './as-new.js';
import { connectStore, execute, type Store, selectRows } from './connect.js';

const directory = mkdtempSync(join(tmpdir(), 'minilens-store-'));
let store: Store;
beforeAll(async () => {
  store = connectStore({ path: directory });
  await execute(
    store,
    'CREATE TABLE told (a UInt64) ENGINE = MergeTree ORDER BY a SETTINGS non_replicated_deduplication_window = 100',
  );
});
afterAll(async () => {
  await execute(store, 'SET deduplicate_insert = DEFAULT, deduplicate_insert_select = DEFAULT');
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

test.each([
  ['enable', 'enable_when_possible'],
  ['enable', 'enable_even_for_bad_queries'],
  ['enable', 'force_enable'],
  ['backward_compatible_choice', 'enable_even_for_bad_queries'],
  ['disable', 'disable'],
])('equal rows count again where a server leaves repeats out by %s and %s', async (inserts, selects) => {
  await execute(store, `SET deduplicate_insert = '${inserts}', deduplicate_insert_select = '${selects}'`);
  await execute(store, 'TRUNCATE TABLE told');
  for (let again = 0; again < 2; again++) {
    await execute(store, `INSERT INTO told (a) SETTINGS ${asNew()} FORMAT JSONEachRow {"a": 1}`);
    await execute(store, `INSERT INTO told (a) SETTINGS ${asNew()} SELECT 2`);
    // As a file of a backup with equal blocks.
    await execute(
      store,
      `INSERT INTO told (a) SETTINGS ${asNew()}, max_block_size = 1, min_insert_block_size_rows = 1 SELECT 3 FROM numbers(2) ORDER BY ALL`,
    );
  }
  expect(await selectRows(store, 'SELECT a, count() AS rows FROM told GROUP BY a ORDER BY a')).toEqual([
    { a: 1, rows: 2 },
    { a: 2, rows: 2 },
    { a: 3, rows: 4 },
  ]);
});
