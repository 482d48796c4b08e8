import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Event } from '@minilens/wire/event';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { listBuckets, planBuckets } from './buckets.js';
import { connectStore, execute, selectRows } from './connect.js';
import { eraseUsers, findUsersByOpenid } from './erase.js';
import { insertBlock, type StoredBatch } from './insert-block.js';
import { migrate } from './migrate.js';
import { rollUp } from './roll-up.js';
import { tellBefore } from './testing/tell-before.js';

const NOON = Date.UTC(2026, 2, 2, 4);
const HOUR = 3_600_000;
const ASKED_AT = NOON + HOUR / 2;
const ANNA = 'user-anna';

const directory = mkdtempSync(join(tmpdir(), 'minilens-erase-'));
const store = connectStore({ path: directory });
/** Does the erasing; of every statement that changes something, `before` is told first. */
const erasing = connectStore({ path: directory });
let before: (statement: string) => unknown = () => {};
tellBefore(erasing, (statement) => before(statement));
beforeAll(() => migrate(store));
afterEach(() => {
  before = () => {};
});
afterAll(async () => {
  await erasing.close();
  await store.close();
  rmSync(directory, { recursive: true });
});

let sessions = 0;
const batchOf = (app: string, user: string, sessionAt: number, over: Partial<StoredBatch> = {}) =>
  JSON.stringify({
    app,
    agent: '0.1.0',
    ip: '',
    receivedAt: sessionAt,
    skewMs: 0,
    sessionAt,
    session: { id: `session-${++sessions}`, user },
    device: { model: 'one' },
    events: [{ n: 1, at: sessionAt, kind: 'launch' }],
    ...over,
  } satisfies StoredBatch);
const load = (...batches: string[]) => insertBlock(store, { token: `block-${++sessions}`, batches });

const erase = (app: string, users: readonly string[]) => {
  const hashes = users.map((user) => createHash('sha256').update(`${app} ${user}`).digest('hex'));
  return eraseUsers(erasing, { app, hashes, askedAt: ASKED_AT }, { from: 0 });
};

/** Tables of the app in which the user's id stands. */
async function tablesNaming(app: string, user: string) {
  const columns = { events: 'shared_by', user_firsts: '', drops: '', newcomer_hours: '', newcomer_model_hours: '' };
  const naming: string[] = [];
  for (const [table, other] of Object.entries(columns)) {
    const found = await selectRows(
      store,
      `SELECT 1 FROM ${table} WHERE app = {app:String} AND {user:String} IN (user_id${other && `, ${other}`}) LIMIT 1`,
      { app, user },
    );
    if (found.length > 0) naming.push(table);
  }
  return naming;
}

test('an erasure that was interrupted, at whichever mutation, finds its user by openid when it is run again', async () => {
  for (let step = 0, isWhole = false; !isWhole; step++) {
    const app = `wx${String(step).padStart(16, '0')}`;
    const saying = [{ n: 1, at: NOON, kind: 'user', openid: 'o-anna' }] satisfies Event[];
    const opening = [{ n: 1, at: NOON, kind: 'app_show', sharedBy: ANNA }] satisfies Event[];
    await load(
      batchOf(app, ANNA, NOON, { events: saying }),
      batchOf(app, ANNA, NOON, { events: [], dropped: [{ n: 1, reason: 'invalid' }] }),
      batchOf(app, 'user-bert', NOON, { events: opening }),
    );
    await rollUp(store, app, [NOON / 1000], () => 1_000);
    expect(await tablesNaming(app, ANNA)).toHaveLength(5);

    let left = step;
    before = (statement) => {
      if (statement.startsWith('ALTER') && left-- === 0) throw new Error('killed');
    };
    isWhole = await erase(app, [ANNA]).then(
      () => true,
      () => false,
    );
    before = () => {};
    const found = await findUsersByOpenid(store, app, 'o-anna');
    if (found.length > 0) await erase(app, found);
    expect(await tablesNaming(app, ANNA), `interrupted at mutation ${step}`).toEqual([]);
    if (isWhole) expect(step).toBeGreaterThan(5);
  }
});

test('a session that is loaded while its user is erased, and was begun since that was asked, is the first of its user', async () => {
  const app = 'wx00000000000000aa';
  const comesBackAt = NOON + 3 * HOUR;
  await load(batchOf(app, ANNA, NOON));
  before = async (statement) => {
    if (statement.startsWith('ALTER TABLE user_firsts')) await load(batchOf(app, ANNA, comesBackAt));
  };
  expect(await erase(app, [ANNA])).toMatchObject({ events: 1 });
  const firsts = await selectRows<{ at: number | string }>(
    store,
    'SELECT toUnixTimestamp64Milli(min(first_session_at)) AS at FROM user_firsts WHERE app = {app:String} GROUP BY user_id',
    { app },
  );
  expect(firsts.map(({ at }) => Number(at))).toEqual([comesBackAt]);
});

test('a large hour is answered from its events while somebody is being erased of it', async () => {
  const app = 'wx00000000000000ee';
  await load(batchOf(app, ANNA, NOON), batchOf(app, 'user-bert', NOON));
  await execute(
    store,
    'INSERT INTO buckets (app, hour, loads) SELECT {app:String}, toDateTime({hour:Int64}), 10000000',
    {
      app,
      hour: NOON / 1000,
    },
  );
  await rollUp(store, app, [NOON / 1000], () => Date.now() * 1000);
  const hoursOfEvents = async () => planBuckets(await listBuckets(store, app, 0, 4e12), 0).dirtyHours;
  expect(await hoursOfEvents()).toEqual([]);
  await erase(app, [ANNA]);
  expect(await hoursOfEvents()).toEqual([NOON / 1000]);
});

test('more users than one statement takes are erased all the same, and each is counted', async () => {
  const app = 'wx00000000000000ff';
  const users = Array.from({ length: 2_001 }, (_, index) => `user-${index}`);
  await load(...users.map((user) => batchOf(app, user, NOON)), batchOf(app, 'user-bert', NOON));
  const statements: string[] = [];
  before = (statement) => statements.push(statement);
  expect(await erase(app, users)).toEqual({ events: 2_001, sessions: 2_001, hours: [NOON / 1000] });
  expect(statements.filter((statement) => statement.startsWith('ALTER TABLE events DELETE'))).toHaveLength(3);
  expect(await selectRows(store, 'SELECT DISTINCT user_id FROM events WHERE app = {app:String}', { app })).toEqual([
    { user_id: 'user-bert' },
  ]);
});
