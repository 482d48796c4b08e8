import { afterEach, expect, test, vi } from 'vitest';

afterEach(() => {
  vi.unstubAllGlobals();
});

type Write = { key: string; data: string; success?(): void; complete?(): void };

/** A device whose unhurried writes end when the test says so, with `changes` in its `wx`. */
async function deviceWith(changes: object = {}) {
  const kept: Record<string, string> = {};
  const underWay: (() => void)[] = [];
  vi.stubGlobal('wx', {
    getStorageSync: (key: string) => kept[key] ?? '',
    setStorageSync: (key: string, data: string) => {
      kept[key] = data;
    },
    setStorage({ key, data, success, complete }: Write) {
      underWay.push(() => {
        kept[key] = data;
        success?.();
        complete?.();
      });
    },
    ...changes,
  });
  vi.resetModules();
  const storage = await import('./storage.js');
  return { kept, storage, endWrites: () => underWay.splice(0).forEach((end) => void end()) };
}

test('a hurried write is not undone by an unhurried one that began before it', async () => {
  const { kept, storage, endWrites } = await deviceWith();
  storage.writeSoon('queue', 'older');
  storage.writeAtOnce('queue', 'newer');
  endWrites();
  expect(kept.queue).toBe('newer');
});

test('a newer unhurried write is not undone by a hurried one before it', async () => {
  const { kept, storage, endWrites } = await deviceWith();
  storage.writeSoon('queue', 'first');
  storage.writeAtOnce('queue', 'second');
  storage.writeSoon('queue', 'third');
  endWrites();
  expect(kept.queue).toBe('third');
});

test('a hurried write of another key does not bring back what a hurried one of the queue is to replace', async () => {
  const { kept, storage, endWrites } = await deviceWith();
  storage.writeSoon('queue', 'older');
  storage.writeAtOnce('queue', 'newer');
  storage.writeAtOnce('config', 'values');
  endWrites();
  expect(kept).toEqual({ queue: 'newer', config: 'values' });
});

test('a storage that would not say is not an empty one', async () => {
  const { storage: refusing } = await deviceWith({
    getStorageSync: () => {
      throw new Error('busy');
    },
  });
  expect(refusing.readText('user')).toBeUndefined();
  expect((await deviceWith()).storage.readText('user')).toBe('');
});

test('what is kept there but is no text was not written by us', async () => {
  const { storage } = await deviceWith({ getStorageSync: () => ({ a: 1 }) });
  expect(storage.readText('user')).toBeUndefined();
});

test('a write that throws is nobody’s trouble', async () => {
  const broken = () => {
    throw new Error('storage is full');
  };
  const { storage } = await deviceWith({ setStorage: broken, setStorageSync: broken });
  expect(() => {
    storage.writeSoon('queue', 'text');
    storage.writeAtOnce('queue', 'text');
  }).not.toThrow();
});
