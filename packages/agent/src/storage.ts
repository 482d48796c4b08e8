import type { Native } from './native.js';

/** Texts kept on the device. Nothing here throws. */
export interface Storage {
  /** Empty when there is none; undefined when the storage would not say. */
  read(key: string): string | undefined;
  /** Now, blocking: for the moment before the process may be frozen. */
  writeNow(key: string, text: string): void;
  /** Soon, without blocking the app. */
  write(key: string, text: string): void;
}

export function createStorage({ getStorageSync, setStorageSync, setStorage }: Native): Storage {
  // An unhurried write may end after a later hurried one and put the older text back: then the newer is written again.
  let hurried: { key: string; data: string } | undefined;
  let underWay = 0;

  function writeNow(key: string, data: string): void {
    if (underWay) hurried = { key, data };
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
        return undefined;
      }
    },
    writeNow,
    write(key, data) {
      if (!setStorage) return writeNow(key, data);
      hurried = undefined;
      underWay++;
      // With a callback there is no promise, so a failure cannot surface in the app as an unhandled rejection.
      const complete = () => {
        underWay--;
        if (hurried && !underWay) writeNow(hurried.key, hurried.data);
      };
      try {
        setStorage({ key, data, complete });
      } catch {
        complete();
      }
    },
  };
}
