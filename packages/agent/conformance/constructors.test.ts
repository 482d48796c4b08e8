import { expect, test } from 'vitest';
import { createScope } from './app-scope.js';
import { APIS, started, use } from './started-app.js';
import type { AnyFunction } from './strict-platform.js';

type Definition = Record<string, unknown>;
type Handlers = Record<string, AnyFunction>;
type Constructor = 'App' | 'Page' | 'Component' | 'Behavior';

const CONSTRUCTORS: Constructor[] = ['App', 'Page', 'Component', 'Behavior'];

/** Registers the definition with the agent in the way, and hands out what the platform got. */
function register(name: Constructor, definition: unknown, ...rest: unknown[]) {
  const scope = started();
  const returned = scope.globals[name](definition, ...rest);
  const [got, ...others] = scope.registered[name] as unknown[];
  return { scope, returned, got: got as Definition, others };
}

/** Where the platform looks for handlers, and which it calls there. */
const HANDLERS: [kind: Constructor, part: string, names: string[]][] = [
  ['App', '', ['onLaunch', 'onShow', 'onHide', 'onError', 'onPageNotFound', 'onUnhandledRejection', 'onThemeChange']],
  ['App', '', ['onLazyLoadError', 'ownMethod']],
  ['Page', '', ['onLoad', 'onShow', 'onReady', 'onHide', 'onUnload', 'onPullDownRefresh', 'onReachBottom']],
  [
    'Page',
    '',
    ['onShareAppMessage', 'onShareTimeline', 'onAddToFavorites', 'onPageScroll', 'onTabItemTap', 'onResize'],
  ],
  ['Page', '', ['onSaveExitState', 'ownHandler']],
  ['Component', 'methods', ['onLoad', 'onShow', 'onReady', 'onHide', 'onUnload', 'onShareAppMessage', 'ownHandler']],
  ['Component', 'lifetimes', ['created', 'attached', 'ready', 'moved', 'detached', 'error']],
  ['Component', 'pageLifetimes', ['show', 'hide', 'resize', 'routeDone']],
  ['Component', '', ['created', 'attached', 'ready', 'moved', 'detached', 'error', 'definitionFilter', 'export']],
  ['Behavior', 'methods', ['onLoad', 'onShow', 'ownHandler']],
  ['Behavior', 'lifetimes', ['attached', 'ready']],
  ['Behavior', 'pageLifetimes', ['show', 'hide']],
];
const EVERY_HANDLER = HANDLERS.flatMap(([of, part, names]) =>
  names.map((name) => [of, part && `${part}.`, name] as const),
);

/** A definition with one handler more than makes a component a page. */
function withHandler(part: string, name: string, handler: unknown): Definition {
  const own = { [name]: handler };
  if (!part) return own;
  return { methods: { onLoad() {} }, [part.slice(0, -1)]: own };
}

const handlerOf = (got: Definition, part: string, name: string) =>
  ((part ? got[part.slice(0, -1)] : got) as Handlers)[name] as AnyFunction;

test.each(EVERY_HANDLER)('%s %s%s keeps its this, arguments and result', (kind, part, name) => {
  const result = { result: true };
  const seen: unknown[] = [];
  const { got } = register(
    kind,
    withHandler(part, name, function (this: unknown, ...args: unknown[]) {
      seen.push(this, ...args);
      return result;
    }),
  );
  const instance = { route: 'pages/a/a', is: 'pages/a/a' };
  const args = [{ from: 'menu', path: 'pages/gone' }, 'second', undefined];
  expect(handlerOf(got, part, name).apply(instance, args)).toBe(result);
  expect(seen).toEqual([instance, ...args]);
  expect(seen[0]).toBe(instance);
  expect(seen[1]).toBe(args[0]);
});

test.each(EVERY_HANDLER)('what %s %s%s throws surfaces', (kind, part, name) => {
  const own = new Error('own');
  const { got } = register(
    kind,
    withHandler(part, name, () => {
      throw own;
    }),
  );
  let surfaced: unknown;
  try {
    handlerOf(got, part, name).call({ route: 'pages/a/a' });
  } catch (error) {
    surfaced = error;
  }
  expect(surfaced).toBe(own);
});

test.each(EVERY_HANDLER)('%s %s%s that is asynchronous keeps its very promise', (kind, part, name) => {
  const promise = Promise.resolve();
  const { got } = register(
    kind,
    withHandler(part, name, () => promise),
  );
  expect(handlerOf(got, part, name).call({ route: 'pages/a/a' })).toBe(promise);
});

test.each(CONSTRUCTORS)('%s keeps its result and further arguments', (kind) => {
  const extra = { extra: true };
  const { returned, others } = register(kind, {}, extra, 7);
  expect(returned).toBe(`what ${kind} returns`);
  expect(others).toEqual([extra, 7]);
});

test.each(
  CONSTRUCTORS.flatMap((name) => [undefined, null, 'text', 7, () => {}].map((given) => [name, given] as const)),
)('%s of %s gets just that', (kind, given) => {
  const { got, others } = register(kind, given);
  expect(got).toBe(given);
  expect(others).toEqual([]);
});

test.each(CONSTRUCTORS)('%s without arguments gets none', (kind) => {
  const scope = started();
  scope.globals[kind]();
  expect(scope.registered[kind]).toEqual([]);
});

test.each(CONSTRUCTORS)('what %s throws surfaces', (kind) => {
  const own = new Error('registered twice');
  const scope = createScope({
    apis: APIS,
    globals: {
      [kind]: () => {
        throw own;
      },
    },
  });
  scope.startAgent();
  expect(() => scope.globals[kind]({})).toThrow(own);
});

