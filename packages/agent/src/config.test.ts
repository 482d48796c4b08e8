import { expect, test } from 'vitest';
import { readConfig } from './config.js';

const good = { appId: 'wx0123456789abcdef', key: 'key', endpoint: 'https://minilens.test' };

test.each([
  ['nothing', undefined, 'appId'],
  ['no AppID', { ...good, appId: undefined }, 'appId'],
  ['another product’s id', { ...good, appId: 'tt0123' }, 'appId'],
  ['no key', { ...good, key: '' }, 'key'],
  ['no endpoint', { ...good, endpoint: undefined }, 'endpoint'],
  ['an endpoint without scheme', { ...good, endpoint: 'minilens.test' }, 'endpoint'],
])('%s gets a sentence that names the setting', (_name, config, setting) => {
  expect(readConfig(config)).toEqual(expect.stringContaining(`monitor.config needs ${setting}`));
});

test.each(['https://minilens.test', 'https://minilens.test/', 'https://minilens.test/v1/collect'])(
  '%s is posted to the collector',
  (endpoint) => {
    expect(readConfig({ ...good, endpoint })).toMatchObject({ url: 'https://minilens.test/v1/collect' });
  },
);

test.each([
  [undefined, ['requestPayment', 'scanCode', 'previewImage'], false],
  [['login'], ['login'], false],
  [[], [], false],
  [['wx.login', 'login', 'request', 'cloud.callFunction'], ['login', 'cloud.callFunction'], true],
  [['bad name', 7, null, ''], [], false],
])('hookApis %o watches %o', (hookApis, names, ignoresRequest) => {
  expect(readConfig({ ...good, hookApis })).toMatchObject({ hookApis: names, ignoresRequest });
});

test.each([undefined, 0, -1, Number.NaN, '5'])('a session timeout of %s is the usual half hour', (sessionTimeoutMs) => {
  expect(readConfig({ ...good, sessionTimeoutMs })).toMatchObject({ sessionTimeoutMs: 1_800_000 });
});
