import type { CallAnswer, Wx } from '@minilens/simulator/device';
import { expect, test } from 'vitest';
import type { MonitorConfig } from '../public-types.js';
import { MINUTE_MS, testDevice } from '../test-device.js';
import { objections } from '../test-objections.js';

type Used = ReturnType<typeof testDevice>;
type Heard = (what?: unknown) => void;

const requestsOf = (used: Used) => {
  used.clock.advance(MINUTE_MS);
  expect(objections(used)).toEqual([]);
  return used.collector.ofKind('request');
};

/** A device whose platform notes what reaches it. */
function noting(config: Partial<MonitorConfig> = {}, answer?: CallAnswer) {
  const reached: { name: string; options: Record<string, unknown> }[] = [];
  const used = testDevice({
    config,
    apis: ['uploadFile', 'downloadFile'],
    onCall: (name, options) => {
      reached.push({ name, options: options as Record<string, unknown> });
      return answer;
    },
  });
  used.device.launch({ path: 'a' });
  return { ...used, reached };
}

test.each([
  ['uploadFile', 'POST'],
  ['downloadFile', 'GET'],
])('%s is told by its name, with the method %s, without its query and its file', (name, method) => {
  const used = noting({}, { success: { statusCode: 200, tempFilePath: 'secret' }, afterMs: 700 });
  used.device.call(name, { url: 'https://files.test/photos/12345678?token=secret', filePath: 'secret', name: 'file' });
  expect(requestsOf(used)).toEqual([
    expect.objectContaining({
      name,
      method,
      host: 'files.test',
      path: '/photos/:id',
      outcome: 'ok',
      status: 200,
      durationMs: 700,
      page: 'a',
    }),
  ]);
  expect(used.collector.bodies.join()).not.toContain('secret');
});

test('a failed upload says why', () => {
  const used = noting({}, { fail: { errMsg: 'uploadFile:fail file not found' } });
  used.device.call('uploadFile', { url: 'https://files.test/a' });
  expect(requestsOf(used)).toMatchObject([{ outcome: 'network_error', errMsg: 'uploadFile:fail file not found' }]);
});

test('an ordinary request has no name', () => {
  const used = noting();
  used.device.request('https://api.test/a');
  expect(requestsOf(used)[0]).not.toHaveProperty('name');
});

type Callbacks = { success?: Heard; fail?: Heard; complete?: Heard; header?: Record<string, string> };

/** A device with sockets, which as on WeChat call back at once; `tell` is what the platform says of the last one later. */
function connecting(config: Partial<MonitorConfig> = {}, kind: 'usual' | 'without listeners' | 'refused' = 'usual') {
  const listeners: Record<string, Heard[]> = { onOpen: [], onError: [], onClose: [] };
  const listen = (name: string) => (heard: Heard) => void listeners[name]?.push(heard);
  const task =
    kind === 'usual'
      ? { onOpen: listen('onOpen'), onError: listen('onError'), onClose: listen('onClose'), send() {} }
      : kind === 'refused'
        ? undefined
        : {};
  const seen: Callbacks[] = [];
  const used = testDevice({
    config,
    prepareWx: (wx: Wx) =>
      Object.assign(wx, {
        connectSocket(options: Callbacks) {
          seen.push(options);
          const isRefused = kind === 'refused';
          const result = { errMsg: isRefused ? 'connectSocket:fail url not in domain list' : 'connectSocket:ok' };
          (isRefused ? options.fail : options.success)?.(result);
          options.complete?.(result);
          return task;
        },
      }),
  });
  used.device.launch({ path: 'a' });
  return {
    ...used,
    task,
    seen,
    connect: (options: unknown) => (used.device.wx.connectSocket as (options: unknown) => unknown)(options),
    tell: (name: string, what?: unknown) => {
      for (const heard of listeners[name] ?? []) heard(what);
    },
  };
}

test('a socket that opens is told once, with the time until it was open', () => {
  const used = connecting();
  used.connect({ url: 'wss://live.test/room/12345678?token=secret' });
  used.clock.advance(250);
  used.tell('onOpen', { header: {} });
  used.clock.advance(5_000);
  used.tell('onClose', { code: 1000 });
  expect(requestsOf(used)).toEqual([
    expect.objectContaining({
      name: 'connectSocket',
      method: 'GET',
      host: 'live.test',
      path: '/room/:id',
      outcome: 'ok',
      durationMs: 250,
    }),
  ]);
  expect(used.collector.bodies.join()).not.toContain('secret');
});

test.each<[string, string, unknown]>([
  ['fails', 'onError', { errMsg: 'connectSocket:fail timeout' }],
  ['is closed before it was open', 'onClose', { code: 1006, reason: 'abnormal closure' }],
])('a socket that %s is told as a network error', (_name, event, what) => {
  const used = connecting();
  used.connect({ url: 'wss://live.test/room' });
  used.tell(event, what);
  used.tell('onClose', { code: 1006 });
  expect(requestsOf(used)).toMatchObject([{ name: 'connectSocket', outcome: 'network_error' }]);
});

