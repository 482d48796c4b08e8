/** Requests below this address are the app's own; every other one is an agent's report. */
export const APP_ORIGIN = 'https://api.test/';

type Task = () => void;
type Options = { success?: (result: object) => void; complete?: (result: object) => void };
// biome-ignore lint/suspicious/noExplicitAny: functions of `wx` take whatever an app or an agent gives.
export type Api = (...args: any[]) => unknown;
type Handlers = Record<string, ((this: unknown, argument?: object) => unknown) | undefined>;

export interface MiniProgram {
  /** Starts the app and shows its only page, as the platform does after app.js has run. */
  open(): void;
  /** Runs what was left for later: timers, and the answers to whatever is not measured. */
  rest(): Promise<void>;
}

const PAGE = 'pages/index/index';
const LAUNCH = { path: PAGE, scene: 1001, query: {}, referrerInfo: {} };
const SYSTEM = {
  brand: 'HUAWEI',
  model: 'ALN-AL00',
  platform: 'android',
  system: 'Android 14',
  version: '8.0.50',
  SDKVersion: '3.4.2',
  language: 'zh_CN',
  benchmarkLevel: 30,
  pixelRatio: 3,
  screenWidth: 360,
  screenHeight: 780,
  windowWidth: 360,
  windowHeight: 700,
};

/**
 * Gives this thread the globals of a Mini Program. The measured functions answer at once, so that what is measured is
 * the agent; everything else waits for `rest`. `onReport` is told what an agent sends.
 */
export function becomeMiniProgram(onReport: (url: string, body: unknown) => void): MiniProgram {
  const tasks: Task[] = [];
  const repeated = new Set<Task>();
  const later = (task: Task) => tasks.push(task);
  const answerLater = (options: Options | undefined, result: object) => {
    later(() => {
      options?.success?.(result);
      options?.complete?.(result);
    });
  };

  const storage = new Map<string, unknown>();
  const answered = { errMsg: 'request:ok', statusCode: 200, data: { accepted: 1, dropped: {} }, header: {} };
  const scanned = { errMsg: 'scanCode:ok', result: '6901234567892', scanType: 'EAN_13', charSet: 'utf-8' };
  const settled = Promise.resolve(scanned);
  // A platform holds on to what it was given; without that the engine would see through the unhooked call and drop it.
  const held: { options?: object | undefined } = {};
  const requestTask = { abort() {}, onHeadersReceived() {}, offHeadersReceived() {} };

  const wx: Record<string, Api> = {
    request(options: Options & { url: string; data?: unknown }) {
      if (!options.url.startsWith(APP_ORIGIN)) {
        onReport(options.url, options.data);
        answerLater(options, answered);
        return requestTask;
      }
      held.options = options;
      options.success?.(answered);
      options.complete?.(answered);
      return requestTask;
    },
    scanCode(options?: Options & { fail?: unknown }) {
      held.options = options;
      if (!options?.success && !options?.fail && !options?.complete) return settled;
      options.success?.(scanned);
      options.complete?.(scanned);
      return undefined;
    },
    getStorageSync: (key: string) => storage.get(key) ?? '',
    setStorageSync: (...entry: [string, unknown]) => storage.set(...entry),
    removeStorageSync: (key: string) => storage.delete(key),
    getStorage: (options: Options & { key: string }) => answerLater(options, { data: storage.get(options.key) ?? '' }),
    setStorage: (options: Options & { key: string; data: unknown }) => {
      storage.set(options.key, options.data);
      answerLater(options, {});
    },
    getStorageInfoSync: () => ({ keys: [...storage.keys()], currentSize: 0, limitSize: 10_240 }),
    getNetworkType: (options: Options) => answerLater(options, { networkType: 'wifi' }),
    getSystemInfo: (options: Options) => answerLater(options, SYSTEM),
    getPerformance: () => ({
      createObserver: () => ({ observe() {}, disconnect() {} }),
      getEntries: () => [],
      getEntriesByName: () => [],
      getEntriesByType: () => [],
      setBufferSize() {},
    }),
    getAccountInfoSync: () => ({
      miniProgram: { appId: 'wx0123456789abcdef', envVersion: 'release', version: '1.4.0' },
    }),
    canIUse: () => true,
    nextTick: later,
  };
  for (const name of ['getSystemInfoSync', 'getDeviceInfo', 'getAppBaseInfo', 'getWindowInfo']) wx[name] = () => SYSTEM;
  for (const name of ['getLaunchOptionsSync', 'getEnterOptionsSync']) wx[name] = () => LAUNCH;
  for (const name of ['AppShow', 'AppHide', 'Error', 'UnhandledRejection', 'PageNotFound', 'MemoryWarning'])
    wx[`on${name}`] = () => {};
  for (const name of ['NetworkStatusChange', 'AppRoute', 'AppRouteDone', 'LazyLoadError']) wx[`on${name}`] = () => {};

  let app: Handlers = {};
  let page: Handlers & { route?: string; options?: object } = {};
  const globals = {
    wx,
    App(definition: Handlers) {
      app = definition;
    },
    Page(definition: Handlers) {
      page = Object.assign(definition, { route: PAGE, options: {}, setData() {} } as object);
    },
    Component() {},
    Behavior: (definition: object) => definition,
    getApp: () => app,
    getCurrentPages: () => (page.route ? [page] : []),
    setTimeout: later,
    clearTimeout() {},
    setInterval: (task: Task) => repeated.add(task),
    clearInterval() {},
    // Agents greet their developers, and some of them keep what is said.
    console: { log() {}, info() {}, warn() {}, error() {}, debug() {} },
  };
  for (const [name, value] of Object.entries(globals))
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: true });

  return {
    open() {
      // By their global names: an agent has put its own functions there.
      const now = globalThis as unknown as typeof globals;
      now.App({ onLaunch() {}, onShow() {} });
      app.onLaunch?.(LAUNCH);
      app.onShow?.(LAUNCH);
      now.Page({ onLoad() {}, onShow() {}, onReady() {} });
      page.onLoad?.({});
      page.onShow?.();
      page.onReady?.();
    },
    async rest() {
      for (const task of repeated) task();
      for (let i = 0; i < 3; i++) {
        for (const task of tasks.splice(0)) task();
        await undefined;
      }
    },
  };
}
