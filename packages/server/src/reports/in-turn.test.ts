import { expect, test } from 'vitest';
import { createTurns } from './in-turn.js';

const here = new AbortController().signal;
const deferred = () => {
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { ended, end };
};

test('one counts at a time', async () => {
  const inTurn = createTurns('too much');
  const [first, second] = [deferred(), deferred()];
  const began: string[] = [];
  const all = [first, second].map(({ ended }, index) =>
    inTurn(async () => {
      began.push(`count ${index}`);
      await ended;
      return index;
    }, here),
  );
  await new Promise(setImmediate);
  expect(began).toEqual(['count 0']);
  first.end();
  await expect.poll(() => began).toEqual(['count 0', 'count 1']);
  second.end();
  expect(await Promise.all(all)).toEqual([0, 1]);
});

test('what takes too much is refused, and not what is broken', async () => {
  const inTurn = createTurns('too much');
  const failing = (type: string) => inTurn(() => Promise.reject(Object.assign(new Error('no'), { type })), here);
  await expect(failing('TIMEOUT_EXCEEDED')).rejects.toMatchObject({ code: 'QUESTION_TOO_LARGE', statusCode: 422 });
  await expect(failing('UNKNOWN_TABLE')).rejects.toThrow('no');
});

test('nobody counts for who has gone, and too many are not let in', async () => {
  const inTurn = createTurns('too much');
  const gone = new AbortController();
  const { ended, end } = deferred();
  const running = inTurn(() => ended, here);
  await new Promise(setImmediate);
  let counted = 0;
  const count = async () => ++counted;
  const left = inTurn(count, gone.signal);
  const refused = expect(left).rejects.toMatchObject({ code: 'BUSY' });
  const waiting = Array.from({ length: 99 }, () => inTurn(count, here));
  await expect(inTurn(count, here)).rejects.toMatchObject({ code: 'BUSY', statusCode: 503 });
  gone.abort();
  end();
  await Promise.all([running, refused, ...waiting]);
  expect(counted).toBe(99);
});
