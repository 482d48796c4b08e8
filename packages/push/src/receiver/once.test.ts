import { expect, test, vi } from 'vitest';
import { memoryOnce } from './once.js';

function startMemory() {
  const clock = { now: Date.UTC(2026, 8, 12) };
  return { clock, once: memoryOnce({ keepMs: 600_000, now: () => clock.now }) };
}

test('work is done once for a key, and everybody gets what it gave', async () => {
  const { once } = startMemory();
  const work = vi.fn(async () => 'answer');
  expect(await Promise.all([once('a', work), once('a', work)])).toEqual(['answer', 'answer']);
  expect(await once('a', work)).toBe('answer');
  expect(await once('b', work)).toBe('answer');
  expect(work).toHaveBeenCalledTimes(2);
});

test('who waits for work that fails hears of it; who comes later has it done again', async () => {
  const { once } = startMemory();
  const failing = vi.fn(() => Promise.reject(new Error('no')));
  const both = await Promise.allSettled([once('a', failing), once('a', failing)]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(failing).toHaveBeenCalledTimes(1);
  expect(await once('a', async () => 'yes')).toBe('yes');
});

test('an answer is forgotten after its time', async () => {
  const { once, clock } = startMemory();
  await once('a', async () => 'first');
  clock.now += 599_999;
  expect(await once('a', async () => 'second')).toBe('first');
  clock.now += 2;
  expect(await once('a', async () => 'second')).toBe('second');
});

test('the memory is bounded: the oldest are forgotten first', async () => {
  const { once } = startMemory();
  for (let index = 0; index <= 20_000; index++) await once(String(index), async () => 'old');
  expect(await once('0', async () => 'new')).toBe('new');
  expect(await once('20000', async () => 'new')).toBe('old');
});
