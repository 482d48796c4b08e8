import { expect, test } from 'vitest';
import { MINUTE_MS, testDevice } from './test-device.js';

test('a wrong setting leaves the app as it was and says once what to do', () => {
  const { device, clock, collector, said } = testDevice({ config: { key: '' } });
  device.launch();
  const original = device.wx.scanCode;
  device.call('scanCode');
  clock.advance(MINUTE_MS);
  expect(collector.bodies).toEqual([]);
  expect(device.wx.scanCode).toBe(original);
  expect(said).toEqual([expect.stringMatching(/^warn: .*monitor\.config needs key/)]);
  expect(device.monitor.diagnostics()).toBeUndefined();
});

test('a second config is harmless', () => {
  const { device, clock, collector } = testDevice({
    app({ monitor, App }) {
      monitor.config({ appId: 'wx00000000000000ff', key: 'other', endpoint: 'https://other.test' });
      App({});
    },
  });
  device.launch();
  device.call('scanCode');
  clock.advance(MINUTE_MS);
  expect(collector.events).toHaveLength(4);
  expect(collector.envelopes[0]?.key).toBe('key');
});

test('diagnostics say which hooks are in place and which the runtime refused', () => {
  const { device } = testDevice({
    prepareWx(wx) {
      Object.defineProperty(wx, 'scanCode', { value: wx.scanCode, writable: false, configurable: false });
      delete wx.previewImage;
    },
  });
  device.launch();
  expect(device.monitor.diagnostics()?.hooks).toEqual({
    App: 'hooked',
    Page: 'hooked',
    Component: 'hooked',
    request: 'hooked',
    requestPayment: 'hooked',
    scanCode: 'refused',
    previewImage: 'absent',
  });
});

test('handlers of the app keep their results and exceptions', () => {
  let launch: (() => unknown) | undefined;
  const { device } = testDevice({
    app({ App }) {
      const definition = { onLaunch: () => 'own result', globalData: { a: 1 } };
      App(definition);
      launch = definition.onLaunch;
    },
  });
  device.launch();
  expect(launch?.()).toBe('own result');
});

test('a platform that throws where the agent asks or sends never shows that to the app', () => {
  const { device, clock } = testDevice({
    prepareWx(wx) {
      const { request } = wx;
      let listener: (() => void) | undefined;
      Object.assign(wx, {
        request(options: { url: string }) {
          if (options.url.includes('minilens')) throw new Error('not in the domain list');
          return (request as (options: unknown) => unknown)(options);
        },
        onAppShow(heard: () => void) {
          listener = heard;
        },
        getEnterOptionsSync() {
          throw new Error('not yet');
        },
        getLaunchOptionsSync() {
          throw new Error('not yet');
        },
      });
      Object.defineProperty(wx, 'onAppHide', {
        get() {
          listener?.();
          throw new Error('no such thing in plugins');
        },
      });
    },
  });
  device.launch();
  device.request('https://api.test/a');
  device.hide();
  expect(() => clock.advance(MINUTE_MS)).not.toThrow();
  expect(device.monitor.diagnostics()).toMatchObject({ waiting: 6, hooks: { request: 'hooked' } });
});

test('a runtime in which nothing works still starts its app', () => {
  const { device } = testDevice({
    prepareWx(wx) {
      for (const name of Object.keys(wx)) {
        wx[name] = () => {
          throw new Error(`${name} is broken`);
        };
      }
    },
  });
  device.launch();
  expect(() => {
    device.hide();
    device.show();
    device.navigateTo('b');
  }).not.toThrow();
  expect(() => device.request('https://api.test/a')).toThrow('request is broken');
});
