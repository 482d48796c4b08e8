import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { connectStore, selectRows } from './connect.js';
import { isTooLarge } from './too-large.js';

const directory = mkdtempSync(join(tmpdir(), 'minilens-too-large-'));
const store = connectStore({ path: directory });
afterAll(async () => {
  await store.close();
  rmSync(directory, { recursive: true });
});

const failureOf = (query: string) =>
  selectRows(store, query).then(
    () => undefined,
    (error) => error,
  );

test.each([
  ['time', 'SELECT sum(sipHash64(number)) FROM numbers(1000000000000) SETTINGS max_execution_time = 1', true],
  ['memory', 'SELECT uniqExact(number) FROM numbers(100000000) SETTINGS max_memory_usage = 20000000', true],
  ['sense', 'SELECT nothing FROM nowhere', false],
])('a statement that fails for %s is told from others', async (_what, query, expected) => {
  const failure = await failureOf(query);
  expect(failure).toBeInstanceOf(Error);
  expect(isTooLarge(failure)).toBe(expected);
});

test('the bounds of one statement are none of the next', async () => {
  await failureOf('SELECT sum(sipHash64(number)) FROM numbers(1000000000000) SETTINGS max_execution_time = 1');
  const settings = "SELECT value FROM system.settings WHERE name = 'max_execution_time'";
  expect(Number((await selectRows<{ value: string }>(store, settings))[0]?.value)).toBe(0);
});
