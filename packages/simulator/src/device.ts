import type { Monitor, MonitorConfig } from '@minilens/agent/monitor';
import { type AnyFunction, type Globals, runAgent } from './agent-process.js';
import { asPage, type ComponentDefinition, tap } from './component-page.js';
import { type DeviceFacts, PLAIN_DEVICE } from './device-facts.js';
import { createPageStack, type Definition, lifecycle, type PageInstance } from './page-stack.js';
import { createPerformanceObservers, type Opening } from './performance-observers.js';
import type { VirtualClock } from './virtual-clock.js';
import { type CallAnswer, createWx, type EnterOptions, type HttpAnswer, type Wx } from './wx-api.js';

export type { DeviceFacts } from './device-facts.js';
export type { Opening } from './performance-observers.js';
export type { CallAnswer, EnterOptions, HttpAnswer, Wx } from './wx-api.js';

/** What the app's files see around them, once the agent has started. */
export interface AppScope {
  wx: Wx;
  monitor: Monitor;
  App: AnyFunction;
  /** `Page(definition)` in the file of this path. */
  page(path: string, definition: unknown): unknown;
  /** `Component(definition)` in the file of this path, which is used as a page: its methods are the page's handlers. */
  component(path: string, definition: unknown): unknown;
  Behavior: AnyFunction;
}

export interface DeviceOptions {
  /** The agent bundle as text. */
  agentCode: string;
  clock: VirtualClock;
  /** Numbers 0 ≤ x < 1: the device's `Math.random`. */
  random: () => number;
  config: MonitorConfig;
  facts?: Partial<DeviceFacts> | undefined;
  /** The collector: given the body of every batch the agent posts. Answering nothing means no network. */
  onRequest(envelope: string): HttpAnswer;
  /** How other `wx` calls end, `request` included. Unless said: success after 50 ms. */
  onCall?: ((name: string, options: unknown) => CallAnswer | undefined) | undefined;
  /** Asynchronous `wx` functions this runtime has besides the three that are watched by default. */
  apis?: string[] | undefined;
  /** The app's own files. Unless given: an empty App, and an empty Page for every path that is opened. */
  app?: ((scope: AppScope) => void) | undefined;
  /**
   * What the platform measures while the page of this path opens; of updates it tells nothing. Unless given: it measures
   * nothing, and pages are ready as they come into sight.
   */
  opening?: ((path: string) => Opening) | undefined;
  /** Changes the platform's `wx` before the agent sees it. */
  prepareWx?: ((wx: Wx) => void) | undefined;
  /** Further globals of this runtime: `performance`, `__wxConfig` … */
  globals?: Partial<Globals> | undefined;
  /** Platforms differ in what they tell first when the app goes to the background and comes back. */
  reportsFirst?: 'app' | 'page' | undefined;
  /** The oldest runtimes pass nothing to `onLaunch` and `onShow`. */
  hidesOptions?: boolean | undefined;
  /** iOS: from `onHide` to `onShow` no timer fires and no callback comes. */
  freezesInBackground?: boolean | undefined;
  /** Time between a batch and its answer. Unit: ms. */
  latencyMs?: number | undefined;
  /** Hears what the agent writes to the console. */
  onConsole?: ((level: string, message: string) => void) | undefined;
}

const EVERY_DEVICE_HAS = ['requestPayment', 'scanCode', 'previewImage'];

/**
 * One device with one Mini Program on it. Nothing happens by itself: its time is the clock's, and its user is whoever
 * calls these functions. They throw when the device cannot do it, such as navigating while no app runs.
 */
