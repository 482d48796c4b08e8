import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type ProxyOptions, parseAddress, parseHttpUrl, pushProxy } from './push-proxy.js';

const directory = mkdtempSync(join(tmpdir(), 'minilens-push-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const GOOD = {
  MINILENS_APP_SECRET: '0'.repeat(32),
  MINILENS_PUSH_TOKEN: 'AAAAA',
  MINILENS_PUSH_AES_KEY: 'A'.repeat(43),
  MINILENS_DATA: directory,
};
const start = (env: NodeJS.ProcessEnv, over: Partial<ProxyOptions> = {}) =>
  pushProxy(
    {
      listen: { host: '127.0.0.1', port: 0 },
      upstream: new URL('http://127.0.0.1:8080/wechat'),
      app: 'wx00000000000000aa',
      server: new URL('http://127.0.0.1:8321'),
      mode: 'safe',
      format: 'xml',
      ...over,
    },
    env,
  );

test.each([
  ['no secret', { MINILENS_APP_SECRET: '' }, 'MINILENS_APP_SECRET is not set'],
  [
    'a wrong secret',
    { MINILENS_APP_SECRET: 'wrong-one' },
    'MINILENS_APP_SECRET is set, but must be the secret of the app',
  ],
  ['a wrong token', { MINILENS_PUSH_TOKEN: 'wrong-one' }, 'MINILENS_PUSH_TOKEN is set, but must be the Token of'],
  [
    'a wrong key',
    { MINILENS_PUSH_AES_KEY: 'wrong-one' },
    'MINILENS_PUSH_AES_KEY is set, but must be the EncodingAESKey',
  ],
])(
  '%s stops the start with a sentence that names it, keeps the value, and leaves nothing behind',
  async (_name, env, words) => {
    const error = await start({ ...GOOD, ...env }).catch((thrown: Error) => thrown.message);
    expect(error).toContain(words);
    expect(error).not.toContain('wrong-one');
    expect(readdirSync(directory)).toEqual([]);
  },
);

test('what is no AppID stops the start', async () => {
  await expect(start(GOOD, { app: 'gh_1' })).rejects.toThrow('--app is gh_1, which is no AppID');
});

test('an address that is taken stops the start with a sentence', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const taken = start(GOOD, { listen: { host: '127.0.0.1', port } });
  await expect(taken).rejects.toThrow(`--listen 127.0.0.1:${port} is taken`);
  other.close();
});

test.each([
  ['127.0.0.1:9000', { host: '127.0.0.1', port: 9000 }],
  ['localhost:0', { host: 'localhost', port: 0 }],
  ['[::1]:80', { host: '::1', port: 80 }],
])('%s is an address', (text, address) => {
  expect(parseAddress(text)).toEqual(address);
});

test.each(['9000', '127.0.0.1', '::1:80', '127.0.0.1:70000', 'a:b'])('%s is none', (text) => {
  expect(() => parseAddress(text)).toThrow('127.0.0.1:9000');
});

test.each(['shop.example/wechat', 'ftp://shop.example', 'http://user:secret@shop.example', ''])(
  '%j is no URL of a server',
  (text) => {
    expect(() => parseHttpUrl(text)).toThrow('It must be a URL');
  },
);
