import { readFileSync } from 'node:fs';
import vm from 'node:vm';
import { gzipSync } from 'node:zlib';
import { parse, tokenizer } from 'acorn';
import { expect, test } from 'vitest';
import type { Monitor } from './public-types.js';
import { agentCode as code, MINUTE_MS, testDevice } from './test-device.js';
import { AGENT_VERSION } from './version.js';

test('everything fits into 8 KB gzip', () => {
  expect(gzipSync(code, { level: 9 }).length).toBeLessThanOrEqual(8 * 1024);
});

test('it is a script of ES5, which every base library and every devtools reads', () => {
  expect(parse(code, { ecmaVersion: 5, sourceType: 'script' }).type).toBe('Program');
});

test.each(['eval', 'window', 'document', 'Promise', 'process', 'require', 'globalThis', 'Function'])(
  'it has no %s in it',
  (name) => {
    expect(
      [...tokenizer(code, { ecmaVersion: 5 })].filter(({ start, end }) => code.slice(start, end) === name),
    ).toEqual([]);
    expect(code).not.toMatch(new RegExp(`\\b${name}\\s*\\(`));
  },
);

test('TypeScript is told of every method by name, and of the monitor as default', async () => {
  const { agentTypes } = await import(new URL('../bundle.mjs', import.meta.url).href);
  const module = { exports: {} as Monitor & { default: Monitor } };
  vm.runInThisContext(`(function (module) {${code}\n})`)(module);
  const told = [...agentTypes().matchAll(/^export declare const (\w+):/gm)].map(([, name]) => name);
  expect([...told, 'default']).toEqual(Object.keys(module.exports));
  expect(module.exports.default).toBe(module.exports);
  // An assignment to `export` beside exported types is an error to TypeScript before 7.
  expect(agentTypes()).toMatch(/^export default monitor;$/m);
  expect(agentTypes()).not.toMatch(/^export =/m);
});

test('the place where a server writes its origin stands in it once', () => {
  expect(code.split('__ENDPOINT__')).toHaveLength(2);
});

test('what it exports is the monitor itself, also for those who import a default', () => {
  const module = { exports: {} as Monitor & { default?: Monitor } };
  vm.runInNewContext(`(function (module, exports) {${code}\n})`)(module, module.exports);
  expect(module.exports.config).toBeTypeOf('function');
  expect(module.exports.default).toBe(module.exports);
});

test('the agent names the version of its package', () => {
  expect(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version).toBe(AGENT_VERSION);
});

test('it loads and does nothing where there is no Mini Program, not even timers or a console', () => {
  const module = { exports: {} as Monitor };
  vm.runInNewContext(`(function (module, exports) {${code}\n})`)(module, module.exports);
  expect(() => module.exports.config({ appId: '', key: '', endpoint: '' })).not.toThrow();
  expect(module.exports.diagnostics()).toBeUndefined();
});

test('it works with nothing but wx and timers, and says what is missing', () => {
  const module = { exports: {} as Monitor };
  const wx = { request() {}, scanCode: (options: { success(): void }) => options.success() };
  vm.runInNewContext(`(function (module, exports) {${code}\n})`, { wx, setTimeout() {} })(module, module.exports);
  module.exports.config({ appId: 'wx0123456789abcdef', key: 'key', endpoint: 'https://minilens.test' });
  wx.scanCode({ success() {} });
  expect(module.exports.diagnostics()).toMatchObject({
    waiting: 1,
    hooks: { App: 'absent', Page: 'absent', scanCode: 'hooked' },
  });
});

test('two copies, from the main package and from a subpackage, count everything once', () => {
  const { device, clock, collector, said } = testDevice({
    app({ App, wx }) {
      const second = { exports: {} as Monitor };
      vm.runInThisContext(`(function (module, exports, wx, App, console) {${code}\n})`)(
        second,
        second.exports,
        wx,
        App,
        {
          warn: (message: string) => said.push(message),
        },
      );
      second.exports.config({ appId: 'wx0123456789abcdef', key: 'key', endpoint: 'https://minilens.test' });
      App({});
    },
  });
  device.launch();
  device.call('scanCode');
  device.request('https://api.test/a');
  clock.advance(MINUTE_MS);
  expect(collector.events.map(({ kind }) => kind)).toEqual([
    'launch',
    'app_show',
    'page_show',
    'page_ready',
    'call',
    'request',
    'agent',
  ]);
  expect(said).toEqual(['[minilens] already at work']);
});

test('20 events of one session stay under 3 KB, envelope and all', () => {
  const { device, clock, collector } = testDevice({
    config: { key: 'k'.repeat(32) },
    facts: { platform: 'android', system: 'Android 14', brand: 'HUAWEI', model: 'ALN-AL00', wechat: '8.0.50' },
    onCall: (name) =>
      name === 'request'
        ? { success: { statusCode: 200, data: {}, header: { 'content-length': '4812' } }, afterMs: 143 }
        : { fail: { errMsg: `${name}:fail cancel` }, afterMs: 2_310 },
  });
  device.launch({ path: 'pages/index/index', scene: 1047 });
  device.request('https://api.shop.example.com/v1/home');
  device.request('https://api.shop.example.com/v1/cart');
  clock.advance(800);
  device.navigateTo('pages/goods/detail');
  device.request('https://api.shop.example.com/v1/goods/8731');
  device.request('https://api.shop.example.com/v1/goods/8731/reviews');
  device.call('previewImage');
  clock.advance(2_800);
  device.navigateTo('pages/order/confirm');
  device.request('https://api.shop.example.com/v1/orders', { method: 'POST' });
  device.call('requestPayment');
  clock.advance(2_400);
  device.call('requestPayment');
  clock.advance(2_400);
  device.navigateBack();
  device.navigateBack();
  clock.advance(1_000);
  device.hide();
  clock.advance(MINUTE_MS);
  const { bodies, envelopes } = collector;
  const [envelope] = envelopes;
  const events = collector.events.map(({ session, ...event }) => event);
  expect(events.length).toBeGreaterThanOrEqual(20);
  const whole = JSON.stringify({ ...envelope, events: events.slice(0, 20) });
  expect(bodies.join('').length).toBeGreaterThan(0);
  expect(whole.length).toBeLessThan(3_000);
});