export function createDevice(options: DeviceOptions) {
  const storage = new Map<string, unknown>();
  let process: Process | undefined;

  const running = (): Process => {
    if (!process) throw new Error('The app is not running: launch it first.');
    return process;
  };

  return {
    /** What survives the process. */
    storage,
    get isRunning() {
      return process !== undefined;
    },
    get isForeground() {
      return process?.isForeground ?? false;
    },
    /** The `wx` of the running process, with the agent's hooks in it. */
    get wx(): Wx {
      return running().wx;
    },
    get monitor(): Monitor {
      return running().monitor;
    },
    /** Route of the page on top. */
    get page(): string | undefined {
      return process?.pages.top?.route;
    },
    /** A cold start that opens this page. */
    launch(enter: Partial<EnterOptions> = {}) {
      if (process) throw new Error('The app is running already: kill it first.');
      process = startProcess(options, storage, { path: 'pages/index/index', scene: 1001, query: {}, ...enter });
    },
    /** To the background. Does nothing when it is there. */
    hide: () => running().hide(),
    /** Back to the foreground; with a path as from a shared card, which replaces all pages. */
    show: (enter: Partial<EnterOptions> = {}) => running().show(enter),
    /** The process ends without a word; storage stays. */
    kill() {
      process?.die();
      process = undefined;
    },
    navigateTo: (path: string, query?: Record<string, string>) => running().pages.navigateTo(path, query),
    redirectTo: (path: string, query?: Record<string, string>) => running().pages.redirectTo(path, query),
    navigateBack: (delta?: number) => running().pages.navigateBack(delta),
    switchTab: (path: string) => running().pages.switchTab(path),
    reLaunch: (path: string, query?: Record<string, string>) => running().pages.reLaunch(path, query),
    /** A tap on an element of the page on top that is bound to this handler. */
    tap: (handler: string) => tap(running().pages.top, handler),
    /** The platform calls this handler of the App: onError, onPageNotFound … */
    tellApp: (handler: string, argument?: unknown) => running().tellApp(handler, argument),
    /** The platform calls this handler of the page on top: onShareAppMessage … */
    tellPage: (handler: string, argument?: unknown) => lifecycle(running().pages.top, handler, argument),
    /** wifi, 4g, none … */
    setNetwork: (networkType: string) => running().setNetwork(networkType),
    /** Calls `wx[name]` with callbacks, as most apps do, and what else is given. */
    call: (name: string, given: object = {}) => callWx(running().wx, name, given),
    /** `wx.request` to the app's own back end. */
    request: (url: string, given: object = {}) => callWx(running().wx, 'request', { url, ...given }),
  };
}

export type Device = ReturnType<typeof createDevice>;

const ignore = () => {};
const callWx = (wx: Wx, name: string, given: object) =>
  (wx[name] as AnyFunction)({ success: ignore, fail: ignore, ...given });

type Process = ReturnType<typeof startProcess>;

