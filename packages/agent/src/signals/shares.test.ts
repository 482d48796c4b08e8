import { expect, test } from 'vitest';
import { MINUTE_MS, testDevice } from '../test-device.js';

/** A device on a page with these handlers. */
function sharing(handlers: Record<string, unknown>, config: { tagShares?: boolean } = {}) {
  const used = testDevice({
    config,
    app({ App, page }) {
      App({});
      page('pages/item/item', handlers);
    },
  });
  used.device.launch({ path: 'pages/item/item' });
  const user = used.device.storage.get('minilens_user') as string;
  return { ...used, user, share: (options?: unknown) => used.device.tellPage('onShareAppMessage', options) };
}

const told = ({ clock, collector }: ReturnType<typeof testDevice>) => {
  clock.advance(MINUTE_MS);
  return collector.ofKind('share').map(({ page, source }) => [page, source]);
};

test('a card is told with its page and what began it', () => {
  const used = sharing({ onShareAppMessage: () => ({ title: 'secret', path: 'a?token=secret' }) });
  used.share({ from: 'button', target: { dataset: { id: 'secret' } } });
  used.share({ from: 'menu' });
  used.share();
  expect(told(used)).toEqual([
    ['pages/item/item', 'button'],
    ['pages/item/item', 'menu'],
    ['pages/item/item', undefined],
  ]);
  expect(used.collector.bodies.join()).not.toContain('secret');
});

test.each(['Page', 'Component'])('a %s without share handlers gets none: they would open the menu for it', (name) => {
  let given: Record<string, unknown> = {};
  const { device } = testDevice({
    config: { tagShares: true },
    globals: {
      [name]: (definition: { methods?: Record<string, unknown> }) => {
        given = definition.methods ?? definition;
      },
    },
    app({ App, page, component }) {
      App({});
      if (name === 'Page') page('a', { onLoad() {} });
      else component('a', { methods: { onLoad() {} } });
    },
  });
  device.launch({ path: 'b' });
  expect(given).toHaveProperty('onLoad');
  for (const handler of ['onShareAppMessage', 'onShareTimeline', 'onAddToFavorites'])
    expect(given).not.toHaveProperty(handler);
});

test('without tagShares the answer is the very one the app gave, and its handler has its this and arguments', () => {
  const answer = { title: 'mine', path: 'pages/item/item?id=7' };
  const seen: unknown[] = [];
  const { device, share } = sharing({
    onShareAppMessage(this: { route: string }, ...args: unknown[]) {
      seen.push(this.route, args);
      return answer;
    },
  });
  const options = { from: 'menu' };
  expect(share(options)).toBe(answer);
  expect(seen).toEqual(['pages/item/item', [options]]);
  expect(device.page).toBe('pages/item/item');
});

test.each([
  ['pages/item/item', 'pages/item/item?_mlu='],
  ['/pages/item/item?id=7', '/pages/item/item?id=7&_mlu='],
])('with tagShares the path %s says who shares it, and nothing else of the answer changes', (path, tagged) => {
  const answer = { title: 'mine', imageUrl: 'a.png', path };
  const { user, share } = sharing({ onShareAppMessage: () => answer }, { tagShares: true });
  expect(user).toMatch(/^[a-z0-9]{16}$/);
  expect(share({ from: 'menu' })).toEqual({ title: 'mine', imageUrl: 'a.png', path: tagged + user });
  expect(answer.path).toBe(path);
});

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['no path', { title: 'mine' }],
  ['a path that is no text', { path: 7 }],
  ['a text', 'mine'],
  ['a promise', Promise.resolve({ path: 'a' })],
])('with tagShares an answer of %s is left as it is', (_name, answer) => {
  const { share } = sharing({ onShareAppMessage: () => answer }, { tagShares: true });
  expect(share({ from: 'menu' })).toBe(answer);
});

test('with tagShares a promise within the answer stays there, beside the path', () => {
  const promise = Promise.resolve({ path: 'later' });
  const { user, share } = sharing({ onShareAppMessage: () => ({ path: 'a', promise }) }, { tagShares: true });
  const shared = share() as { path: string; promise: unknown };
  expect([shared.path, shared.promise]).toEqual([`a?_mlu=${user}`, promise]);
});

test('with tagShares a handler’s exception is still the app’s, and the share is told once', () => {
  const used = sharing(
    {
      onShareAppMessage() {
        throw new TypeError('the page’s own');
      },
    },
    { tagShares: true },
  );
  expect(() => used.share()).toThrow(new TypeError('the page’s own'));
  expect(told(used)).toHaveLength(1);
});

test('with tagShares moments and favourites are left as they are', () => {
  const answer = { query: 'id=7' };
  const { device } = sharing({ onShareTimeline: () => answer, onAddToFavorites: () => answer }, { tagShares: true });
  expect(device.tellPage('onShareTimeline')).toBe(answer);
  expect(device.tellPage('onAddToFavorites')).toBe(answer);
});

test('opening a card tells who shared it, at a cold and at a warm start', () => {
  const { device, clock, collector } = testDevice();
  device.launch({ path: 'a', query: { id: '7', _mlu: 'u7Qd0sXb2Kf9TtYh' } });
  device.hide();
  clock.advance(1_000);
  device.show({ path: 'a', query: { _mlu: 'another-user' } });
  device.hide();
  clock.advance(1_000);
  device.show({ path: 'a', query: {} });
  clock.advance(MINUTE_MS);
  expect(collector.ofKind('app_show').map(({ sharedBy }) => sharedBy)).toEqual([
    'u7Qd0sXb2Kf9TtYh',
    'another-user',
    undefined,
  ]);
});

test('a card whose sharer was written by somebody else cannot grow without end', () => {
  const { device, clock, collector } = testDevice();
  device.launch({ path: 'a', query: { _mlu: 'x'.repeat(5_000) } });
  clock.advance(MINUTE_MS);
  expect(collector.ofKind('app_show')[0]?.sharedBy).toBe('x'.repeat(32));
});

test.each<[string, object]>([
  ['with page handlers', { methods: { onLoad() {}, onShareAppMessage: () => ({ path: 'a' }) } }],
  [
    'whose only handler of a page is the share',
    { methods: { onShareAppMessage: () => ({ path: 'a' }) }, lifetimes: { attached() {} } },
  ],
])('a page made with Component %s tells its shares and tags them', (_name, definition) => {
  const used = testDevice({
    config: { tagShares: true },
    app({ App, component }) {
      App({});
      component('pages/item/item', definition);
    },
  });
  used.device.launch({ path: 'pages/item/item' });
  const answer = used.device.tellPage('onShareAppMessage', { from: 'menu' });
  expect(answer).toEqual({ path: `a?_mlu=${used.device.storage.get('minilens_user')}` });
  expect(told(used)).toEqual([['pages/item/item', 'menu']]);
});
