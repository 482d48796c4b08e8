import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectStore, selectRows } from './connect.js';
import { insertBlock, type StoredBatch } from './insert-block.js';
import { dropPastEvents, pastAt } from './keep.js';
import { migrate } from './migrate.js';
import { tellBefore } from './testing/tell-before.js';

const DAY_MS = 86_400_000;
const OCTOBER = Date.UTC(2025, 9, 10, 4);
const NOW = Date.UTC(2026, 2, 20, 4);
const [SHOP, ARCHIVE] = ['wx00000000000000aa', 'wx00000000000000bb'] as const;

const directory = mkdtempSync(join(tmpdir(), 'minilens-keep-'));
const store = connectStore({ path: directory });
/** Does the dropping; of every statement that changes something, `before` is told first. */
const dropping = connectStore({ path: directory });
let before: (statement: string) => unknown = () => {};
tellBefore(dropping, (statement) => before(statement));
beforeAll(() => migrate(store));
afterAll(async () => {
  await dropping.close();
  await store.close();
  rmSync(directory, { recursive: true });
});

let sessions = 0;
function load(app: string, at: number) {
  const batch = {
    ...{ app, agent: '0.1.0', ip: '', receivedAt: at, skewMs: 0, sessionAt: at, device: { model: 'one' } },
    session: { id: `session-${++sessions}`, user: 'user-one' },
    events: [{ n: 1, at, kind: 'launch' }],
  } as StoredBatch;
  return insertBlock(store, { token: `block-${sessions}`, batches: [JSON.stringify(batch)] });
}
const countEvents = async (app: string) =>
  Number(
    (await selectRows<{ n: number }>(store, 'SELECT count() AS n FROM events WHERE app = {app:String}', { app }))[0]?.n,
  );
const dropPast = () =>
  dropPastEvents(
    dropping,
    new Map([
      [SHOP, pastAt(NOW, 90)],
      [ARCHIVE, pastAt(NOW, 365)],
    ]),
  );

test('what another app is given of a month, at the moment the month goes, stays', async () => {
  await load(SHOP, OCTOBER);
  let given = 0;
  before = async (statement) => {
    if (!statement.includes('ALTER TABLE events DROP') || given++ > 0) return;
    await load(ARCHIVE, OCTOBER + DAY_MS);
  };
  expect(await dropPast()).toBe(1);
  expect([given, await countEvents(SHOP), await countEvents(ARCHIVE)]).toEqual([1, 0, 1]);
});

test('parts that are merged while they are about to go are looked for again', async () => {
  await load(SHOP, OCTOBER - 31 * DAY_MS);
  await load(SHOP, OCTOBER - 32 * DAY_MS);
  let merges = 0;
  before = async (statement) => {
    if (!statement.includes('ALTER TABLE events DROP') || merges++ > 0) return;
    await store.run((client) => client.command({ query: 'OPTIMIZE TABLE events PARTITION 202509 FINAL' }));
  };
  expect(await dropPast()).toBe(2);
  expect(await countEvents(SHOP)).toBe(0);
  expect(merges).toBeGreaterThan(1);
});
