import { expect, test } from 'vitest';
import { newestFirst } from './newest-first.js';

const HOUR_MS = 3_600_000;
const TO = 1_000 * HOUR_MS;

/** Looks for moments, and notes how far back each look went. Unit: hours. */
async function looking(moments: readonly number[], from: number, wanted: number, now = TO) {
  const looks: number[] = [];
  const found = await newestFirst({ from, to: TO, now }, wanted, async (since) => {
    looks.push((TO - since) / HOUR_MS);
    return moments.filter((moment) => moment >= since).slice(0, wanted);
  });
  return { found, looks };
}

test('a full page of the last hour is found without looking further', async () => {
  expect(await looking([TO - 1, TO - 2, 0], 0, 2)).toEqual({ found: [TO - 1, TO - 2], looks: [1] });
});

test('it looks back in growing steps until the page is full', async () => {
  const moments = [TO - 1, TO - 20 * HOUR_MS, TO - 900 * HOUR_MS];
  expect(await looking(moments, 0, 2)).toEqual({ found: moments.slice(0, 2), looks: [1, 8, 64] });
});

test('it ends where the stretch begins, and never looks before it', async () => {
  expect(await looking([TO - 1, 0], TO - 100 * HOUR_MS, 5)).toEqual({ found: [TO - 1], looks: [1, 8, 64, 100] });
  expect(await looking([], TO - HOUR_MS / 2, 5)).toEqual({ found: [], looks: [0.5] });
  expect(await looking([], TO, 5)).toEqual({ found: [], looks: [0] });
});

test('where the stretch ends later than now, it looks back from now', async () => {
  const now = TO - 9 * HOUR_MS;
  expect(await looking([now - 1], 0, 1, now)).toEqual({ found: [now - 1], looks: [10] });
  // What a wrong clock put behind it is found all the same.
  expect(await looking([TO - 1, now - 1], 0, 2, now)).toEqual({ found: [TO - 1, now - 1], looks: [10] });
});

test('a stretch that has not begun is looked through whole', async () => {
  expect(await looking([TO - 1], TO - HOUR_MS, 1, 0)).toEqual({ found: [TO - 1], looks: [1] });
});
