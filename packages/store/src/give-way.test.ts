import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { connectStore, selectRows } from './connect.js';
import { giveWay } from './give-way.js';

const nameOf = (thread: string) => readFileSync(`/proc/self/task/${thread}/comm`, 'utf8').trim();
const nicesOfPool = () =>
  readdirSync('/proc/self/task')
    .filter((thread) => nameOf(thread) === 'ThreadPool')
    .map((thread) => getPriority(Number(thread)));

test.runIf(process.platform === 'linux')('threads of the engine give way to the one that takes requests', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'minilens-give-way-'));
  const store = connectStore({ path: directory });
  onTestFinished(async () => {
    await store.close();
    rmSync(directory, { recursive: true });
  });
  await selectRows(store, 'SELECT uniqExact(number) FROM numbers_mt(10000000) SETTINGS max_threads = 4');

  onTestFinished(giveWay());

  expect(new Set(nicesOfPool())).toEqual(new Set([5]));
  expect(getPriority(process.pid)).toBe(0);
});
