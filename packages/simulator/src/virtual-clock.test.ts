import { expect, test } from 'vitest';
import { createSeededRandom } from './seeded-random.js';
import { createVirtualClock } from './virtual-clock.js';

test('timers fire in order of their time, and of their setting when that is the same', () => {
  const clock = createVirtualClock(1_000);
  const fired: string[] = [];
  const note = (name: string) => () => fired.push(`${name}@${clock.now()}`);
  clock.setTimeout(note('late'), 30);
  clock.setTimeout(note('first'), 10);
  clock.setTimeout(note('second'), 10);
  clock.setTimeout(note('never'), 31);
  clock.advance(30);
  expect(fired).toEqual(['first@1010', 'second@1010', 'late@1030']);
  expect(clock.now()).toBe(1_030);
});

test('a timer set by a timer fires when it comes due', () => {
  const clock = createVirtualClock(0);
  let ticks = 0;
  const tick = () => {
    ticks++;
    clock.setTimeout(tick, 10);
  };
  tick();
  clock.advance(95);
  expect(ticks).toBe(10);
});

test('a cleared timer does not fire', () => {
  const clock = createVirtualClock(0);
  let fired = false;
  clock.clearTimeout(
    clock.setTimeout(() => {
      fired = true;
    }, 5),
  );
  clock.advance(10);
  expect(fired).toBe(false);
});

test('thousands of timers in any order come out sorted', () => {
  const clock = createVirtualClock(0);
  const random = createSeededRandom(7);
  const firedAt: number[] = [];
  for (let i = 0; i < 5_000; i++) clock.setTimeout(() => firedAt.push(clock.now()), Math.floor(random() * 1_000));
  clock.advanceTo(1_000);
  expect(firedAt).toHaveLength(5_000);
  expect(firedAt).toEqual([...firedAt].sort((a, b) => a - b));
});

test('the past is not gone back to', () => {
  const clock = createVirtualClock(100);
  clock.advanceTo(50);
  expect(clock.now()).toBe(100);
});

test('promises settle between timers for those who await', async () => {
  const clock = createVirtualClock(0);
  const seen: number[] = [];
  const sleep = (ms: number) => new Promise<void>((resolve) => clock.setTimeout(resolve, ms));
  const work = (async () => {
    await sleep(10);
    seen.push(clock.now());
    await sleep(10);
    seen.push(clock.now());
  })();
  await clock.advanceAsync(50);
  await work;
  expect(seen).toEqual([10, 20]);
});

test('the same seed gives the same numbers, another seed others, all between 0 and 1', () => {
  const take = (seed: number) => Array.from({ length: 1_000 }, createSeededRandom(seed));
  expect(take(1)).toEqual(take(1));
  expect(take(1)).not.toEqual(take(2));
  expect(take(3).every((x) => x >= 0 && x < 1)).toBe(true);
  expect(take(3).reduce((a, b) => a + b) / 1_000).toBeCloseTo(0.5, 1);
});
