import { expect, test } from 'vitest';
import type { Native } from './native.js';
import { createStorage } from './storage.js';

/** A device whose unhurried writes end when the test says so. */
function createDevice() {
  const kept: Record<string, string> = {};
  const underWay: (() => void)[] = [];
  const native = {
    getStorageSync: (key: string) => kept[key] ?? '',
    setStorageSync: (key: string, data: string) => {
      kept[key] = data;
    },
    setStorage: ({ key, data, complete }: { key: string; data: string; complete(): void }) => {
      underWay.push(() => {
        kept[key] = data;
        complete();
      });
    },
  } as unknown as Native;
  return { kept, storage: createStorage(native), endWrites: () => underWay.splice(0).forEach((end) => void end()) };
}

test('a hurried write is not undone by an unhurried one that began before it', () => {
  const { kept, storage, endWrites } = createDevice();
  storage.write('queue', 'older');
  storage.writeNow('queue', 'newer');
  endWrites();
  expect(kept.queue).toBe('newer');
});

test('a newer unhurried write is not undone by a hurried one before it', () => {
  const { kept, storage, endWrites } = createDevice();
  storage.write('queue', 'first');
  storage.writeNow('queue', 'second');
  storage.write('queue', 'third');
  endWrites();
  expect(kept.queue).toBe('third');
});

test('a storage that would not say is not an empty one', () => {
  const refusing = createStorage({
    getStorageSync: () => {
      throw new Error('busy');
    },
  } as unknown as Native);
  expect(refusing.read('user')).toBeUndefined();
  expect(createDevice().storage.read('user')).toBe('');
});
