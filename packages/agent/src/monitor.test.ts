import { expect, test } from 'vitest';
import type { MonitorConfig } from './public-types.js';
import { agentCode, MINUTE_MS, testDevice } from './test-device.js';

test('a wrong setting leaves the app as it was and says once what to do', () => {
  const { device, clock, collector, said } = testDevice({ config: { key: '' } });
  device.launch();
  const original = device.wx.scanCode;
  device.call('scanCode');
  clock.advance(MINUTE_MS);
  expect(collector.bodies).toEqual([]);
  expect(device.wx.scanCode).toBe(original);
  expect(said).toEqual(['warn: [minilens] off: wrong key "", see the install page']);
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
  expect(collector.events).toHaveLength(6);
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
    Behavior: 'hooked',
    request: 'hooked',
    uploadFile: 'absent',
    downloadFile: 'absent',
    connectSocket: 'absent',
    requestPayment: 'hooked',
    scanCode: 'refused',
    previewImage: 'absent',
    onAppShow: 'hooked',
    onAppHide: 'hooked',
    onAppRoute: 'absent',
    onError: 'absent',
    onUnhandledRejection: 'absent',
    onLazyLoadError: 'absent',
    onMemoryWarning: 'absent',
    getPerformance: 'absent',
    setUpdatePerformanceListener: 'absent',
    memory: 'absent',
  });
});

test.each([undefined, null, 'text', 7])(
  '%s instead of a definition reaches the platform’s constructors as it came',
  (definition) => {
    const reached: unknown[] = [];
    const register = (...args: unknown[]) => reached.push(args);
    const globals = { App: register, Page: register, Component: register, Behavior: register };
    const { device } = testDevice({
      globals,
      app({ App, page, component, Behavior }) {
        App(definition);
        page('a', definition);
        component('b', definition);
        Behavior(definition);
      },
    });
    device.launch();
    expect(reached.slice(0, 4)).toEqual([[definition], [definition], [definition], [definition]]);
  },
);

test('the file that a server hands out, and the AppID of the platform, leave only the key to be configured', () => {
  const sentTo: string[] = [];
  const { device, clock, said } = testDevice({
    agentCode: agentCode.replace('__ENDPOINT__', 'https://served.test'),
    config: { appId: undefined, endpoint: undefined } as unknown as MonitorConfig,
    prepareWx(wx) {
      wx.getAccountInfoSync = () => ({ miniProgram: { appId: 'wx00000000000000ff' } });
    },
    onCall(_name, options) {
      const { url, data } = options as { url: string; data: string };
      const { app, events } = JSON.parse(data);
      sentTo.push(`${app} ${url}`);
      return { success: { statusCode: 200, data: { accepted: events.length, dropped: {} } } };
    },
  });
  device.launch();
  clock.advance(6_000);
  expect(sentTo).toEqual(['wx00000000000000ff https://served.test/v1/collect']);
  expect(said).toEqual([]);
});

test('a file that no server handed out says that it does not know where to send', () => {
  const { device, said } = testDevice({ config: { endpoint: undefined } as unknown as MonitorConfig });
  device.launch();
  expect(said).toEqual([expect.stringContaining('off: wrong endpoint "__ENDPOINT__"')]);
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
  expect(device.monitor.diagnostics()).toMatchObject({ waiting: 8, hooks: { request: 'hooked' } });
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
