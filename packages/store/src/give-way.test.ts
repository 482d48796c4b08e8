import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { connectStore, selectRows } from './connect.js';

const nameOf = (thread: string) => readFileSync(`/proc/self/task/${thread}/comm`, 'utf8').trim();
const nicesOfPool = () =>
  readdirSync('/proc/self/task')
    .filter((thread) => nameOf(thread) === 'ThreadPool')
    .map((thread) => getPriority(Number(thread)));

test.runIf(process.platform === 'linux')('threads of the engine give way to the one that takes requests', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'minilens-give-way-'));
  const store = connectStore({ path: directory });
  await selectRows(store, 'SELECT uniqExact(number) FROM numbers_mt(10000000) SETTINGS max_threads = 4');
  // Whoever opens the engine looks at once, and need not be waited for.
  const again = connectStore({ path: directory });
  await selectRows(again, 'SELECT 1');
  onTestFinished(async () => {
    await Promise.all([store.close(), again.close()]);
    rmSync(directory, { recursive: true });
  });

  expect(new Set(nicesOfPool())).toEqual(new Set([getPriority() + 5]));
});
