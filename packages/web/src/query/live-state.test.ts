import type { EventRecord, Live } from '@minilens/wire/records';
import { expect, test } from 'vitest';
import { liveAfter, MOST_LIVE, mergeLive } from './live-state';

const event = (n: number, receivedAt: number) => ({ session: 's', n, at: receivedAt, receivedAt }) as EventRecord;
const answer = (...items: EventRecord[]): Live => ({ now: 0, online: { sessions: 0, users: 0 }, minutes: [], items });
const shown = ({ items }: ReturnType<typeof mergeLive>) => items.map(({ n, isNew }) => [n, isNew]);

test('nothing is new at first; then what was not there is, on top, and only until the next answer', () => {
  const first = mergeLive(undefined, answer(event(2, 20), event(1, 10)));
  expect(shown(first)).toEqual([
    [2, false],
    [1, false],
  ]);
  const second = mergeLive(first, answer(event(3, 30), event(2, 20)));
  expect(shown(second)).toEqual([
    [3, true],
    [2, false],
    [1, false],
  ]);
  expect(shown(mergeLive(second, answer())).some(([, isNew]) => isNew)).toBe(false);
});

test('what arrived earlier and is seen later is not missed, and stands where it belongs', () => {
  const known = mergeLive(undefined, answer(event(9, 100_000)));
  expect(liveAfter(undefined)).toBe(0);
  expect(liveAfter(known)).toBeLessThan(95_000);
  expect(shown(mergeLive(known, answer(event(9, 100_000), event(8, 95_000))))).toEqual([
    [9, false],
    [8, true],
  ]);
});

test('only the newest are kept', () => {
  const many = Array.from({ length: MOST_LIVE }, (_, index) => event(index, 1_000 - index));
  const { items } = mergeLive(mergeLive(undefined, answer(...many)), answer(event(9_999, 2_000)));
  expect(items.length).toBe(MOST_LIVE);
  expect(items[0]?.n).toBe(9_999);
});
