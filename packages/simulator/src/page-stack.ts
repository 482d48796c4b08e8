import type { AnyFunction } from './agent-process.js';

/** What was given to `Page`: lifecycle handlers and whatever else the app put there. */
export type Definition = Record<string, unknown>;
export type PageInstance = Definition & { route: string };
type Query = Record<string, string>;

/**
 * The pages of one process, on top of each other, with the lifecycle calls WeChat makes when they change.
 *
 * @param whenReady decides when a page that has come up for the first time is ready. Unless given: at once.
 * @param ofPlatform what the platform puts into every page.
 */
export function createPageStack(
  definitionOf: (path: string) => Definition,
  whenReady = (_page: PageInstance, isReady: () => void) => isReady(),
  ofPlatform: object = {},
) {
  let stack: PageInstance[] = [];
  const tabs = new Map<string, PageInstance>();

  function create(path: string, query: Query): PageInstance {
    const page = Object.assign(Object.create(definitionOf(path)), ofPlatform, {
      route: path,
      is: path,
      options: query,
    }) as PageInstance;
    lifecycle(page, 'onLoad', query);
    return page;
  }

  function appear(page: PageInstance, isNew: boolean): void {
    stack.push(page);
    lifecycle(page, 'onShow');
    if (isNew) whenReady(page, () => lifecycle(page, 'onReady'));
  }

  function unloadAll(): void {
    const gone = new Set([...stack.reverse(), ...tabs.values()]);
    stack = [];
    tabs.clear();
    for (const page of gone) lifecycle(page, 'onUnload');
  }

  return {
    get all(): readonly PageInstance[] {
      return stack;
    },
    get top(): PageInstance | undefined {
      return stack.at(-1);
    },
    navigateTo(path: string, query: Query = {}) {
      lifecycle(stack.at(-1), 'onHide');
      appear(create(path, query), true);
    },
    redirectTo(path: string, query: Query = {}) {
      lifecycle(stack.pop(), 'onUnload');
      appear(create(path, query), true);
    },
    navigateBack(delta = 1) {
      for (let i = 0; i < delta && stack.length > 1; i++) lifecycle(stack.pop(), 'onUnload');
      lifecycle(stack.at(-1), 'onShow');
    },
    /** Pages that are no tabs go; a tab once opened stays and only comes back into sight. */
    switchTab(path: string) {
      const isTab = (page: PageInstance) => tabs.get(page.route) === page;
      for (const page of stack.reverse()) lifecycle(page, isTab(page) ? 'onHide' : 'onUnload');
      stack = [];
      const known = tabs.get(path);
      const page = known ?? create(path, {});
      tabs.set(path, page);
      appear(page, !known);
    },
    reLaunch(path: string, query: Query = {}) {
      unloadAll();
      appear(create(path, query), true);
    },
  };
}

export function lifecycle(target: Definition | undefined, name: string, argument?: unknown): unknown {
  const handler = target?.[name];
  return typeof handler === 'function' ? (handler as AnyFunction).call(target, argument) : undefined;
}
