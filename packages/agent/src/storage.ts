import { ask } from './hook.js';

// Texts kept on the device. Nothing here throws: what the storage refuses because it is full or forbidden stays in
// memory, and is still sent.

// An unhurried write may end after a later hurried one and put the older text back: then the newer is written again.
const hurried: Record<string, string> = {};
let underWay = 0;

/** Empty when there is none; undefined when the storage would not say. */
export function readText(key: string): string | undefined {
  const text = ask('getStorageSync', key);
  return typeof text === 'string' ? text : undefined;
}

/** Now, blocking: for the moment before the process may be frozen. Answers false when it was refused. */
export function writeAtOnce(key: string, text: string): unknown {
  if (underWay) hurried[key] = text;
  return ask('setStorageSync', key, text);
}

/** Soon, without blocking the app. */
export function writeSoon(key: string, data: string): void {
  delete hurried[key];
  underWay++;
  // With a callback there is no promise, so a failure cannot surface in the app as an unhandled rejection.
  const isBegun = ask('setStorage', {
    key,
    data,
    complete() {
      underWay--;
      if (!underWay) for (const late in hurried) writeAtOnce(late, hurried[late] as string);
    },
  });
  if (isBegun === false) {
    underWay--;
    writeAtOnce(key, data);
  }
}
