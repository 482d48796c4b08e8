import { expect, test } from 'vitest';
import { openTestDb } from '../testing/database.js';
import { createRollupIds } from './rollup-ids.js';

const NOW = Date.UTC(2026, 2, 2, 4);

test('ids say when, and processes that ask at once get different ones', async () => {
  const db = await openTestDb();
  const [a, b] = [createRollupIds(db, () => NOW), createRollupIds(db, () => NOW)];
  expect(await a(24)).toBe(NOW * 1000);
  const firsts = await Promise.all(Array.from({ length: 20 }, (_, i) => (i % 2 ? a : b)(24)));
  expect(firsts.sort((x, y) => x - y)).toEqual(Array.from({ length: 20 }, (_, i) => NOW * 1000 + 24 * (i + 1)));
  await db.destroy();
});

test('ids grow when the clock goes on, stands still, goes back, or is that of another process', async () => {
  const db = await openTestDb();
  const clock = { now: NOW };
  const [ours, behind] = [createRollupIds(db, () => clock.now), createRollupIds(db, () => NOW - 3_600_000)];
  const ids = [];
  for (const now of [NOW, NOW, NOW + 5, NOW - 60_000]) {
    clock.now = now;
    ids.push(await ours(3), await behind(1));
  }
  expect(ids).toEqual([...ids].sort((x, y) => x - y));
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids[4]).toBe((NOW + 5) * 1000);
  await db.destroy();
});
