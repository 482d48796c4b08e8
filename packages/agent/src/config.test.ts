import { afterEach, expect, test, vi } from 'vitest';
import { readConfig, settings } from './config.js';
import type { MonitorConfig } from './public-types.js';

const good = { appId: 'wx0123456789abcdef', key: 'key', endpoint: 'https://minilens.test' };

afterEach(() => {
  vi.unstubAllGlobals();
});

test.each([
  ['nothing', undefined, 'appId ""'],
  ['no AppID where the platform names none', { ...good, appId: undefined }, 'appId ""'],
  ['another product’s id', { ...good, appId: 'tt0123' }, 'appId "tt0123"'],
  ['an AppID in capitals', { ...good, appId: 'WX0123456789ABCDEF' }, 'appId "WX0123456789ABCDEF"'],
  ['no key', { ...good, key: '' }, 'key ""'],
  ['no endpoint in a file that no server handed out', { ...good, endpoint: undefined }, 'endpoint "__ENDPOINT__"'],
  ['an endpoint without scheme', { ...good, endpoint: 'minilens.test' }, 'endpoint "minilens.test"'],
])('%s gets a sentence that names the setting', (_name, config, said) => {
  const sentence = readConfig(config as MonitorConfig);
  expect(sentence).toEqual(expect.stringContaining(said));
  expect(sentence).toMatch(/^off: wrong \w+ ".*", see the install page$/);
});

test.each(['https://minilens.test', 'https://minilens.test/', 'https://minilens.test/v1/collect'])(
  '%s is the server https://minilens.test',
  (endpoint) => {
    expect(readConfig({ ...good, endpoint })).toBeUndefined();
    expect(settings.endpoint).toBe('https://minilens.test');
  },
);

test('an AppID that was left out is the one the platform says it runs', async () => {
  vi.stubGlobal('wx', { getAccountInfoSync: () => ({ miniProgram: { appId: 'wx00000000000000ff' } }) });
  vi.resetModules();
  const config = await import('./config.js');
  expect(config.readConfig({ ...good, appId: undefined } as unknown as MonitorConfig)).toBeUndefined();
  expect(config.settings.appId).toBe('wx00000000000000ff');
  expect(config.readConfig(good)).toBeUndefined();
  expect(config.settings.appId).toBe('wx0123456789abcdef');
});

test('another vendor’s options are ignored', () => {
  const theirs = { pid: 'abc', reportInterval: 3, sample: 'all' };
  expect(readConfig({ ...good, ...theirs })).toBeUndefined();
});

test.each([undefined, 0, -1, Number.NaN, 'half'])(
  'a session timeout of %s is the usual half hour',
  (sessionTimeoutMs) => {
    readConfig({ ...good, sessionTimeoutMs } as MonitorConfig);
    expect(settings.sessionTimeoutMs).toBe(1_800_000);
  },
);

test('settings that are there but undefined are settings that were left out', () => {
  const unset = { sessionTimeoutMs: undefined, flushIntervalMs: undefined, sampling: undefined, recordArgs: undefined };
  expect(readConfig({ ...good, ...unset } as unknown as MonitorConfig)).toBeUndefined();
  expect(settings).toMatchObject({ sessionTimeoutMs: 1_800_000, flushIntervalMs: 5_000, sampling: {}, recordArgs: {} });
});
