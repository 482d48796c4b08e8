import type { Fn } from './hook.js';
import type { Wx } from './host.js';

const NAMES = [
  'request',
  'getStorageSync',
  'setStorageSync',
  'setStorage',
  'getLaunchOptionsSync',
  'getEnterOptionsSync',
  'getDeviceInfo',
  'getAppBaseInfo',
  'getSystemInfoSync',
  'getAccountInfoSync',
  'getNetworkType',
  'getDeviceBenchmarkInfo',
  'onNetworkStatusChange',
  'onAppShow',
  'onAppHide',
] as const;

/** What the agent itself calls. A name that is not here does not exist in this runtime. */
export type Native = { readonly [name in (typeof NAMES)[number]]?: Fn };

/** Taken before anything is hooked: the agent's own traffic must never be counted as the app's. */
export function takeNative(wx: Wx): Native {
  const native: Record<string, Fn> = {};
  for (const name of NAMES) {
    try {
      const own = wx[name];
      if (typeof own === 'function') native[name] = (...args) => own.apply(wx, args);
    } catch {
      // A property that throws when read is a function this runtime does not have.
    }
  }
  return native;
}

/** The answer of a `…Sync` function as a bag of facts: empty where it is missing, throws, or answers nothing. */
export function ask(fn: Fn | undefined, ...args: unknown[]): Record<string, unknown> {
  try {
    return fn?.(...args) || {};
  } catch {
    return {};
  }
}
