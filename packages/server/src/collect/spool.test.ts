import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open } from 'lmdb';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { markSeen, openLedger } from './session-ledger.js';
import { type Block, openSpool, type Spool } from './spool.js';

const BOUNDS = { maxBatches: 3, maxBytes: 1_000 };
const ROOM = { maxBytes: 1_000_000_000 };
const LARGE = { maxBatches: 1_000, maxBytes: 1_000_000 };

let directory: string;
let spool: Spool;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'minilens-spool-'));
  spool = openSpool(directory, ROOM);
});
afterEach(async () => {
  await spool.close();
  rmSync(directory, { recursive: true });
});

const append = (batch: string, session = 'session-1') =>
  spool.append({ app: 'wx00000000000000aa', session }, (known) => ({
    ledger: known ?? openLedger(0, 1),
    batches: [batch],
    result: known?.high ?? 0,
  }));
const reopen = async (options = ROOM) => {
  await spool.close();
  spool = openSpool(directory, options);
};
const block = async () => (await spool.nextBlock(BOUNDS)) ?? expect.fail('The spool is empty');
const textsOf = ({ batches }: Pick<Block, 'batches'>) => batches.map(String);

test('batches leave in the order they came, in blocks', async () => {
  for (const batch of ['a', 'b', 'c', 'd']) await append(batch);
  const first = await block();
  expect(textsOf(first)).toEqual(['a', 'b', 'c']);
  await spool.remove(first);
  expect(textsOf(await block())).toEqual(['d']);
});

test('what was begun is settled when its batches wait', async () => {
  const [first, second] = [append('a'), append('b')];
  await spool.settled();
  expect(spool.pending().batches).toBe(2);
  await Promise.all([first, second]);
});

test('a block keeps its content and token until it is removed, also after a restart with more behind it', async () => {
  await append('a');
  await append('b');
  const before = await block();
  await append('c');
  expect(before.mayBeStored).toBe(false);
  // Copied, for the next block may lie in the same memory.
  const again = { ...before, batches: before.batches.map((batch) => Buffer.from(batch)), mayBeStored: true };
  expect(await block()).toEqual(again);
  await reopen();
  expect(await block()).toEqual(again);
  await spool.remove(before);
  const after = await block();
  expect(textsOf(after)).toEqual(['c']);
  expect(after.token).not.toBe(before.token);
});

test('batches of every size leave as they came, small ones behind large ones too', async () => {
  const batches = [1, 100_000, 3, 32_768, 32_769, 2_800, 1_000_000, 5].map((size, index) => `${index}`.repeat(size));
  for (const batch of batches) await append(batch);
  const next = await spool.nextBlock({ maxBatches: 100, maxBytes: 10_000_000 });
  expect(textsOf(next ?? expect.fail('The spool is empty'))).toEqual(batches);
});

test('an emptied spool never gives a token twice, not even after a restart', async () => {
  await append('a');
  const first = await block();
  await spool.remove(first);
  await reopen();
  await append('a');
  expect((await block()).token).not.toBe(first.token);
});

test('a block is bounded in bytes too, but one batch always fits', async () => {
  for (const length of [600, 600, 2_000]) await append('x'.repeat(length));
  const lengths = [];
  for (let i = 0; i < 3; i++) {
    const next = await block();
    lengths.push(next.batches.map((batch) => batch.length));
    await spool.remove(next);
  }
  expect(lengths).toEqual([[600], [600], [2_000]]);
});

test('a full spool refuses, and takes again when there is room', async () => {
  await reopen({ maxBytes: 8_192 });
  for (let i = 0; i < 40; i++) await append('x'.repeat(3_000)).catch(() => {});
  expect(spool.pending().batches).toBeGreaterThan(0);
  await expect(append('x')).rejects.toMatchObject({ code: 'SPOOL_FULL' });
  while (spool.pending().batches > 0) await spool.remove(await block());
  await append('x');
  expect(spool.pending().batches).toBe(1);
});

test('more appends than the disk syncs are refused, not kept in memory', async () => {
  const answers = await Promise.allSettled(Array.from({ length: 4_100 }, (_, i) => append('x', `session-${i}`)));
  const refused = answers.filter(({ status }) => status === 'rejected');
  expect(refused).toHaveLength(100);
  expect(refused[0]).toMatchObject({ reason: { code: 'SPOOL_FULL' } });
  await append('x');
  expect(spool.pending().batches).toBe(4_001);
});

test('the file grows far beyond its first size while it is read', async () => {
  const batch = 'x'.repeat(60_000);
  await append(batch);
  for (let round = 0; round < 20; round++) {
    const [first] = await Promise.all([block(), ...Array.from({ length: 50 }, () => append(batch))]);
    expect(first.batches).not.toHaveLength(0);
  }
  expect(spool.pending().batches).toBe(1_001);
});

test('the file stays small however many batches pass through it', async () => {
  const batch = 'x'.repeat(3_000);
  for (let round = 0; round < 30; round++) {
    await Promise.all(Array.from({ length: 40 }, (_, i) => append(batch, `session-${round}-${i}`)));
    for (let next = await spool.nextBlock(LARGE); next !== undefined; next = await spool.nextBlock(LARGE))
      await spool.remove(next);
  }
  // 1,200 batches of 3 KB are 3.6 MB; none of them is left.
  expect(statSync(join(directory, 'data.mdb')).size).toBeLessThan(2_000_000);
});

