import { expect, test } from 'vitest';
import { createTokenStore } from './access-tokens.js';
import { openTokenTable } from './token-table.fixture.js';

const APPID = 'wx0123456789abcdef';
const NOW = Date.UTC(2026, 10, 22, 4);
const SECOND_MS = 1000;
const LIFE_MS = 7_200 * SECOND_MS;
const OVERLAP_MS = 300 * SECOND_MS;
const DAY_MS = 86_400_000;

async function openStore() {
  const db = await openTokenTable();
  return { db, tokens: createTokenStore(db) };
}

test('a token looks like the platform’s and is stored only as a hash', async () => {
  const { db, tokens } = await openStore();
  const token = await tokens.issue(APPID, NOW);
  expect(token).toMatch(/^[0-9]+_[A-Za-z0-9_-]{130}$/);
  const stored = JSON.stringify(await db.selectFrom('access_tokens').selectAll().execute());
  expect(stored).toContain(APPID);
  expect(stored).not.toContain(token);
});

test('a token is valid for two hours, then expired, and forgotten a day later when the next is issued', async () => {
  const { tokens } = await openStore();
  const token = await tokens.issue(APPID, NOW);
  expect(await tokens.find(token, NOW)).toMatchObject({ appid: APPID });
  expect(await tokens.find(token, NOW + LIFE_MS - 1)).toMatchObject({ appid: APPID });
  expect(await tokens.find(token, NOW + LIFE_MS)).toBe('expired');

  await tokens.issue('wxfedcba9876543210', NOW + LIFE_MS + DAY_MS);
  expect(await tokens.find(token, NOW + LIFE_MS + DAY_MS)).toBe('expired');
  await tokens.issue('wxfedcba9876543210', NOW + LIFE_MS + DAY_MS + 1);
  expect(await tokens.find(token, NOW + LIFE_MS + DAY_MS + 1)).toBe('invalid');
});

test('a superseded token stays valid for five minutes, however often a newer one is issued', async () => {
  const { tokens } = await openStore();
  const first = await tokens.issue(APPID, NOW);
  const second = await tokens.issue(APPID, NOW + 10_000);
  const third = await tokens.issue(APPID, NOW + 20_000);
  expect(new Set([first, second, third]).size).toBe(3);
  expect(await tokens.find(first, NOW + 10_000 + OVERLAP_MS - 1)).toMatchObject({ appid: APPID });
  expect(await tokens.find(first, NOW + 10_000 + OVERLAP_MS)).toBe('invalid');
  expect(await tokens.find(second, NOW + 10_000 + OVERLAP_MS)).toMatchObject({ appid: APPID });
  expect(await tokens.find(third, NOW + 20_000 + OVERLAP_MS)).toMatchObject({ appid: APPID });
});

test('being superseded never lengthens a token’s life', async () => {
  const { tokens } = await openStore();
  const first = await tokens.issue(APPID, NOW);
  await tokens.issue(APPID, NOW + LIFE_MS - SECOND_MS);
  expect(await tokens.find(first, NOW + LIFE_MS)).toBe('expired');
});

test('apps do not touch each other’s tokens', async () => {
  const { tokens } = await openStore();
  const mine = await tokens.issue(APPID, NOW);
  const theirs = await tokens.issue('wxfedcba9876543210', NOW);
  await tokens.revoke('wxfedcba9876543210');
  expect(await tokens.find(mine, NOW + OVERLAP_MS)).toMatchObject({ appid: APPID });
  expect(await tokens.find(theirs, NOW)).toBe('invalid');
});

test('tokens asked for at the same moment are all different and all valid', async () => {
  const { tokens } = await openStore();
  const issued = await Promise.all(Array.from({ length: 20 }, () => tokens.issue(APPID, NOW)));
  expect(new Set(issued).size).toBe(20);
  for (const token of issued) expect(await tokens.find(token, NOW)).toMatchObject({ appid: APPID });
});
