import { TOTP } from 'otpauth';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Db } from '../db/connect.js';
import { createSealedColumns } from '../db/sealed-columns.js';
import { openTestDb } from '../testing/database.js';
import { type Account, createAccounts } from './accounts.js';
import { createSecondFactors, type SecondFactors } from './second-factor.js';

const NOW = Date.UTC(2026, 10, 29, 4);
const PERIOD_MS = 30_000;

let db: Db;
let clock = NOW;
let factors: SecondFactors;
let account: Account;
beforeAll(async () => {
  db = await openTestDb();
  factors = createSecondFactors(db, createSealedColumns(Buffer.alloc(32, 1)), () => clock);
});
afterAll(() => db.destroy());
beforeEach(async () => {
  await db.deleteFrom('users').execute();
  account = await createAccounts(db, () => clock).create(db, { login: 'lin', role: 'member', passwordHash: '' });
  clock = NOW;
});

const codeAt = (secret: string, timestamp: number) => TOTP.generate({ secret: new TOTP({ secret }).secret, timestamp });
const turnOn = async () => {
  const { secret } = await factors.enrol(account);
  const codes = await factors.confirm(account, codeAt(secret, clock));
  clock += PERIOD_MS;
  return { secret, codes };
};

test('it is on when its owner has shown that they can make codes, and not before', async () => {
  const { secret, uri } = await factors.enrol(account);
  expect(uri).toBe(`otpauth://totp/Minilens:lin?issuer=Minilens&secret=${secret}&algorithm=SHA1&digits=6&period=30`);
  expect(await factors.isOn(account)).toBe(false);
  expect(await factors.use(account, codeAt(secret, clock))).toBe(false);
  await expect(factors.confirm(account, '000000')).rejects.toMatchObject({ code: 'SECOND_FACTOR' });
  expect(await factors.confirm(account, codeAt(secret, clock))).toHaveLength(10);
  expect(await factors.isOn(account)).toBe(true);
  await expect(factors.enrol(account)).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
});

test('of its secret nothing is readable in the database', async () => {
  const { secret } = await turnOn();
  const rows = JSON.stringify(await db.selectFrom('second_factors').selectAll().execute());
  expect(rows).not.toContain(secret);
});

test('a code counts in its half minute and the two beside it, and no code twice', async () => {
  const { secret } = await turnOn();
  for (const [offMs, isRight] of [
    [-2 * PERIOD_MS, false],
    [2 * PERIOD_MS, false],
    [-PERIOD_MS, false],
    [0, true],
    [0, false],
    [PERIOD_MS, true],
    [PERIOD_MS, false],
    // What is older than a code that was used does not count any more.
    [0, false],
  ] as const)
    expect([offMs, await factors.use(account, codeAt(secret, clock + offMs))]).toEqual([offMs, isRight]);
});

test('of two who bring the same code at once, one gets in', async () => {
  const { secret, codes } = await turnOn();
  for (const code of [codeAt(secret, clock), codes[0] as string]) {
    const used = await Promise.all([factors.use(account, code), factors.use(account, code)]);
    expect(used.sort()).toEqual([false, true]);
  }
});

test('a recovery code works once, however it is typed, and for its owner alone', async () => {
  const { codes } = await turnOn();
  const other = await createAccounts(db, () => clock).create(db, { login: 'other', role: 'member', passwordHash: '' });
  const [first = '', second = ''] = codes;
  expect(first).toMatch(/^[a-z2-7]{4}(-[a-z2-7]{4}){3}$/);
  expect(await factors.use(other, first)).toBe(false);
  expect(await factors.use(account, first.toUpperCase().replaceAll('-', ' '))).toBe(true);
  expect(await factors.use(account, first)).toBe(false);
  expect(await factors.use(account, second)).toBe(true);
});

test('recovery codes still work where the server has lost its key', async () => {
  const { secret, codes } = await turnOn();
  const keyless = createSecondFactors(db, createSealedColumns(Buffer.alloc(32, 2)), () => clock);
  await expect(keyless.use(account, codeAt(secret, clock))).rejects.toThrow(/Use a recovery code/);
  expect([await factors.lost(), await keyless.lost()]).toEqual([[], ['lin']]);
  expect(await keyless.use(account, codes[0] as string)).toBe(true);
});

test('what is turned off leaves no code behind, and begins anew', async () => {
  const { secret, codes } = await turnOn();
  await factors.disable(account);
  expect(await factors.isOn(account)).toBe(false);
  expect(await factors.use(account, codes[0] as string)).toBe(false);
  expect((await factors.enrol(account)).secret).not.toBe(secret);
});