test.each([{}, { success() {}, fail() {} }])(
  'a socket of which nothing more is heard is not told as open (%o)',
  (given) => {
    const used = connecting();
    used.connect({ url: 'wss://live.test/room', ...given });
    used.clock.advance(MINUTE_MS);
    expect(requestsOf(used)).toEqual([]);
  },
);

test.each([{}, { success() {}, fail() {} }])(
  'a socket that the platform refuses at once is a network error (%o)',
  (given) => {
    const used = connecting({}, 'refused');
    used.connect({ url: 'wss://live.test/room', ...given });
    expect(requestsOf(used)).toMatchObject([
      { outcome: 'network_error', errMsg: 'connectSocket:fail url not in domain list' },
    ]);
  },
);

test('the app gets the platform’s own task and its own callbacks, and its options stay as they are', () => {
  const used = connecting({ traceHosts: ['live.test'] });
  const heard: unknown[] = [];
  const header = { cookie: 'a' };
  const options = { url: 'wss://live.test/room', header, success: (what: unknown) => void heard.push(what) };
  const before = { ...options };
  expect(used.connect(options)).toBe(used.task);
  expect(options).toEqual(before);
  expect(header).toEqual({ cookie: 'a' });
  expect(used.seen[0]?.header).toMatchObject(header);
  expect(heard).toEqual([{ errMsg: 'connectSocket:ok' }]);
});

test('a socket whose task cannot be listened to still connects', () => {
  const used = connecting({}, 'without listeners');
  expect(used.connect({ url: 'wss://live.test/room' })).toBe(used.task);
});

test('a socket has no answer that the app’s rule could judge', () => {
  const asked: unknown[] = [];
  const used = connecting({
    isSuccess: (response) => {
      asked.push(response);
      return response.statusCode === 200;
    },
  });
  used.connect({ url: 'wss://live.test/room' });
  used.tell('onOpen');
  expect(requestsOf(used)[0]).not.toHaveProperty('businessFailed');
  expect(asked).toEqual([]);
});

test('a socket to a trace host claims the trace it was sent with, and none where it was sent without', () => {
  const used = connecting({ traceHosts: ['live.test'] });
  used.connect({ url: 'wss://live.test/room' });
  used.tell('onOpen');
  expect(requestsOf(used)).toHaveLength(1);
  expect(used.collector.ofKind('request')[0]?.trace).toBe(used.seen[0]?.header?.traceparent?.split('-')[1]);
});

test('what the platform measured of a request is told in its spans', () => {
  const profile = {
    domainLookUpStart: 1_000,
    domainLookUpEnd: 1_020,
    connectStart: 1_020,
    connectEnd: 1_090,
    SSLconnectionStart: 1_040,
    SSLconnectionEnd: 1_085,
    requestStart: 1_090,
    responseStart: 1_300,
    sendBytesCount: 321,
    receivedBytedCount: 4_567,
  };
  const used = noting({}, { success: { statusCode: 200, header: { 'Content-Length': '99' }, profile } });
  used.device.request('https://api.test/a');
  expect(requestsOf(used)).toMatchObject([
    { dnsMs: 20, connectMs: 70, tlsMs: 45, firstByteMs: 210, sentBytes: 321, receivedBytes: 4_567 },
  ]);
});

test('a connection that was used again has no spans for what did not happen', () => {
  const profile = {
    domainLookUpStart: 0,
    domainLookUpEnd: 0,
    connectStart: -1,
    connectEnd: 5,
    requestStart: 90,
    responseStart: 70,
  };
  const used = noting({}, { success: { statusCode: 200, profile } });
  used.device.request('https://api.test/a');
  const [event] = requestsOf(used);
  for (const name of ['dnsMs', 'connectMs', 'tlsMs', 'firstByteMs']) expect(event).not.toHaveProperty(name);
});

test('an answer that the app’s rule calls a failure is told as one, whatever its status', () => {
  const used = noting(
    { isSuccess: ({ data }) => (data as { code: number }).code === 0 },
    { success: { statusCode: 200, data: { code: 5, why: 'secret' } } },
  );
  used.device.request('https://api.test/a');
  expect(requestsOf(used)).toMatchObject([{ outcome: 'ok', status: 200, businessFailed: true }]);
  expect(used.collector.bodies.join()).not.toContain('secret');
});

