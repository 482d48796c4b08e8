import type { StoredBatch } from '@minilens/store/insert-block';
import { Kysely, PostgresDialect, type PostgresPoolClient, sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { connectPostgres, type Db } from '../db/connect.js';
import { openPool } from '../db/postgres.js';
import type { Tables } from '../db/tables.js';
import { createDatabase, type Postgres, startPostgres } from '../testing/postgres.js';
import { openLedger } from './session-ledger.js';
import { createSharedLedger, type SharedLedger, takeOver } from './shared-ledger.js';
import type { Block } from './spool.js';

const APP = 'wx00000000000000aa';
const DAY_MS = 86_400_000;
const START = Date.UTC(2026, 2, 2, 4);

let postgres: Postgres;
let url: string;
let db: Db;
let ledger: SharedLedger;
beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterAll(() => postgres.remove());
beforeEach(async () => {
  url = await createDatabase(postgres.url);
  db = await connectPostgres(url);
  ledger = createSharedLedger(db);
  return () => db.destroy();
});

interface Batch {
  session: string;
  numbers: number[];
  sessionAt?: number;
  receivedAt?: number;
}

const batchOf = ({ session, numbers, sessionAt = START, receivedAt = START }: Batch): StoredBatch => ({
  app: APP,
  agent: 'test',
  ip: '',
  receivedAt,
  skewMs: 0,
  sessionAt,
  session: { id: session, user: 'user-00000001' },
  device: {},
  events: numbers.map((n) => ({ n, at: START + n, kind: 'launch' })),
});

let keys = 0;
function blockOf(spool: string, ...batches: Batch[]): Block {
  const first = ++keys;
  const texts = batches.map((batch) => JSON.stringify(batchOf(batch)));
  return { spool, token: `${spool}-${first}`, first, last: first, batches: texts, mayBeStored: false };
}

/** The numbers that a block may bring, by session. */
async function settle(block: Block, by = ledger) {
  const { batches, duplicates } = await by.settle(block);
  // What is left out keeps its place in the block.
  expect(batches).toHaveLength(block.batches.length);
  const stored = batches.filter((text) => text.length > 0).map((text) => JSON.parse(String(text)) as StoredBatch);
  return {
    stored: stored.map(({ session, events }) => [session.id, ...events.map(({ n }) => n)]),
    startsAt: stored.map(({ sessionAt }) => sessionAt),
    duplicates,
  };
}

test('a block of sessions that nobody else has passes unchanged, byte by byte', async () => {
  const block = blockOf(
    'a',
    { session: 'one', numbers: [1, 2] },
    { session: 'two', numbers: [1] },
    { session: 'one', numbers: [3] },
  );
  expect(await ledger.settle(block)).toEqual({ batches: block.batches, duplicates: 0 });
  const next = blockOf('a', { session: 'one', numbers: [4, 5] });
  expect(await ledger.settle(next)).toEqual({ batches: next.batches, duplicates: 0 });
});

test('what another collector brought before is taken out, a late batch fills its gap, and an empty batch leaves', async () => {
  await settle(blockOf('a', { session: 'one', numbers: [1, 2, 5, 6] }));
  expect(
    await settle(
      blockOf(
        'b',
        { session: 'one', numbers: [1, 2] },
        { session: 'one', numbers: [2, 3, 4, 5] },
        { session: 'one', numbers: [6, 7] },
      ),
    ),
  ).toMatchObject({
    stored: [
      ['one', 3, 4],
      ['one', 7],
    ],
    duplicates: 5,
  });
  expect(await settle(blockOf('a', { session: 'one', numbers: [3, 7, 8] }))).toMatchObject({ stored: [['one', 8]] });
});

test('the start of a session is the one that the first block gave it', async () => {
  await settle(blockOf('a', { session: 'one', numbers: [1], sessionAt: START }));
  const block = blockOf(
    'b',
    { session: 'one', numbers: [2], sessionAt: START + 3_600_000 },
    { session: 'two', numbers: [1], sessionAt: START + 5 },
    { session: 'two', numbers: [2], sessionAt: START + 6 },
  );
  expect((await settle(block)).startsAt).toEqual([START, START + 5, START + 5]);
});

test('a block that is tried again gets the answer of its first time, also from another process', async () => {
  await settle(blockOf('a', { session: 'one', numbers: [1, 2], sessionAt: START }));
  const block = blockOf(
    'b',
    { session: 'one', numbers: [2, 3], sessionAt: START + 7 },
    { session: 'two', numbers: [1] },
  );
  const first = await ledger.settle(block);
  await settle(blockOf('a', { session: 'one', numbers: [3, 4] }, { session: 'two', numbers: [1] }));
  const restarted = await connectPostgres(url);
  expect(await createSharedLedger(restarted).settle(block)).toEqual(first);
  await restarted.destroy();
  expect(await settle(block)).toMatchObject({
    stored: [
      ['one', 3],
      ['two', 1],
    ],
    duplicates: 1,
  });
});

/** A connection that breaks when it has asked for a commit, and the commit, which the server carries out all the same. */
function connectBreaking() {
  const pool = openPool(url);
  let commit: () => Promise<unknown> = () => expect.fail('Nothing was to be committed');
  const connect = async () => {
    const client = await pool.connect();
    let isBroken = false;
    const query = async (text: string, values: unknown[]) => {
      if (isBroken) throw new Error('Connection terminated');
      if (text !== 'commit') return client.query(text, values);
      isBroken = true;
      commit = () => client.query(text, []).finally(() => client.release());
      throw new Error('Connection terminated');
    };
    return { query, release: () => isBroken || client.release() } as unknown as PostgresPoolClient;
  };
  const broken: Db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: { connect, end: () => pool.end() } }) });
  return { broken, commit: () => commit() };
}

