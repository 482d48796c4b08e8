import type { Native } from './native.js';

/** Texts kept on the device. A storage that fails is a storage that is empty: nothing here throws. */
export interface Storage {
  read(key: string): string;
  /** Now, blocking: for the moment before the process may be frozen. */
  writeNow(key: string, text: string): void;
  /** Soon, without blocking the app. */
  write(key: string, text: string): void;
}

export function createStorage({ getStorageSync, setStorageSync, setStorage }: Native): Storage {
  function writeNow(key: string, data: string): void {
    try {
      setStorageSync?.(key, data);
    } catch {
      // Full or forbidden: what is in memory is still sent.
    }
  }
  return {
    read(key) {
      try {
        const text = getStorageSync?.(key);
        return typeof text === 'string' ? text : '';
      } catch {
        return '';
      }
    },
    writeNow,
    write(key, data) {
      if (!setStorage) return writeNow(key, data);
      // With a callback there is no promise, so a failure cannot surface in the app as an unhandled rejection.
      try {
        setStorage({ key, data, fail() {} });
      } catch {
        // As above.
      }
    },
  };
}
