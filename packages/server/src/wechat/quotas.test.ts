import { expect, test } from 'vitest';
import { openTestDb } from '../testing/database.js';
import { createQuotas, type Quotas } from './quotas.js';

const APPID = 'wx0123456789abcdef';
const PATH = '/datacube/getweanalysisappiddailyvisittrend';
const NOW = Date.UTC(2026, 10, 22, 4);
const LIMITS = { daily: 10, minute: 1_000 };

const spend = (quotas: Quotas, times = 1) =>
  Promise.all(Array.from({ length: times }, () => quotas.spend(APPID, PATH, LIMITS, NOW)));
const isRefused = (quotas: Quotas) =>
  spend(quotas).then(
    () => false,
    (error) => error.errcode === 45009,
  );

test('two processes learn of each other’s calls when they tell the database, and none is counted twice', async () => {
  const db = await openTestDb();
  const [one, two] = [createQuotas(db), createQuotas(db)];
  await spend(one, 4);
  await spend(two, 4);
  await Promise.all([one.flush(), one.flush(), two.flush()]);
  expect(await one.used(APPID, PATH, NOW)).toBe(8);
  expect(await two.used(APPID, PATH, NOW)).toBe(8);
  await spend(one, 2);
  expect(await isRefused(one)).toBe(true);
  await one.flush();
  await two.used(APPID, PATH, NOW);
  expect(await isRefused(two)).toBe(true);
  expect(await createQuotas(db).used(APPID, PATH, NOW)).toBe(10);
  await db.destroy();
});

test('a process that refuses hears of it when another clears the quota', async () => {
  const db = await openTestDb();
  const [one, two] = [createQuotas(db), createQuotas(db)];
  await spend(one, 10);
  await one.flush();
  expect(await isRefused(two)).toBe(true);
  await one.clear(APPID, NOW);
  expect(await isRefused(two)).toBe(true);
  await two.flush();
  expect(await isRefused(two)).toBe(false);
  await db.destroy();
});

test('what is counted while it is told is told the next time', async () => {
  const db = await openTestDb();
  const quotas = createQuotas(db);
  await spend(quotas, 3);
  const telling = quotas.flush();
  await spend(quotas, 2);
  await telling;
  expect(await quotas.used(APPID, PATH, NOW)).toBe(5);
  await db.destroy();
});

test('usage of days long past is forgotten', async () => {
  const db = await openTestDb();
  const quotas = createQuotas(db);
  await spend(quotas, 3);
  await quotas.flush();
  await quotas.forget(NOW + 8 * 86_400_000);
  expect(await db.selectFrom('api_usage').selectAll().execute()).toEqual([]);
  await db.destroy();
});
