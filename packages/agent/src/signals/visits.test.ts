import type { AppScope, Wx } from '@minilens/simulator/device';
import { expect, test } from 'vitest';
import { MINUTE_MS, testDevice } from '../test-device.js';

type Used = ReturnType<typeof testDevice>;

const viewsOf = ({ clock, collector }: Used) => {
  clock.advance(MINUTE_MS);
  return collector.ofKind('page_show').map(({ page }) => page);
};
const readyOf = ({ collector }: Used) => collector.ofKind('page_ready').map(({ page }) => page);

const ROUTE = 'pages/a/a';

/** Every way an app can make a page. `seen` hears the app's own handlers; `own` is what it hears in the course of the visits. */
const WAYS: [name: string, own: string[], make: (scope: AppScope, seen: string[]) => void][] = [
  ['Page', ['show', 'show', 'show'], ({ page }, seen) => page(ROUTE, { onShow: () => void seen.push('show') })],
  ['Page without handlers', [], ({ page }) => page(ROUTE, { data: {} })],
  [
    'Component with methods',
    ['show', 'show', 'show'],
    ({ component }, seen) => component(ROUTE, { methods: { onLoad() {}, onShow: () => void seen.push('show') } }),
  ],
  ['Component with only onLoad', [], ({ component }) => component(ROUTE, { methods: { onLoad() {} } })],
  [
    'Component with methods and pageLifetimes',
    ['show', 'show', 'show'],
    ({ component }, seen) =>
      component(ROUTE, { methods: { onLoad() {} }, pageLifetimes: { show: () => void seen.push('show') } }),
  ],
  [
    'Component whose ready is among its lifetimes, as uni-app writes it',
    ['ready'],
    ({ component }, seen) =>
      component(ROUTE, {
        methods: { onLoad() {}, onUnload() {} },
        lifetimes: { attached() {}, ready: () => void seen.push('ready'), detached() {} },
      }),
  ],
  [
    'Component in the older spelling',
    ['ready'],
    ({ component }, seen) => component(ROUTE, { methods: { onLoad() {} }, ready: () => void seen.push('ready') }),
  ],
  [
    'Component with a Behavior that has the page’s handlers',
    ['show', 'show', 'show'],
    ({ component, Behavior }, seen) => {
      const behavior = Behavior({ methods: { onLoad() {}, onShow: () => void seen.push('show') } });
      component(ROUTE, { behaviors: [behavior], methods: { likes() {} } });
    },
  ],
  [
    'Component and Behavior that share them',
    ['show', 'show', 'show'],
    ({ component, Behavior }, seen) => {
      const behavior = Behavior({ methods: { onShow: () => void seen.push('show') } });
      component(ROUTE, { behaviors: [behavior], methods: { onLoad() {} } });
    },
  ],
  [
    'Component and Behavior that both have them',
    ['show', 'ready', 'show', 'show'],
    ({ component, Behavior }, seen) => {
      const behavior = Behavior({
        methods: { onLoad() {}, onShow() {} },
        lifetimes: { ready: () => void seen.push('ready') },
      });
      component(ROUTE, { behaviors: [behavior], methods: { onLoad() {}, onShow: () => void seen.push('show') } });
    },
  ],
  [
    'a function of the app’s own around Page',
    ['show', 'show', 'show'],
    ({ page }, seen) => {
      const createPage = ({ onShow, ...rest }: { onShow(): void }) =>
        page(ROUTE, {
          ...rest,
          onShow(this: unknown) {
            return onShow.call(this);
          },
        });
      createPage({ onShow: () => void seen.push('show') });
    },
  ],
  [
    'a class whose handlers stand in its prototype',
    ['show', 'show', 'show'],
    ({ page }, seen) => {
      class Base {
        onLoad() {}
        onShow() {
          seen.push('show');
        }
      }
      page(ROUTE, new Base());
    },
  ],
];

