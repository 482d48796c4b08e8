import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDatabase, type Postgres, run, startPostgres } from '../testing/postgres.js';
import { createDatabaseLocks, createProcessLocks, type Locks } from './locks.js';

let postgres: Postgres;
let url: string;
beforeAll(async () => {
  postgres = await startPostgres();
  url = await createDatabase(postgres.url);
}, 60_000);
afterAll(() => postgres.remove());

/** Two processes that could hold the same lock; the process itself is the lock in the first case. */
const twoHolders: [string, () => [Locks, Locks]][] = [
  [
    'one process',
    () => {
      const locks = createProcessLocks();
      return [locks, locks];
    },
  ],
  ['two processes on PostgreSQL', () => [createDatabaseLocks(url), createDatabaseLocks(url)]],
];

/** Holds a lock until told. */
async function holdUntilTold(locks: Locks) {
  let letGo = () => {};
  let lost: AbortSignal | undefined;
  const told = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const done = new Promise<void>((holding, failed) => {
    locks
      .hold('rollups', { waitMs: 0 }, async (signal) => {
        lost = signal;
        holding();
        await told;
      })
      .catch(failed);
  });
  await done;
  return { letGo, lost: lost as AbortSignal };
}

test.each(twoHolders)('%s: a lock that is taken is waited for, and not longer than one will', async (_name, make) => {
  const [first, second] = make();
  const holder = await holdUntilTold(first);
  await expect(second.hold('rollups', { waitMs: 0 }, async () => 'mine')).rejects.toMatchObject({ code: 'BUSY' });
  expect(await second.hold('jobs', { waitMs: 0 }, async () => 'another')).toBe('another');
  const waiting = second.hold('rollups', { waitMs: 10_000 }, async () => 'mine');
  holder.letGo();
  expect(await waiting).toBe('mine');
});

test.each([
  ['one process', createProcessLocks],
  ['a process on PostgreSQL', () => createDatabaseLocks(url)],
])('%s: who takes a lock again and again leaves a turn to whoever waits', async (_name, make) => {
  const locks = make();
  const turns: string[] = [];
  const take = (who: string) => locks.hold('rollups', { waitMs: 10_000 }, async () => void turns.push(who));
  let waiting = Promise.resolve();
  for (let turn = 0; turn < 3; turn++) {
    await locks.hold('rollups', { waitMs: 0 }, async () => {
      turns.push('again');
      if (turn === 0) waiting = take('waiting');
    });
    if (turn === 0) await take('again');
  }
  await waiting;
  expect(turns).toEqual(['again', 'waiting', 'again', 'again', 'again']);
});

test('who is told to stop does not wait for a lock', async () => {
  const locks = createProcessLocks();
  const holder = await holdUntilTold(locks);
  const stopping = new AbortController();
  const waiting = locks.hold('rollups', { waitMs: 60_000, stopping: stopping.signal }, async () => 'mine');
  stopping.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'BUSY' });
  await expect(
    locks.hold('rollups', { waitMs: 60_000, stopping: stopping.signal }, async () => 'mine'),
  ).rejects.toMatchObject({ code: 'BUSY' });
  holder.letGo();
  expect(await locks.hold('rollups', { waitMs: 1_000 }, async () => 'mine')).toBe('mine');
});

test.each(twoHolders)('%s: a lock is given back when its work fails', async (_name, make) => {
  const [first, second] = make();
  await expect(first.hold('rollups', { waitMs: 0 }, () => Promise.reject(new Error('work failed')))).rejects.toThrow(
    'work failed',
  );
  expect(await second.hold('rollups', { waitMs: 0 }, async () => 'mine')).toBe('mine');
});

test('who holds a lock is told when its connection breaks, and somebody else may take it', async () => {
  const [first, second] = [createDatabaseLocks(url), createDatabaseLocks(url)];
  const holder = await holdUntilTold(first);
  expect(holder.lost.aborted).toBe(false);
  const told = once(holder.lost, 'abort');
  await run(url, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'minilens lock'");
  await told;
  expect(await second.hold('rollups', { waitMs: 5_000 }, async () => 'mine')).toBe('mine');
  holder.letGo();
});

test('while the database is away a lock is refused, and taken again when it is back', async () => {
  const locks = createDatabaseLocks(url);
  await postgres.kill();
  await expect(locks.hold('rollups', { waitMs: 0 }, async () => 'mine')).rejects.toMatchObject({
    code: 'DATABASE_DOWN',
  });
  await postgres.start();
  expect(await locks.hold('rollups', { waitMs: 0 }, async () => 'mine')).toBe('mine');
});
