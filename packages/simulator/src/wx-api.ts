import type { AnyFunction } from './agent-process.js';
import type { DeviceFacts } from './device-facts.js';

/** How an asynchronous `wx` call ends, `afterMs` after it was made (50 unless said). `never`: no callback at all. */
export type CallAnswer = { afterMs?: number } & ({ success: object } | { fail: object } | { never: true });

/** What `wx.request` is answered; nothing stands for a network that is not there. */
export type HttpAnswer = { statusCode: number; data: unknown; header?: Record<string, string> } | undefined;

export interface EnterOptions {
  path: string;
  scene: number;
  query: Record<string, string>;
  /** The Mini Program or account it was opened from. */
  referrerInfo?: { appId: string };
}

export type Wx = Record<string, unknown>;
type CallOptions = { success?: AnyFunction; fail?: AnyFunction; complete?: AnyFunction } | undefined;

interface Needs {
  facts: DeviceFacts;
  storage: Map<string, unknown>;
  /** Names of asynchronous functions besides the platform's own below. */
  apis: Iterable<string>;
  answer(name: string, options: unknown): CallAnswer;
  later(task: () => void, delayMs: number): void;
  enterOptions(): EnterOptions;
  launchOptions: EnterOptions;
}

/** The `wx` of one process, and the listeners that were left with it. */
export function createWx({ facts, storage, apis, answer, later, enterOptions, launchOptions }: Needs) {
  const listeners = { show: [] as AnyFunction[], hide: [] as AnyFunction[], network: [] as AnyFunction[] };

  /** As the platform does it: callbacks where any is given, a promise where none is. */
  const asynchronous =
    (name: string, returnsTask = false) =>
    (options?: CallOptions) => {
      const { success, fail, complete } = options ?? {};
      if (returnsTask || success || fail || complete) {
        const task = end(name, options, (ok, result) => {
          (ok ? success : fail)?.(result);
          complete?.(result);
        });
        return returnsTask ? task : undefined;
      }
      return new Promise((resolve, reject) => {
        end(name, options, (ok, result) => (ok ? resolve : reject)(result));
      });
    };

  function end(name: string, options: unknown, done: (ok: boolean, result: object) => void) {
    let isOpen = true;
    const given = answer(name, options);
    const settle = (ok: boolean, result: object) => {
      if (!isOpen) return;
      isOpen = false;
      done(ok, result);
    };
    if ('success' in given) later(() => settle(true, { errMsg: `${name}:ok`, ...given.success }), given.afterMs ?? 50);
    if ('fail' in given) later(() => settle(false, { errMsg: `${name}:fail`, ...given.fail }), given.afterMs ?? 50);
    return { abort: () => settle(false, { errMsg: `${name}:fail abort` }) };
  }

  const wx: Wx = {
    request: asynchronous('request', true),
    getStorageSync: (key: string) => storage.get(key) ?? '',
    setStorageSync: (key: string, data: unknown) => void storage.set(key, data),
    setStorage({ key, data, success }: { key: string; data: unknown; success?: AnyFunction }) {
      storage.set(key, data);
      if (success) later(success, 1);
    },
    getDeviceInfo: () => ({ platform: facts.platform, system: facts.system, brand: facts.brand, model: facts.model }),
    getAppBaseInfo: () => ({ version: facts.wechat, SDKVersion: facts.sdk }),
    getAccountInfoSync: () => ({ miniProgram: { version: facts.version, envVersion: facts.env } }),
    getNetworkType: ({ success }: { success: AnyFunction }) => later(() => success({ networkType: facts.network }), 1),
    onNetworkStatusChange: (heard: AnyFunction) => void listeners.network.push(heard),
    getDeviceBenchmarkInfo: ({ success }: { success: AnyFunction }) =>
      later(() => success({ modelLevel: facts.level }), 1),
    onAppShow: (heard: AnyFunction) => void listeners.show.push(heard),
    onAppHide: (heard: AnyFunction) => void listeners.hide.push(heard),
    getEnterOptionsSync: enterOptions,
    getLaunchOptionsSync: () => launchOptions,
  };
  for (const name of apis) wx[name] = asynchronous(name);
  return { wx, listeners };
}
