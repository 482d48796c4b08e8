import { expect, test } from 'vitest';
import { markSeen, markUnseen, openLedger, type SessionLedger } from './session-ledger.js';

const see = (...numbers: number[]) => {
  const ledger = openLedger(0, 0);
  return { fresh: numbers.map((n) => markSeen(ledger, n)), ledger };
};
const countMissing = ({ gaps }: SessionLedger) => gaps.reduce((sum, [first, last]) => sum + last - first + 1, 0);

test.each([
  ['events in order', [1, 2, 3], [true, true, true], 0],
  ['a repeated batch', [1, 2, 1, 2, 3], [true, true, false, false, true], 0],
  ['a batch that comes late', [1, 4, 5, 2, 3], [true, true, true, true, true], 0],
  ['a late batch that comes twice', [3, 1, 2, 1, 2, 3], [true, true, true, false, false, false], 0],
  ['a gap that is never filled', [1, 2, 7], [true, true, true], 4],
  ['a gap filled in its middle', [5, 3, 3], [true, true, false], 3],
])('%s', (_name, numbers, fresh, missing) => {
  const seen = see(...numbers);
  expect(seen.fresh).toEqual(fresh);
  expect(countMissing(seen.ledger)).toBe(missing);
});

test('any order of any repetition counts each number once', () => {
  // A linear congruential sequence: the same shuffle every time.
  let state = 7;
  const random = () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
  for (let round = 0; round < 200; round++) {
    const numbers = Array.from({ length: 60 }, () => 1 + Math.floor(random() * 40));
    const { fresh, ledger } = see(...numbers);
    const distinct = new Set(numbers);
    expect(fresh.filter(Boolean)).toHaveLength(distinct.size);
    expect(countMissing(ledger)).toBe(Math.max(...numbers) - distinct.size);
  }
});

test.each([
  ['upwards', Array.from({ length: 5_000 }, (_, i) => 2 * i + 2)],
  ['downwards', Array.from({ length: 5_000 }, (_, i) => 10_000 - 2 * i)],
  ['inside one wide gap', [4_000_000_000, ...Array.from({ length: 5_000 }, (_, i) => 2 * i + 2)]],
])('a ledger stays small however a stranger numbers events: %s', (_name, numbers) => {
  expect(see(...numbers).ledger.gaps.length).toBeLessThanOrEqual(64);
});

test.each([
  [
    'the last ones',
    [5, 6],
    [
      [3, 3],
      [5, 6],
    ],
  ],
  ['some in between, beside a gap and in it', [2, 3, 4, 3], [[2, 4]]],
  ['all of them', [1, 2, 4, 5, 6], [[1, 6]]],
  ['none that was ever seen', [7, 3], [[3, 3]]],
] as const)('what is taken back may come once more, and only once: %s', (_name, numbers, gaps) => {
  const { ledger } = see(1, 2, 4, 5, 6);
  markUnseen(ledger, numbers);
  expect(ledger.gaps).toEqual(gaps);
  const missing = new Set(
    gaps.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => first + i)),
  );
  for (const n of [1, 2, 3, 4, 5, 6]) expect(markSeen(ledger, n), String(n)).toBe(missing.has(n));
  for (const n of [1, 2, 3, 4, 5, 6]) expect(markSeen(ledger, n), String(n)).toBe(false);
});