test.each(WAYS)(
  '%s: each visit is a view with its stay, and the app’s own handlers run as often as before',
  (_name, own, make) => {
    const seen: string[] = [];
    const used = testDevice({
      app(scope) {
        scope.App({});
        make(scope, seen);
      },
    });
    const { device, clock, collector } = used;
    device.launch({ path: ROUTE });
    clock.advance(1_000);
    device.navigateTo('b');
    clock.advance(500);
    device.navigateBack();
    clock.advance(2_000);
    device.hide();
    clock.advance(MINUTE_MS);
    device.show();
    clock.advance(3_000);
    device.hide();
    expect(viewsOf(used)).toEqual([ROUTE, 'b', ROUTE]);
    expect(collector.ofKind('page_hide').map(({ page, stayMs }) => [page, stayMs])).toEqual([
      [ROUTE, 1_000],
      ['b', 500],
      [ROUTE, 2_000],
      [ROUTE, 5_000],
    ]);
    expect(seen).toEqual(own);
  },
);

/** Into what behaviors share nothing is put, so such a page does not tell when it is ready, nor when it is left. */
const OBSERVED_WHOLE = WAYS.filter(([name]) => !/Behavior/.test(name));

test.each(OBSERVED_WHOLE)('%s: it is ready once', (_name, _own, make) => {
  const used = testDevice({
    app(scope) {
      scope.App({});
      make(scope, []);
    },
  });
  used.device.launch({ path: ROUTE });
  used.device.navigateTo('b');
  used.device.navigateBack();
  viewsOf(used);
  expect(readyOf(used)).toEqual([ROUTE, 'b']);
});

test.each(OBSERVED_WHOLE)('%s: left for a page that nobody sees, its time ends there', (_name, _own, make) => {
  const used = testDevice({
    app(scope) {
      scope.App({});
      scope.component('unseen', { data: {} });
      make(scope, []);
    },
  });
  const { device, clock, collector } = used;
  device.launch({ path: ROUTE });
  clock.advance(1_000);
  device.navigateTo('unseen');
  clock.advance(5_000);
  device.hide();
  clock.advance(MINUTE_MS);
  expect(collector.ofKind('page_hide').map(({ page, stayMs }) => [page, stayMs])).toEqual([[ROUTE, 1_000]]);
});

/** A device whose platform tells of every route through `wx.onAppRoute`. */
function routing(make?: (scope: AppScope) => void) {
  const heard: ((route: object) => void)[] = [];
  const used = testDevice({
    prepareWx: (wx: Wx) =>
      void Object.assign(wx, { onAppRoute: (listener: (route: object) => void) => void heard.push(listener) }),
    app(scope) {
      scope.App({});
      scope.component('bare', { data: {} });
      scope.component('bare2', { data: {} });
      make?.(scope);
    },
  });
  return {
    ...used,
    /** The platform says that it went there. */
    route: (path: string) => {
      for (const listener of heard) listener({ path, openType: 'navigateTo', query: {} });
      used.clock.advance(1);
    },
  };
}

test('a page made of a component that has no handlers at all is viewed too, and its time counts', () => {
  const used = routing();
  const { device, clock, collector, route } = used;
  device.launch({ path: 'bare' });
  route('bare');
  clock.advance(999);
  device.navigateTo('bare2');
  route('bare2');
  clock.advance(499);
  device.navigateTo('plain');
  route('plain');
  device.navigateBack(2);
  route('bare');
  expect(viewsOf(used)).toEqual(['bare', 'bare2', 'plain', 'bare']);
  expect(collector.ofKind('page_hide').map(({ page }) => page)).toEqual(['bare', 'bare2', 'plain']);
});

test('a route told of an ordinary page is no second view of it', () => {
  const used = routing();
  used.device.launch({ path: 'a' });
  used.route('a');
  used.device.navigateTo('b');
  used.route('b');
  expect(viewsOf(used)).toEqual(['a', 'b']);
});

test('a page that comes after one that never says it is hidden is ready all the same', () => {
  const used = routing();
  used.device.launch({ path: 'bare' });
  used.route('bare');
  used.device.navigateTo('plain');
  viewsOf(used);
  expect(readyOf(used)).toEqual(['plain']);
});

test('a route told while no page is there yet breaks nothing', () => {
  const used: ReturnType<typeof routing> = routing(() => used.route('nowhere'));
  expect(() => used.device.launch({ path: 'a' })).not.toThrow();
  expect(viewsOf(used)).toEqual(['a']);
});