test('a block whose settling was committed late, when it was tried again already, keeps its events', async () => {
  await settle(blockOf('a', { session: 'one', numbers: [1] }));
  const block = blockOf('b', { session: 'one', numbers: [1, 2] }, { session: 'two', numbers: [1] });
  const { broken, commit } = connectBreaking();
  await expect(createSharedLedger(broken).settle(block)).rejects.toThrow('Connection terminated');
  const again = settle(block);
  const waiting = async () => (await sql`SELECT 1 FROM pg_locks WHERE NOT granted`.execute(db)).rows.length;
  await expect.poll(waiting).toBeGreaterThan(0);
  await commit();
  const expected = {
    stored: [
      ['one', 2],
      ['two', 1],
    ],
    duplicates: 1,
  };
  expect(await again).toMatchObject(expected);
  expect(await settle(block)).toMatchObject(expected);
  await broken.destroy();
});

test('what was decided of a block is kept until its spool brings the next', async () => {
  for (const spool of ['a', 'b', 'a', 'a']) await settle(blockOf(spool, { session: 'one', numbers: [keys + 1] }));
  expect(await db.selectFrom('settled_blocks').select('spool').orderBy('spool').execute()).toEqual([
    { spool: 'a' },
    { spool: 'b' },
  ]);
});

test('nothing is remembered of a block that could not be settled', async () => {
  const broken = { ...blockOf('a', { session: 'one', numbers: [1] }), spool: null as unknown as string };
  await expect(ledger.settle(broken)).rejects.toThrow();
  expect(await settle(blockOf('b', { session: 'one', numbers: [1] }))).toMatchObject({ stored: [['one', 1]] });
});

