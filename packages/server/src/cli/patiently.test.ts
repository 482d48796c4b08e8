import { expect, test } from 'vitest';
import { RefusedByServer } from './client.js';
import { patiently } from './patiently.js';

const full = (retryAfterSeconds?: number) => new RefusedByServer('The spool is full.', true, retryAfterSeconds);

/** Fails with these, one after the other, then succeeds. */
async function doing(...failures: Error[]) {
  const waits: number[] = [];
  const request = async () => {
    const failure = failures.shift();
    if (failure !== undefined) throw failure;
    return 'taken';
  };
  const result = patiently(request, async (ms) => waits.push(ms));
  return { result: await result.catch((error: Error) => error.message), waits };
}

test('what is refused for now is done again, later each time, and never before the server said', async () => {
  expect(await doing(full(), full(), full(30), full())).toEqual({
    result: 'taken',
    waits: [1_000, 2_000, 30_000, 8_000],
  });
});

test('what is refused for good fails at once', async () => {
  expect(await doing(new RefusedByServer('Line 1 is not JSON.', false, undefined))).toEqual({
    result: 'Line 1 is not JSON.',
    waits: [],
  });
});

test('a server that is gone is not waited for', async () => {
  expect(await doing(new Error('connect ECONNREFUSED'))).toMatchObject({ waits: [] });
});

test('after half an hour of refusals it gives up and says why', async () => {
  const { result, waits } = await doing(...Array.from({ length: 40 }, () => full()));
  expect(result).toBe('The spool is full.');
  expect(waits.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThan(20 * 60_000);
  expect(Math.max(...waits)).toBe(60_000);
});