test.each<[string, (device: Used['device']) => void, string[]]>([
  ['going on', (device) => device.navigateTo('b'), ['a', 'b']],
  [
    'going back',
    (device) => {
      device.navigateTo('b');
      device.navigateBack();
    },
    ['a', 'b', 'a'],
  ],
  ['going elsewhere', (device) => device.redirectTo('b'), ['a', 'b']],
  ['beginning anew', (device) => device.reLaunch('a'), ['a', 'a']],
  [
    'changing tabs to and fro',
    (device) => {
      device.switchTab('b');
      device.switchTab('c');
      device.switchTab('b');
    },
    ['a', 'b', 'c', 'b'],
  ],
])('%s is each a view of its own, its time is its own, and no view is left open', (_name, go, views) => {
  const used = testDevice();
  used.device.launch({ path: 'a' });
  go(used.device);
  used.device.hide();
  expect(viewsOf(used)).toEqual(views);
  const { collector } = used;
  expect(collector.ofKind('page_hide').map(({ view }) => view)).toEqual(
    collector.ofKind('page_show').map(({ n }) => n),
  );
});

test('a component’s own method called onShow, onHide or onLoad makes no view and ends none', () => {
  type Made = { methods: Record<string, (event?: object) => unknown>; lifetimes?: Record<string, () => unknown> };
  let made: Made | undefined;
  const calls: string[] = [];
  const used = testDevice({
    globals: {
      Component: (definition: Made) => {
        made = definition;
      },
      performance: { memory: { usedJSHeapSize: 1_000 } },
    },
    app({ App, component }) {
      App({});
      component('components/popup/popup', {
        methods: {
          onShow: () => void calls.push('onShow'),
          onHide: () => void calls.push('onHide'),
          onLoad: () => void calls.push('onLoad'),
        },
      });
    },
  });
  const { device, clock, collector } = used;
  const popup = { is: 'components/popup/popup' };
  const call = (group: 'methods' | 'lifetimes', name: string) => made?.[group]?.[name]?.call(popup, { type: 'load' });
  device.launch({ path: 'a' });
  clock.advance(1_000);
  for (let i = 0; i < 10; i++) call('lifetimes', 'ready');
  call('methods', 'onLoad');
  call('methods', 'onShow');
  clock.advance(1_000);
  call('methods', 'onHide');
  clock.advance(1_000);
  device.call('scanCode');
  device.navigateTo('b');
  expect(viewsOf(used)).toEqual(['a', 'b']);
  expect(collector.ofKind('page_hide').map(({ page, stayMs }) => [page, stayMs])).toEqual([['a', 3_000]]);
  expect(collector.ofKind('call')[0]?.page).toBe('a');
  expect(collector.ofKind('performance').map(({ page }) => page)).toEqual(['a', 'b']);
  expect(calls).toEqual(['onLoad', 'onShow', 'onHide']);
});

test('a picture that calls a component’s onLoad while the page loads does not take its readiness from the page', () => {
  let made: { methods: { onLoad(event: object): void } } | undefined;
  const used = testDevice({
    globals: {
      Component: (definition: typeof made) => {
        made = definition;
      },
    },
    app({ App, component, page }) {
      App({});
      component('components/picture/picture', { methods: { onLoad() {} } });
      page('a', {
        onShow() {
          made?.methods.onLoad.call({ is: 'components/picture/picture' }, { type: 'load' });
        },
      });
    },
  });
  used.device.launch({ path: 'a' });
  viewsOf(used);
  expect(readyOf(used)).toEqual(['a']);
});

test('the show of the app says the scene, and from which Mini Program it was opened', () => {
  const { device, clock, collector } = testDevice();
  device.launch({ path: 'a', scene: 1037, referrerInfo: { appId: 'wxaaaaaaaaaaaaaaaa' } });
  clock.advance(MINUTE_MS);
  expect(collector.ofKind('app_show')).toMatchObject([{ scene: 1037, referrer: 'wxaaaaaaaaaaaaaaaa' }]);
});

test('an app opened from nowhere has no referrer', () => {
  const { device, clock, collector } = testDevice();
  device.launch({ path: 'a', referrerInfo: {} as { appId: string } });
  clock.advance(MINUTE_MS);
  expect(collector.ofKind('app_show')[0]).not.toHaveProperty('referrer');
});

