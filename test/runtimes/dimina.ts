import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, posix } from 'node:path';
import vm from 'node:vm';
import { type AskingApi, createPhone, type Outcome } from './phone.js';
import { AGENT_FILE, type AppConfig, SAMPLE_APP } from './sample-app.js';

const require = createRequire(import.meta.url);
const SERVICE_FILE = join(dirname(require.resolve('@dimina-kit/electron-runtime')), 'native-host/service/service.js');

type Message = { type: string; body: Record<string, unknown> };
type Launch = { path: string; scene?: number; query?: Record<string, string> };
type Page = { bridgeId: string; moduleId: string; path: string };
type PageInstance = { data: Record<string, unknown>; onShareAppMessage?: (asked: object) => unknown };
export type Dimina = Awaited<ReturnType<typeof startDimina>>;

/**
 * Launches a Mini Program in Dimina's service layer: App, Page and `wx` of a current base library, with launch options,
 * promises, `wx.onAppShow`. There is no view layer: the test names handlers instead of tapping elements. The process
 * this stands for ends with `kill`; hand the same `storage` to the next one.
 */
export async function startDimina({
  appDir = SAMPLE_APP,
  agentFile = AGENT_FILE,
  config,
  launch,
  storage = new Map(),
}: {
  appDir?: string;
  agentFile?: string;
  config: AppConfig;
  launch: Launch;
  storage?: Map<string, unknown>;
}) {
  let isAlive = true;
  let pagesOpened = 0;
  let moduleIdOfNext = '';
  const stack: Page[] = [];
  const problems: string[] = [];

  const phone = createPhone({
    appId: config.appId,
    storage,
    callBack: (id, args) => id !== undefined && send('triggerCallback', { id, args }),
    // On a phone the page changes after the handler that asked for it.
    navigation: { to: (url) => setImmediate(openUrl, url), back: () => setImmediate(goBack) },
  });
  const bridge = {
    onMessage: (_message: Message) => {},
    invoke: ({ type, body }: Message) =>
      type === 'invokeAPI' ? phone.invoke(body.name as string, body.params) : undefined,
    publish(_bridgeId: string, { type, body }: Message) {
      if (type === 'firstRender') moduleIdOfNext = body.pageId as string;
    },
  };
  const whileAlive = (task: () => void) => () => isAlive && task();
  const context = vm.createContext({
    DiminaServiceBridge: bridge,
    console: {
      log() {},
      info() {},
      debug() {},
      warn() {},
      error: (...said: unknown[]) => problems.push(said.join(' ')),
    },
    setTimeout: (task: () => void, delayMs: number) => setTimeout(whileAlive(task), delayMs).unref(),
    clearTimeout,
    queueMicrotask,
  });
  vm.runInContext(await readFile(SERVICE_FILE, 'utf8'), context, { filename: SERVICE_FILE });
  await defineModules(context, appDir, {
    'lib/minilens-mp-agent': await readFile(agentFile, 'utf8'),
    config: `module.exports = ${JSON.stringify(config)};`,
  });

  function send(type: string, body: Record<string, unknown>) {
    if (isAlive) bridge.onMessage({ type, body });
  }

  function current() {
    const page = stack.at(-1);
    if (!page) throw new Error('No page is open');
    return page;
  }

  function openPage({ path, scene, query = {} }: Launch) {
    const bridgeId = `bridge-${++pagesOpened}`;
    const hostEnv = {
      systemInfo: {
        platform: 'ios',
        system: 'iOS 17.4',
        brand: 'iPhone',
        model: 'iPhone 15',
        version: '8.0.50',
        SDKVersion: '3.5.0',
      },
    };
    send('loadResource', { appId: config.appId, bridgeId, pagePath: path, query, scene, hostEnv });
    send('resourceLoaded', { bridgeId, pagePath: path, query, stackId: 'main' });
    stack.push({ bridgeId, moduleId: moduleIdOfNext, path });
    send('pageAttached', { bridgeId });
    send('pageShow', { bridgeId });
    send('pageReady', { bridgeId, moduleId: moduleIdOfNext });
  }

  function openUrl(url: string) {
    const { pathname, searchParams } = new URL(url, 'app://sample');
    send('pageHide', { bridgeId: current().bridgeId });
    openPage({ path: pathname.replace(/^\//, ''), query: Object.fromEntries(searchParams) });
  }

  function goBack() {
    if (stack.length < 2) return;
    send('pageUnload', { bridgeId: current().bridgeId });
    stack.pop();
    send('pageShow', { bridgeId: current().bridgeId });
  }

  const topPage = () => (context.getCurrentPages() as PageInstance[]).at(-1);

  openPage(launch);
  return {
    /** The app's own `wx`, as its code sees it. */
    wx: context.wx as Record<string, (options?: object) => unknown>,
    /** What the runtime or the app complained about. */
    problems,
    currentPage: () => current().path,
    data: () => topPage()?.data,

    /** What the app answers when its user shares the current page from the menu. */
    share: () => topPage()?.onShareAppMessage?.({ from: 'menu' }),

    /** Runs the current page's handler as a tap would, and what it started on the phone. */
    async tap(handler: string, dataset: Record<string, string> = {}) {
      const { bridgeId, moduleId } = current();
      const target = { id: '', dataset };
      send('t', { bridgeId, moduleId, methodName: handler, event: { type: 'tap', target, currentTarget: target } });
      await turn();
    },

    async answer(api: AskingApi, outcome: Outcome) {
      phone.answer(api, outcome);
      await turn();
    },

    async back() {
      goBack();
    },

    background() {
      send('pageHide', { bridgeId: current().bridgeId });
      send('appHide', {});
    },

    foreground({ scene = 1001 } = {}) {
      send('appShow', { scene, path: current().path, query: {} });
      send('pageShow', { bridgeId: current().bridgeId });
    },

    /** From here on nothing of the app runs. */
    kill() {
      isAlive = false;
    },
  };
}

/** The compiler's work: every file becomes a module whose `require` is relative to it, and a page knows its route. */
async function defineModules(context: vm.Context, appDir: string, replaced: Record<string, string>) {
  const { pages } = JSON.parse(await readFile(join(appDir, 'app.json'), 'utf8')) as { pages: string[] };
  const files = (await readdir(appDir, { recursive: true })).filter((file) => file.endsWith('.js'));
  const ids = new Set([...files.map((file) => file.replace(/\.js$/, '')), ...Object.keys(replaced)]);
  for (const id of ids) {
    const code = replaced[id] ?? (await readFile(join(appDir, `${id}.js`), 'utf8'));
    const body = vm.runInContext(`(function (require, module, exports) {${code}\n})`, context, {
      filename: `${id}.js`,
    });
    context.modDefine(id, (_require: unknown, module: object, exports: object) => {
      const relative = (path: string) => context.modRequire(posix.join(posix.dirname(id), path).replace(/\.js$/, ''));
      if (pages.includes(id)) context.__extraInfo = { path: id, usingComponents: {} };
      body(relative, module, exports);
    });
  }
}

/** Everything that waits for its turn has had it. */
const turn = () => new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)));
