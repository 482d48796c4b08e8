import { afterEach, expect, test, vi } from 'vitest';
import { readConfig } from './config.js';
import { restoreControl } from './control.js';
import { hidePage, loadPage, showPage, unloadPage } from './page-view.js';
import { groups } from './queue.js';
import { beginSession } from './session.js';
import { testDevice } from './test-device.js';

afterEach(() => {
  vi.useRealTimers();
});

const shows = (story: string[]) =>
  story.filter((event) => event.startsWith('page_show')).map((event) => event.slice(10));

test('going on, back, elsewhere and to a tab are each a view of their own', () => {
  const { device, story } = testDevice();
  device.launch({ path: 'list' });
  device.navigateTo('detail');
  device.navigateBack();
  device.redirectTo('search');
  device.switchTab('home');
  device.switchTab('me');
  device.switchTab('home');
  expect(shows(story())).toEqual(['list', 'detail', 'list', 'search', 'home', 'me', 'home']);
});

test('the same path opened twice is two views', () => {
  const { device, story } = testDevice();
  device.launch({ path: 'detail' });
  device.navigateTo('detail');
  expect(shows(story())).toEqual(['detail', 'detail']);
});

test('a native screen over the page continues its view, and its time does not count', () => {
  const { device, clock, collector, story } = testDevice();
  device.launch({ path: 'a' });
  clock.advance(1_000);
  device.hide();
  clock.advance(60_000);
  device.show();
  clock.advance(500);
  device.navigateTo('b');
  clock.advance(250);
  device.hide();
  story();
  expect(collector.ofKind('page_hide').map(({ page, view, stayMs }) => [page, view, stayMs])).toEqual([
    ['a', 3, 1_000],
    ['a', 3, 1_500],
    ['b', 10, 250],
  ]);
});

test('a runtime that fires onShow twice makes one view', () => {
  let shown = 0;
  const { device, story } = testDevice({
    app({ App, page }) {
      App({});
      page('a', {
        onShow(this: { onShow(): void }) {
          if (shown++ === 0) this.onShow();
        },
      });
    },
  });
  device.launch({ path: 'a' });
  expect(shows(story())).toEqual(['a']);
  expect(shown).toBe(2);
});

test('the old name of the route is understood', () => {
  const { device, story } = testDevice({
    app({ App, page }) {
      App({});
      page('a', {
        onLoad(this: { route: unknown; __route__: unknown; is: unknown }) {
          this.__route__ = this.route;
          this.route = undefined;
          this.is = undefined; // A runtime as old as that knows no components.
        },
      });
    },
  });
  device.launch({ path: 'a' });
  expect(shows(story())).toEqual(['a']);
});

test('a page built with Component is a page', () => {
  const { device, clock, collector, story } = testDevice({
    app({ App, component }) {
      App({});
      component('a', { methods: { onLoad() {} } });
    },
  });
  device.launch({ path: 'a' });
  clock.advance(1_000);
  device.hide();
  expect(shows(story())).toEqual(['a']);
  expect(collector.ofKind('page_hide')[0]?.stayMs).toBe(1_000);
});

test('handlers keep their this, arguments, results and exceptions, and share handlers are not touched', () => {
  const seen: unknown[] = [];
  const onShareAppMessage = () => ({ title: 'mine' });
  let given: Record<string, unknown> = {};
  const definition = {
    onLoad(this: { route: string }, query: unknown) {
      seen.push(this.route, query);
      return 'loaded';
    },
    onHide() {
      throw new TypeError('the page’s own');
    },
    onShareAppMessage,
  };
  const untouched = { ...definition };
  const { device } = testDevice({
    app({ App, page }) {
      App({});
      page('a', definition);
      given = definition;
    },
  });
  device.launch({ path: 'a', query: { id: '7' } });
  expect(seen).toEqual(['a', { id: '7' }]);
  expect(given).toEqual(untouched);
  expect(() => device.navigateTo('b')).toThrow(new TypeError('the page’s own'));
});

test('a platform that shows the next page before it hides the last one tells the same', () => {
  vi.useFakeTimers({ now: 1_000 });
  readConfig({ appId: 'wx0123456789abcdef', key: 'key', endpoint: 'https://minilens.test' });
  restoreControl();
  beginSession();
  const [a, b] = [{ route: 'a' }, { route: 'b' }];
  showPage(a);
  vi.setSystemTime(2_000);
  loadPage(b);
  showPage(b);
  hidePage(a);
  vi.setSystemTime(2_500);
  unloadPage(b);
  unloadPage(a);
  expect(groups.flatMap(({ e }) => e)).toEqual([
    { kind: 'page_show', n: 1, at: 1_000, page: 'a' },
    { kind: 'page_hide', n: 2, at: 2_000, page: 'a', view: 1, stayMs: 1_000 },
    { kind: 'page_show', n: 3, at: 2_000, page: 'b' },
    { kind: 'page_hide', n: 4, at: 2_500, page: 'b', view: 3, stayMs: 500 },
  ]);
});
