import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Db } from '../db/connect.js';
import { openTestDb } from '../testing/database.js';
import { type Account, type Accounts, createAccounts } from './accounts.js';
import { createApps } from './apps.js';
import { createInvitations, type Invitations } from './invitations.js';
import { createMembers, type Members } from './members.js';

const NOW = Date.UTC(2026, 10, 29, 4);
const DAY_MS = 86_400_000;
const SHOP = 'wx00000000000000aa';
const OTHER = 'wx00000000000000bb';

let db: Db;
let clock = NOW;
let accounts: Accounts;
let members: Members;
let invitations: Invitations;
let ada: Account;
let ben: Account;
beforeAll(async () => {
  db = await openTestDb();
  accounts = createAccounts(db, () => clock);
  members = createMembers(db, () => clock);
  invitations = createInvitations(db, { accounts, members }, () => clock);
  for (const appid of [SHOP, OTHER]) await createApps(db, () => clock).add(appid, appid);
});
afterAll(() => db.destroy());
beforeEach(async () => {
  await db.deleteFrom('users').execute();
  clock = NOW;
  ada = await accounts.create(db, { login: 'ada', role: 'member', passwordHash: '' });
  ben = await accounts.create(db, { login: 'ben', role: 'member', passwordHash: '' });
  await members.add(db, ada.id, SHOP, 'owner');
});

test('a role is one app’s, and an administrator owns every app', async () => {
  expect(await members.roleOf(ada, SHOP)).toBe('owner');
  expect(await members.roleOf(ada, OTHER)).toBeUndefined();
  expect(await members.roleOf(ben, SHOP)).toBeUndefined();
  const admin = await accounts.create(db, { login: 'admin', role: 'administrator', passwordHash: '' });
  expect(await members.roleOf(admin, OTHER)).toBe('owner');
});

test('the last owner of an app stays one', async () => {
  const refused = { code: 'LAST_OWNER' };
  await expect(members.remove(SHOP, ada.id)).rejects.toMatchObject(refused);
  await expect(members.change(SHOP, ada.id, 'editor')).rejects.toMatchObject(refused);
  await members.add(db, ben.id, SHOP, 'viewer');
  await expect(members.remove(SHOP, ada.id)).rejects.toMatchObject(refused);
  expect(await members.change(SHOP, ben.id, 'owner')).toBe('ben');
  expect(await members.remove(SHOP, ada.id)).toBe('ada');
  expect(await members.list(SHOP)).toEqual([{ id: ben.id, login: 'ben', role: 'owner', since: NOW }]);
});

test('of two owners who leave at once, one stays', async () => {
  await members.add(db, ben.id, SHOP, 'owner');
  const left = await Promise.allSettled([members.remove(SHOP, ada.id), members.remove(SHOP, ben.id)]);
  expect(left.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(await members.list(SHOP)).toHaveLength(1);
});

test('who has no part in an app is not there to be changed', async () => {
  await expect(members.change(SHOP, ben.id, 'viewer')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(members.remove(OTHER, ada.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('an invitation works once', async () => {
  const { token, endsAt } = await invitations.toApp(SHOP, 'editor', ada.id);
  expect(endsAt).toBe(NOW + 7 * DAY_MS);
  expect(await invitations.look(token)).toEqual({
    app: { appid: SHOP, name: SHOP },
    role: 'editor',
    login: null,
    endsAt,
  });
  expect(await invitations.list(SHOP)).toMatchObject([{ role: 'editor', by: 'ada', endsAt }]);
  const cy = await accounts.create(db, { login: 'cy', role: 'member', passwordHash: '' });
  const joined = await Promise.allSettled([invitations.join(token, ben), invitations.join(token, cy)]);
  expect(joined.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  await expect(invitations.look(token)).rejects.toMatchObject({ code: 'LINK_ENDED' });
  expect(await members.list(SHOP)).toHaveLength(2);
});

test('an invitation ends after a week, when it is withdrawn, and with the part of who made it', async () => {
  const ended = { code: 'LINK_ENDED' };
  const old = await invitations.toApp(SHOP, 'viewer', ada.id);
  clock += 7 * DAY_MS;
  await expect(invitations.join(old.token, ben)).rejects.toMatchObject(ended);

  const withdrawn = await invitations.toApp(SHOP, 'viewer', ada.id);
  expect(await invitations.withdraw(OTHER, withdrawn.id)).toBe(false);
  expect(await invitations.withdraw(SHOP, withdrawn.id)).toBe(true);
  await expect(invitations.join(withdrawn.token, ben)).rejects.toMatchObject(ended);

  await members.add(db, ben.id, SHOP, 'owner');
  const ofBen = await invitations.toApp(SHOP, 'owner', ben.id);
  await members.change(SHOP, ben.id, 'viewer');
  await expect(invitations.look(ofBen.token)).rejects.toMatchObject(ended);
});

test('an invitation makes nobody less than they are', async () => {
  const { token } = await invitations.toApp(SHOP, 'viewer', undefined);
  await invitations.join(token, ada);
  expect(await members.roleOf(ada, SHOP)).toBe('owner');
  await members.add(db, ben.id, SHOP, 'viewer');
  await invitations.join((await invitations.toApp(SHOP, 'editor', ada.id)).token, ben);
  expect(await members.roleOf(ben, SHOP)).toBe('editor');
});

test('an invitation to an account gives it that name and that role, and leaves nothing when the name is taken', async () => {
  await expect(invitations.toServer('ada', 'member', undefined)).rejects.toMatchObject({ code: 'LOGIN_TAKEN' });
  const { token } = await invitations.toServer('cy', 'administrator', undefined);
  await expect(invitations.join(token, ben)).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  const made = await invitations.createAccount(token, { login: 'somebody', passwordHash: 'hash' });
  expect(made).toMatchObject({ account: { login: 'cy', role: 'administrator' }, appid: null });

  const toApp = await invitations.toApp(SHOP, 'viewer', ada.id);
  const wanted = { login: 'ben', passwordHash: 'hash' };
  await expect(invitations.createAccount(toApp.token, wanted)).rejects.toMatchObject({ code: 'LOGIN_TAKEN' });
  await expect(invitations.createAccount(toApp.token, { ...wanted, login: undefined })).rejects.toMatchObject({
    code: 'INVALID_REQUEST',
  });
  const { account } = await invitations.createAccount(toApp.token, { ...wanted, login: 'dee' });
  expect(account.role).toBe('member');
  expect(await members.roleOf(account, SHOP)).toBe('viewer');
});
