import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectStore, execute, selectRows } from './connect.js';
import { insertBlock } from './insert-block.js';
import { migrate } from './migrate.js';
import { rollUp, sweepRollups } from './roll-up.js';

const APP = 'wx00000000000000aa';
const NOON = Date.UTC(2026, 2, 2, 4);

const directory = mkdtempSync(join(tmpdir(), 'minilens-roll-up-'));
const store = connectStore({ path: directory });
beforeAll(() => migrate(store));
afterAll(async () => {
  await store.close();
  rmSync(directory, { recursive: true });
});

test('a sweep leaves a rollup that is not in force yet, and takes it when nothing came of it', async () => {
  const session = { id: 'session-1', user: 'user-one' };
  const head = { app: APP, agent: '0.1.0', ip: '', receivedAt: NOON, skewMs: 0, sessionAt: NOON, session, device: {} };
  const batch = JSON.stringify({ ...head, events: [{ n: 1, at: NOON, kind: 'launch' }] });
  await insertBlock(store, { token: 'block-1', batches: [batch] });
  for (const id of [1_000, 2_000]) await rollUp(store, APP, [NOON / 1000], () => id);
  // As one that is being computed, and whose last step is still to come.
  await execute(
    store,
    'INSERT INTO visit_hours SELECT * REPLACE (3000 AS rollup_id) FROM (SELECT * FROM visit_hours WHERE rollup_id = 2000)',
  );

  const ids = async () => {
    const rows = await selectRows<{ id: number | string }>(
      store,
      'SELECT rollup_id AS id FROM visit_hours ORDER BY id',
    );
    return rows.map(({ id }) => Number(id));
  };
  expect(await ids()).toEqual([1_000, 2_000, 3_000]);
  await sweepRollups(store, 2_500);
  await expect.poll(ids).toEqual([2_000, 3_000]);
  await sweepRollups(store, 3_500);
  await expect.poll(ids).toEqual([2_000]);
});
