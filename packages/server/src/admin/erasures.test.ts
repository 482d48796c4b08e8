import type { NewApp } from '@minilens/wire/report-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Db } from '../db/connect.js';
import { startTestServer, type TestServer } from '../testing/server.js';
import { createErasures, type Erasures, hashUser } from './erasures.js';

const NOW = Date.UTC(2026, 2, 2, 4);
const HOUR = NOW / 1000;

let server: TestServer;
let db: Db;
let shop: NewApp;
let other: NewApp;
const clock = { now: NOW };
let erasures: Erasures;
beforeAll(async () => {
  server = await startTestServer(NOW);
  db = await server.openDb();
  [shop, other] = [await server.addApp('wx00000000000000aa'), await server.addApp('wx00000000000000bb')];
  erasures = createErasures(db, () => clock.now);
});
afterAll(async () => {
  await db.destroy();
  await server.stop();
});

test('an erasure is open until it is closed, with its users and the hours that were noted', async () => {
  const erasure = await erasures.add(shop.appid, ['anna', 'bert']);
  const elsewhere = await erasures.add(other.appid, ['anna']);
  clock.now += 1;
  expect(await erasures.listOpen(NOW)).toEqual([]);
  expect(await erasures.listOpen(clock.now)).toEqual(expect.arrayContaining([erasure, elsewhere]));

  const hashes = ['anna', 'bert'].map((user) => hashUser(shop.appid, user)).sort();
  const open = async () => {
    const { hashes, hours } = (await erasures.readOpen(erasure)) ?? expect.fail('It is closed');
    return { hashes: hashes.sort(), hours };
  };
  expect(await open()).toEqual({ hashes, hours: [] });
  await erasures.noteHours(shop.appid, hashes, [HOUR, HOUR + 3_600]);
  expect(await open()).toEqual({ hashes, hours: [HOUR, HOUR + 3_600] });

  await erasures.close(erasure);
  await erasures.noteHours(shop.appid, hashes, [HOUR]);
  expect(await erasures.readOpen(erasure)).toBeUndefined();
  expect(await erasures.listOpen(clock.now)).toEqual([elsewhere]);
  expect((await erasures.of(shop.appid)).size).toBe(2);
  await erasures.close(elsewhere);
});

test('whoever is erased again takes along the hours of an erasure that was interrupted', async () => {
  const hashes = [hashUser(shop.appid, 'anna')];
  await erasures.add(shop.appid, ['anna']);
  await erasures.noteHours(shop.appid, hashes, [HOUR]);
  clock.now += 60_000;
  const again = await erasures.add(shop.appid, ['anna']);
  expect(await erasures.readOpen(again)).toEqual({ hashes, hours: [HOUR] });
  expect(await erasures.listOpen(clock.now + 1)).toEqual([again]);
});