test('a warm start with another scene says that one, and the session keeps the one it began with', () => {
  const { device, clock, collector } = testDevice();
  device.launch({ path: 'a', scene: 1001 });
  device.hide();
  clock.advance(MINUTE_MS);
  device.show({ path: 'b', scene: 1007 });
  clock.advance(MINUTE_MS);
  expect(collector.ofKind('app_show').map(({ scene }) => scene)).toEqual([1001, 1007]);
  expect(collector.sessions).toHaveLength(1);
  expect(new Set(collector.envelopes.map(({ session }) => session.scene))).toEqual(new Set([1001]));
});

/** A device with a component on page `pages/a/a`; `inside` runs in its method. */
function withComponent(
  inside: (this: object, scope: AppScope) => void,
  options: Parameters<typeof testDevice>[0] = {},
) {
  let made: { methods: Record<string, () => void> } | undefined;
  const used = testDevice({
    ...options,
    globals: {
      Component: (definition: typeof made) => {
        made = definition;
      },
      ...options.globals,
    },
    app(scope) {
      scope.App({});
      scope.component('components/card/card', {
        methods: {
          pay(this: object) {
            return inside.call(this, scope);
          },
        },
      });
    },
  });
  return { ...used, pay: () => made?.methods.pay?.call({ is: 'components/card/card' }) };
}

test('a call made inside a component’s method carries that component, and one made elsewhere none', () => {
  const used = withComponent(({ wx }) => {
    (wx.scanCode as (options: object) => void)({ success() {} });
  });
  const { device, clock, collector } = used;
  device.launch({ path: 'pages/a/a' });
  used.pay();
  device.call('scanCode');
  clock.advance(MINUTE_MS);
  expect(collector.ofKind('call').map(({ page, component }) => [page, component])).toEqual([
    ['pages/a/a', 'components/card/card'],
    ['pages/a/a', undefined],
  ]);
});

test('a component whose method throws is not taken for the maker of what comes after', () => {
  const used = withComponent(() => {
    throw new Error('the component’s own');
  });
  const { device, clock, collector } = used;
  device.launch({ path: 'pages/a/a' });
  expect(() => used.pay()).toThrow('the component’s own');
  device.call('scanCode');
  clock.advance(MINUTE_MS);
  expect(collector.ofKind('call')[0]).not.toHaveProperty('component');
});

test('a call made inside a handler of the page carries no component', () => {
  const { device, clock, collector } = testDevice({
    app({ App, page, wx }) {
      App({});
      page('pages/a/a', { pay: () => (wx.scanCode as (options: object) => void)({ success() {} }) });
    },
  });
  device.launch({ path: 'pages/a/a' });
  device.tap('pay');
  clock.advance(MINUTE_MS);
  expect(collector.ofKind('call')).toHaveLength(1);
  expect(collector.ofKind('call')[0]).not.toHaveProperty('component');
});

test.each<[string, Parameters<typeof testDevice>[0]]>([
  ['the app says', { config: { subpackages: ['packages/shop'] } }],
  ['the app says with a slash at the end', { config: { subpackages: ['packages/shop/'] } }],
  ['the runtime shows', { globals: { __wxConfig: { subPackages: [{ root: 'packages/shop/' }] } } }],
  ['the runtime shows without a slash', { globals: { __wxConfig: { subPackages: [{ root: 'packages/shop' }] } } }],
])('a call on a page of a subpackage that %s carries its root', (_name, options) => {
  const { device, clock, collector } = testDevice(options);
  device.launch({ path: 'packages/shop/cart/cart' });
  device.call('scanCode');
  clock.advance(1_000);
  device.navigateTo('packages/shopping/list');
  device.call('scanCode');
  clock.advance(1_000);
  device.navigateTo('pages/a/a');
  device.call('scanCode');
  clock.advance(MINUTE_MS);
  expect(collector.ofKind('call').map(({ subpackage }) => subpackage?.replace(/^\/|\/$/g, ''))).toEqual([
    'packages/shop',
    undefined,
    undefined,
  ]);
});

test.each([null, 7, {}, { subPackages: null }])('a runtime whose __wxConfig is %j costs no call', (__wxConfig) => {
  const { device, clock, collector } = testDevice({ globals: { __wxConfig } });
  device.launch();
  device.call('scanCode');
  clock.advance(MINUTE_MS);
  expect(collector.ofKind('call')).toHaveLength(1);
});