test.each<[string, NonNullable<MonitorConfig['isSuccess']>, CallAnswer]>([
  ['says it is good', () => true, { success: { statusCode: 200, data: {} } }],
  [
    'throws',
    () => {
      throw new Error('the rule’s own');
    },
    { success: { statusCode: 200, data: {} } },
  ],
  ['would fail, but there was no answer', () => false, { fail: { errMsg: 'request:fail timeout' } }],
])('a request of which the app’s rule %s did not fail by it', (_name, isSuccess, answer) => {
  const used = noting({ isSuccess }, answer);
  used.device.request('https://api.test/a');
  expect(requestsOf(used)).toHaveLength(1);
  expect(used.collector.ofKind('request')[0]).not.toHaveProperty('businessFailed');
});

test('the app’s rule is asked about the app’s answers only, never about the agent’s own batches', () => {
  const asked: unknown[] = [];
  const used = noting({
    isSuccess: (response) => {
      asked.push(response);
      return true;
    },
  });
  used.clock.advance(MINUTE_MS);
  used.device.request('https://api.test/a');
  requestsOf(used);
  expect(used.collector.bodies.length).toBeGreaterThan(1);
  expect(asked).toHaveLength(1);
});

const headerOf = ({ reached }: ReturnType<typeof noting>) => reached.at(-1)?.options.header as Record<string, string>;

test('a request to a trace host is sent with a traceparent, and told with the same trace', () => {
  const used = noting({ traceHosts: ['api.test'] });
  const header = { cookie: 'a' };
  used.device.request('https://api.test/a', { header });
  const sent = headerOf(used);
  expect(sent).toMatchObject({ cookie: 'a', traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/) });
  expect(header).toEqual({ cookie: 'a' });
  expect(requestsOf(used)[0]?.trace).toBe(sent.traceparent?.split('-')[1]);
});

test('every request to a trace host has a trace of its own, also uploads and those without header', () => {
  const used = noting({ traceHosts: ['api.test'] });
  used.device.request('https://api.test/a');
  used.device.request('https://API.test/b');
  used.device.call('uploadFile', { url: 'https://api.test/c' });
  const traces = requestsOf(used).map(({ trace }) => trace);
  expect(new Set(traces).size).toBe(3);
  expect(traces).not.toContain(undefined);
  expect(used.reached.every(({ options }) => (options.header as { traceparent: string }).traceparent)).toBe(true);
});

test.each([
  'https://other.test/a',
  'https://api.test.evil.test/a',
  'https://evil.test/api.test',
  'https://api.test:8443/a',
])('a request to %s, which is no trace host, is sent as it is', (url) => {
  const used = noting({ traceHosts: ['api.test'] });
  const header = {};
  used.device.request(url, { header });
  expect(headerOf(used)).toBe(header);
  expect(requestsOf(used)[0]).not.toHaveProperty('trace');
});

test.each(['traceparent', 'Traceparent', 'TRACEPARENT'])(
  'a %s of the app’s own is sent as it is, and no other trace is claimed',
  (name) => {
    const own = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const used = noting({ traceHosts: ['api.test'] });
    used.device.request('https://api.test/a', { header: { [name]: own } });
    expect(headerOf(used)).toEqual({ [name]: own });
    expect([undefined, '0af7651916cd43dd8448eb211c80319c']).toContain(requestsOf(used)[0]?.trace);
  },
);

test.each<[string, NonNullable<MonitorConfig['hookApis']>]>([
  ['the functions it uses', ['setStorage', 'getStorageSync', 'setStorageSync', 'getNetworkType', 'getDeviceInfo']],
  ['the old ones', ['getSystemInfo', 'getSystemInfoSync', 'request', 'wx.request', 'getDeviceBenchmarkInfo']],
  ['everything', '*'],
])('the agent’s own traffic is never counted, though %s be watched', (_name, hookApis) => {
  const { device, clock, collector } = testDevice({
    config: { hookApis },
    apis: ['getSystemInfo'],
    prepareWx: (wx) => Object.assign(wx, { getSystemInfoSync: () => ({ platform: 'ios' }) }),
  });
  device.launch();
  clock.advance(MINUTE_MS);
  device.hide();
  device.show();
  clock.advance(MINUTE_MS);
  expect(collector.bodies.length).toBeGreaterThan(1);
  expect(collector.ofKind('call')).toEqual([]);
  expect(collector.ofKind('request')).toEqual([]);
});

test('the app’s own use of what the agent uses is counted where it is watched', () => {
  const { device, clock, collector } = testDevice({ config: { hookApis: ['setStorage', 'getStorageSync'] } });
  device.launch();
  device.call('setStorage', { key: 'mine', data: 'x' });
  (device.wx.getStorageSync as (key: string) => unknown)('mine');
  clock.advance(MINUTE_MS);
  expect(collector.ofKind('call').map(({ name, outcome }) => [name, outcome])).toEqual([
    ['getStorageSync', 'success'],
    ['setStorage', 'success'],
  ]);
});
