import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDatabaseLocks, createProcessLocks, type Locks } from '../db/locks.js';
import { createDatabase, type Postgres, run, startPostgres } from '../testing/postgres.js';
import { runInOneProcess } from './one-process.js';

const log = pino({ level: 'silent' });

let postgres: Postgres;
let url: string;
beforeAll(async () => {
  postgres = await startPostgres();
  url = await createDatabase(postgres.url);
}, 60_000);
afterAll(() => postgres.remove());

/** A process that notes when it begins and stops. */
function createProcess(name: string, locks: Locks, notes: string[]) {
  const note = (what: string) => notes.push(`${name} ${what}`);
  return runInOneProcess(
    locks,
    () => {
      note('begins');
      return { stop: async () => void note('stops') };
    },
    log,
  );
}

test('without a shared database the process runs its jobs at once, until it stops', async () => {
  const notes: string[] = [];
  const one = createProcess('one', createProcessLocks(), notes);
  await expect.poll(() => notes).toEqual(['one begins']);
  await one.stop();
  expect(notes).toEqual(['one begins', 'one stops']);
});

test('of two processes one runs the jobs, and the other when that one stops', async () => {
  const notes: string[] = [];
  const one = createProcess('one', createDatabaseLocks(url), notes);
  await expect.poll(() => notes, { timeout: 15_000 }).toEqual(['one begins']);
  const two = createProcess('two', createDatabaseLocks(url), notes);
  await one.stop();
  await expect.poll(() => notes, { timeout: 15_000 }).toEqual(['one begins', 'one stops', 'two begins']);
  await two.stop();
});

test('who loses its connection stops its jobs, and they go on in one process', async () => {
  const notes: string[] = [];
  const one = createProcess('one', createDatabaseLocks(url), notes);
  await expect.poll(() => notes, { timeout: 15_000 }).toEqual(['one begins']);
  await run(url, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'minilens lock'");
  await expect.poll(() => notes, { timeout: 15_000 }).toEqual(['one begins', 'one stops', 'one begins']);
  await one.stop();
});