function startProcess(options: DeviceOptions, storage: Map<string, unknown>, launchOptions: EnterOptions) {
  const { clock, config } = options;
  let isAlive = true;
  let isForeground = true;
  let enterOptions = launchOptions;
  let frozen: (() => void)[] = [];
  let app: Definition = {};
  let registered: Definition = {};
  const definitions = new Map<string, Definition>();

  function later(task: () => void, delayMs: number): void {
    clock.setTimeout(() => {
      if (!isAlive) return;
      if (options.freezesInBackground && !isForeground) frozen.push(task);
      else task();
    }, delayMs);
  }

  function answer(name: string, given: unknown): CallAnswer {
    const { url, data } = (given ?? {}) as { url?: unknown; data?: unknown };
    const isBatch = name === 'request' && typeof url === 'string' && url.startsWith(`${config.endpoint}/v1/`);
    if (!isBatch) {
      const usual = name === 'request' ? { statusCode: 200, data: {}, header: {} } : {};
      return options.onCall?.(name, given) ?? { success: usual };
    }
    const http = options.onRequest(String(data));
    const afterMs = options.latencyMs ?? 50;
    if (!http) return { fail: { errMsg: 'request:fail timeout' }, afterMs };
    return { success: { header: {}, ...http }, afterMs };
  }

  const facts: DeviceFacts = { ...PLAIN_DEVICE, ...options.facts };
  const { wx, listeners } = createWx({
    facts,
    storage,
    apis: new Set([...EVERY_DEVICE_HAS, ...(options.apis ?? [])]),
    answer,
    later,
    enterOptions: () => enterOptions,
    launchOptions,
  });
  const observers = createPerformanceObservers();
  if (options.opening) wx.getPerformance = observers.getPerformance;
  options.prepareWx?.(wx);

  const say = (level: string) => (message: string) => options.onConsole?.(level, message);
  const definitionOf = (path: string) => {
    let definition = definitions.get(path);
    if (!definition) {
      globals.Page({});
      definition = registered;
      definitions.set(path, definition);
    }
    return definition;
  };
  const whenReady = (page: PageInstance, isReady: () => void) => {
    const opening = options.opening?.(page.route);
    if (!opening) return isReady();
    later(() => {
      if (!pages.all.includes(page)) return;
      isReady();
      observers.tell(opening.entries);
    }, opening.readyMs);
  };
  const pages = createPageStack(definitionOf, whenReady, options.opening && { setUpdatePerformanceListener() {} });
  const agent = runAgent(options.agentCode, {
    wx,
    App: (definition: Definition) => {
      app = definition;
    },
    Page: (definition: Definition) => {
      registered = definition;
    },
    Component: (definition: ComponentDefinition) => {
      registered = asPage(definition);
    },
    Behavior: (definition: ComponentDefinition) => definition,
    getCurrentPages: () => [...pages.all],
    setTimeout: later,
    Date: { now: clock.now },
    Math: Object.assign(Object.create(Math), { random: options.random }),
    console: { info: say('info'), warn: say('warn') },
    ...options.globals,
  });
  agent.monitor.config(config);
  const globals = agent.globals();

  const inFileOf = (register: AnyFunction) => (path: string, definition: unknown) => {
    const result = register(definition);
    definitions.set(path, registered);
    return result;
  };
  if (options.app) {
    options.app({
      wx,
      monitor: agent.monitor,
      App: globals.App,
      page: inFileOf(globals.Page),
      component: inFileOf(globals.Component),
      Behavior: globals.Behavior,
    });
  } else {
    globals.App({});
  }

  const told = (enter: EnterOptions) => (options.hidesOptions ? undefined : enter);
  const showApp = () => {
    lifecycle(app, 'onShow', told(enterOptions));
    for (const heard of listeners.show) heard(told(enterOptions));
  };
  const hideApp = () => {
    lifecycle(app, 'onHide');
    for (const heard of listeners.hide) heard({});
  };
  const inOrder = (tellApp: () => void, tellPage: () => void) => {
    if (options.reportsFirst === 'page') {
      tellPage();
      tellApp();
    } else {
      tellApp();
      tellPage();
    }
  };

  lifecycle(app, 'onLaunch', told(launchOptions));
  showApp();
  pages.reLaunch(launchOptions.path, launchOptions.query);

  return {
    wx,
    pages,
    monitor: agent.monitor,
    tellApp: (handler: string, argument: unknown) => lifecycle(app, handler, argument),
    setNetwork(networkType: string) {
      facts.network = networkType;
      for (const heard of listeners.network) heard({ isConnected: networkType !== 'none', networkType });
    },
    get isForeground() {
      return isForeground;
    },
    hide() {
      if (!isForeground) return;
      inOrder(hideApp, () => lifecycle(pages.top, 'onHide'));
      isForeground = false;
    },
    show(enter: Partial<EnterOptions>) {
      if (isForeground) return;
      isForeground = true;
      const { path } = enter;
      enterOptions = { ...enterOptions, path: pages.top?.route ?? '', ...enter };
      inOrder(showApp, () => {
        if (path === undefined) lifecycle(pages.top, 'onShow');
        else pages.reLaunch(path, enter.query);
      });
      const thawed = frozen;
      frozen = [];
      for (const task of thawed) task();
    },
    die() {
      isAlive = false;
    },
  };
}