test('collectors that bring the same sessions at once, each in another order, store every event once', async () => {
  const sessions = Array.from({ length: 60 }, (_, i) => `session-${i}`);
  const orders = [sessions, [...sessions].reverse(), [...sessions.slice(30), ...sessions.slice(0, 30)]];
  const others = await Promise.all([connectPostgres(url), connectPostgres(url)]);
  const ledgers = [ledger, ...others.map(createSharedLedger)];
  const stored: string[] = [];
  for (let round = 0; round < 8; round++) {
    const numbers = [1, 2, 3].map((n) => round * 2 + n);
    const settled = await Promise.all(
      ledgers.map((one, i) =>
        settle(blockOf(`spool-${i}`, ...(orders[i] ?? []).map((session) => ({ session, numbers }))), one),
      ),
    );
    for (const { stored: batches } of settled)
      for (const [session, ...events] of batches) stored.push(...events.map((n) => `${session} ${n}`));
  }
  await Promise.all(others.map((one) => one.destroy()));
  const expected = sessions.flatMap((session) => Array.from({ length: 17 }, (_, i) => `${session} ${i + 1}`));
  expect(stored.sort()).toEqual(expected.sort());
});

test('a collector that was away while a session went on elsewhere still brings its share', async () => {
  const share = (from: number) => Array.from({ length: 500 }, (_, i) => from + 2 * i);
  await settle(blockOf('a', ...share(1).map((n) => ({ session: 'one', numbers: [n] }))));
  const late = await settle(blockOf('b', ...share(2).map((n) => ({ session: 'one', numbers: [n] }))));
  expect(late.duplicates).toBe(0);
  expect(late.stored).toHaveLength(500);
});

test('sessions and blocks are forgotten by the day they were last told of', async () => {
  const at = (day: number) => ({ receivedAt: day * DAY_MS + 5, sessionAt: day * DAY_MS });
  await settle(
    blockOf('gone', { session: 'old', numbers: [1], ...at(10) }, { session: 'lasting', numbers: [1], ...at(10) }),
  );
  await settle(blockOf('here', { session: 'lasting', numbers: [2], ...at(20) }));
  expect(await ledger.forgetSessions(15)).toBe(1);
  expect(await ledger.forgetSessions(15)).toBe(0);
  expect(await db.selectFrom('settled_blocks').select('spool').execute()).toEqual([{ spool: 'here' }]);
  const again = blockOf(
    'here',
    { session: 'old', numbers: [1], ...at(30) },
    { session: 'lasting', numbers: [1], ...at(30) },
  );
  expect(await settle(again)).toMatchObject({ stored: [['old', 1]], duplicates: 1 });
});

test('a batch that was emptied since the block was first tried stays empty', async () => {
  await settle(blockOf('a', { session: 'one', numbers: [1, 2] }));
  const block = blockOf('b', { session: 'one', numbers: [2, 3] }, { session: 'two', numbers: [1] });
  const { batches } = await ledger.settle(block);
  expect(batches).toHaveLength(2);
  const emptied = { ...block, batches: ['', block.batches[1] as string] };
  expect((await ledger.settle(emptied)).batches).toEqual(['', block.batches[1]]);
});

test('what one collector knew of sessions holds for all, but for what still waits with it', async () => {
  const seen = (session: string, high: number) => ({
    app: APP,
    session,
    ledger: { ...openLedger(START, 20_000), high },
  });
  const spool = {
    // More than one statement writes.
    sessions: () => [...Array.from({ length: 2_500 }, (_, i) => seen(`session-${i}`, 6)), seen('session-of-a', 6)],
    waiting: () => ['', ...blockOf('a', { session: 'session-of-a', numbers: [4, 5, 6] }).batches],
  };
  await db.transaction().execute((tx) => takeOver(tx, spool));
  expect(await settle(blockOf('b', { session: 'session-2499', numbers: [6, 7] }))).toMatchObject({
    stored: [['session-2499', 7]],
    duplicates: 1,
  });
  expect(await settle(blockOf('b', { session: 'session-of-a', numbers: [1, 2, 3] }))).toMatchObject({ duplicates: 3 });
  expect(await settle(blockOf('a', { session: 'session-of-a', numbers: [4, 5, 6] }))).toMatchObject({ duplicates: 0 });
  expect(await settle(blockOf('b', { session: 'session-of-a', numbers: [4, 5, 6] }))).toMatchObject({ duplicates: 3 });
});