test('a batch and its ledger are written together or not at all', async () => {
  const high = () =>
    spool.append({ app: 'wx00000000000000aa', session: 'session-1' }, (known) => ({
      ledger: known ?? openLedger(0, 1),
      batches: [],
      result: known?.high,
    }));
  const failing = spool.append({ app: 'wx00000000000000aa', session: 'session-1' }, () => {
    const ledger = openLedger(0, 1);
    markSeen(ledger, 1);
    // A batch that cannot be written, after its ledger was.
    return { ledger, batches: ['a', Symbol('no text') as unknown as string], result: 0 };
  });
  await expect(failing).rejects.toThrow();
  expect(spool.pending()).toEqual({ batches: 0, bytes: 0 });
  expect(await high()).toBeUndefined();
});

test('what waits is counted after a restart as before', async () => {
  await append('abc');
  await append('x'.repeat(10_000));
  const before = spool.pending();
  await reopen();
  expect(spool.pending()).toEqual(before);
  expect(before).toMatchObject({ batches: 2, bytes: expect.any(Number) });
  expect(before.bytes).toBeGreaterThan(10_000);
});

test('sessions are forgotten by the day they were last heard of', async () => {
  const touch = (session: string, day: number) =>
    spool.append({ app: 'wx00000000000000aa', session }, (known) => {
      const ledger = known ?? openLedger(0, day);
      ledger.day = day;
      markSeen(ledger, ledger.high + 1);
      return { ledger, batches: [], result: ledger.high };
    });
  await touch('old', 10);
  await touch('lasting', 10);
  await touch('lasting', 20);
  expect(await spool.forgetSessions(15)).toBe(1);
  expect(await touch('old', 30)).toBe(1);
  expect(await touch('lasting', 30)).toBe(3);
});

test('refused batches are set aside and counted', async () => {
  await append('bad');
  await spool.remove(await block(), [{ batch: 'bad', reason: 'no JSON', type: 'CANNOT_PARSE' }]);
  await reopen();
  expect(spool.countRefused()).toBe(1);
  expect(spool.pending()).toEqual({ batches: 0, bytes: 0 });
});

test('a batch that is emptied keeps its place, so a block that was begun keeps its token', async () => {
  for (const batch of ['a', 'b', 'c', 'd']) await append(batch);
  const begun = await block();
  expect([
    spool.hasBegun(),
    await spool.rewrite((batch) => (batch === 'a' || batch === 'd' ? '' : `${batch}!`)),
  ]).toEqual([true, 2]);
  const changed = await block();
  expect({ ...changed, batches: textsOf(changed) }).toEqual({ ...begun, mayBeStored: true, batches: ['', 'b!', 'c!'] });
  await spool.remove(await block());
  expect([spool.hasBegun(), textsOf(await block())]).toEqual([false, ['']]);
});

test('a refused batch is emptied too, and with it what the store said of it', async () => {
  await append('bad');
  await spool.remove(await block(), [{ batch: 'bad', reason: 'no JSON: bad', type: 'CANNOT_PARSE' }]);
  expect(await spool.rewrite((batch) => (batch === 'bad' ? '' : batch))).toBe(1);
  expect(await spool.rewrite((batch) => (batch === 'bad' ? '' : batch))).toBe(0);
  expect(spool.countRefused()).toBe(1);
});

test('a copy made while batches come in is a spool of its own with what was there', async () => {
  for (const batch of ['a', 'b']) await append(batch);
  const copyDirectory = mkdtempSync(join(tmpdir(), 'minilens-spool-copy-'));
  await Promise.all([spool.copyTo(copyDirectory), append('c')]);
  const copy = openSpool(copyDirectory, ROOM);
  const copied = textsOf((await copy.nextBlock(LARGE)) ?? expect.fail('The copy is empty'));
  expect(copied.slice(0, 2)).toEqual(['a', 'b']);
  await copy.close();
  rmSync(copyDirectory, { recursive: true });
});

test('batches that an older version wrote as text leave as they were', async () => {
  await spool.close();
  const older = open({ path: directory, maxDbs: 8 });
  await older.openDB({ name: 'batches', encoding: 'string' }).put(1, '{"page":"首页"}');
  await older.close();
  spool = openSpool(directory, ROOM);
  expect(textsOf(await block())).toEqual(['{"page":"首页"}']);
});

test('a spool of a newer version is left alone', async () => {
  await spool.close();
  const newer = open({ path: directory, maxDbs: 8 });
  await newer.openDB({ name: 'meta' }).put('format', 2);
  await newer.close();
  expect(() => openSpool(directory, ROOM)).toThrow(/newer version of Minilens: its format is 2/);
  const again = open({ path: directory, maxDbs: 8 });
  await again.openDB({ name: 'meta' }).put('format', 1);
  await again.close();
  spool = openSpool(directory, ROOM);
});