// `Behavior.trait`, and whatever else a base library puts on them.
test.each(CONSTRUCTORS)('what the platform put on %s stays there', (kind) => {
  const trait = () => 'trait';
  const original = Object.assign(() => {}, { trait });
  const scope = createScope({ apis: APIS, globals: { [kind]: original } });
  scope.startAgent();
  expect((scope.globals[kind] as unknown as { trait: unknown }).trait).toBe(trait);
});

/** Frozen to its depths: a change would throw. */
function frozen<T extends object>(value: T): T {
  for (const part of Object.values(value)) if (typeof part === 'object' && part) frozen(part);
  return Object.freeze(value);
}

const full = (): Record<Constructor, Definition> => ({
  App: { onLaunch() {}, globalData: { user: 1 } },
  Page: { data: { list: [1] }, onLoad() {}, onShow() {}, tap() {}, behaviors: ['a'] },
  Component: {
    options: { multipleSlots: true },
    properties: { size: Number },
    data: { a: 1 },
    observers: { a() {} },
    methods: { onLoad() {}, tap() {} },
    lifetimes: { attached() {}, ready() {} },
    pageLifetimes: { show() {} },
    relations: {},
    externalClasses: ['b'],
  },
  Behavior: { properties: {}, data: {}, methods: { helper() {} }, lifetimes: { attached() {} } },
});

test.each(CONSTRUCTORS)(
  'a frozen definition of %s is not changed, and what the agent has no part in is the same',
  (name) => {
    const definition = frozen(full()[name]);
    const before = { ...definition };
    const { got } = register(name, definition);
    expect(definition).toEqual(before);
    const others = Object.keys(definition).filter(
      (key) => typeof definition[key] !== 'function' && !['methods', 'lifetimes', 'pageLifetimes'].includes(key),
    );
    expect(others.map((key) => got[key] === definition[key])).toEqual(others.map(() => true));
    expect(Object.keys(definition).filter((key) => !(key in got))).toEqual([]);
  },
);

test.each(CONSTRUCTORS)('a definition of %s that is an instance stays one', (name) => {
  class Base {
    greeting = 'hello';
    onShow() {
      return this.greeting;
    }
    get computed() {
      return this.greeting.length;
    }
  }
  const symbol = Symbol('own');
  const { got } = register(name, Object.assign(new Base(), { [symbol]: 1 }));
  expect(got).toBeInstanceOf(Base);
  expect([(got as unknown as Base).onShow(), (got as unknown as Base).computed, Reflect.get(got, symbol)]).toEqual([
    'hello',
    5,
    1,
  ]);
});

test('one definition that is used for two pages is observed once in each', () => {
  const scope = started();
  const shared = { onShow() {} };
  const pages = ['a', 'b'].map((name) => {
    scope.globals.Page(shared);
    return Object.assign(Object.create(scope.registered.Page?.[0] as object), { route: `pages/${name}` });
  });
  for (const page of [...pages, pages[0]]) page.onShow();
  scope.sent();
  expect(scope.collector.ofKind('page_show').map(({ page }) => page)).toEqual(['pages/a', 'pages/b', 'pages/a']);
});

test.each<[Constructor, string]>([
  ['Page', ''],
  ['Component', 'methods.'],
])('%s gets no share menu and no other feature that it did not ask for', (kind, part) => {
  const { got } = register(
    kind,
    withHandler(part, 'onLoad', () => {}),
  );
  const added = Object.keys((part ? got.methods : got) as Definition);
  expect(added.filter((name) => /^on(Share|Add|Save|PageScroll|Reach|Pull|Tab|Resize)/.test(name))).toEqual([]);
});

test('App gets no handler that changes what the platform does', () => {
  const { got } = register('App', {});
  expect(Object.keys(got).filter((name) => /^on(PageNotFound|LazyLoad)/.test(name))).toEqual([]);
});

test.each([
  ['handlers', { methods: { onLoad() {} } }],
  ['handlers and other lifetimes', { methods: { onShow() {} }, lifetimes: { attached() {} } }],
])('a component with %s keeps its older lifetimes, over which newer ones would win', (_name, more) => {
  const seen: string[] = [];
  const names = ['created', 'attached', 'ready', 'moved', 'detached'];
  const older = Object.fromEntries(names.map((name) => [name, () => seen.push(name)]));
  const { got } = register('Component', { ...older, ...more });
  const lifetimes = (got.lifetimes ?? {}) as Handlers;
  const given = ((more as Definition).lifetimes ?? {}) as Handlers;
  for (const name of names.filter((name) => !(name in given)))
    (lifetimes[name] ?? (got[name] as AnyFunction)).call({ route: 'pages/a/a' });
  expect(seen).toEqual(names.filter((name) => !(name in given)));
});

test('a function with properties of its own, a class, and whatever is no function stay the very same', () => {
  const debounced = Object.assign(() => {}, { cancel() {} });
  class Model {}
  const own = { debounced, Model, list: [1], none: null };
  const { got } = register('Page', own);
  expect(Object.keys(own).filter((key) => got[key] !== own[key as keyof typeof own])).toEqual([]);
});

test('lifecycle values that are no functions are left to the platform', () => {
  const { got } = register('Page', { onShow: 'text', onLoad: 7, onHide: { a: 1 } });
  expect([got.onShow, got.onLoad, got.onHide]).toEqual(['text', 7, { a: 1 }]);
});

test('an exception in a handler leaves later calls where they belong', () => {
  const { got, scope } = register('Page', {
    broken() {
      throw new Error('own');
    },
  });
  const page = { route: 'pages/a/a', is: 'pages/a/a' };
  expect(() => (got as Handlers).broken?.call(page, { type: 'tap' })).toThrow('own');
  use(scope, 'scanCode');
  scope.sent();
  expect(scope.collector.ofKind('call')[0]).not.toHaveProperty('component');
});
