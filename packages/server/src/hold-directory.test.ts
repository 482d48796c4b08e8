import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { connectStore } from '@minilens/store/connect';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { openSpool } from './collect/spool.js';
import { holdDirectory } from './hold-directory.js';
import { createServer, type Parts } from './main.js';
import { loadSettings } from './settings.js';

const APPID = 'wx00000000000000aa';
const scratch = mkdtempSync(join(tmpdir(), 'minilens-hold-'));
afterAll(() => rmSync(scratch, { recursive: true }));
let data: string;
beforeEach(() => {
  data = join(mkdtempSync(join(scratch, 'in-')), 'data');
});

const openServer = (env: Record<string, string> = {}, parts: Partial<Parts> = {}) =>
  createServer(
    loadSettings({ MINILENS_DATA: data, MINILENS_PORT: '0', MINILENS_LOG_LEVEL: 'silent', ...env }, scratch),
    parts,
  );

test('a directory that is held is refused with a sentence until it is given back', () => {
  const leave = holdDirectory(data);
  expect(() => holdDirectory(data)).toThrow(`${data} is in use by another process that does not answer.`);
  leave();
  holdDirectory(data)();
});

test('it is made for its owner alone, also where it was open to others', () => {
  holdDirectory(data)();
  expect(statSync(data).mode & 0o777).toBe(0o700);
  const open = join(scratch, 'open');
  mkdirSync(open, { mode: 0o755 });
  holdDirectory(open)();
  expect(statSync(open).mode & 0o777).toBe(0o700);
});

test('a server holds it before it touches anything, and until it is closed', async () => {
  const leave = holdDirectory(data);
  await expect(openServer()).rejects.toThrow('is in use by another process');
  expect(readdirSync(data)).toEqual(['lock']);
  leave();

  const server = await openServer();
  expect(() => holdDirectory(data)).toThrow('is in use by another process');
  await server.close();
  holdDirectory(data)();
});

test('a server that could not be made gives it back', async () => {
  await expect(openServer({ MINILENS_TLS_CERT: '/nowhere', MINILENS_TLS_KEY: '/nowhere' })).rejects.toThrow('/nowhere');
  holdDirectory(data)();
});

test('a server that could not be made closes what it opened', async () => {
  const left = new Set<object>();
  const watched =
    <Args extends unknown[], Result extends { close(): Promise<void> }>(open: (...args: Args) => Result) =>
    (...args: Args): Result => {
      const opened = open(...args);
      left.add(opened);
      const close = opened.close.bind(opened);
      opened.close = () => close().finally(() => left.delete(opened));
      return opened;
    };
  const parts = { openSpool: watched(openSpool), connectStore: watched(connectStore) };
  garbage('secret.key');
  await expect(openServer({}, parts)).rejects.toThrow('secret.key');
  expect(left.size).toBe(0);
});

const garbage = (file: string) => {
  mkdirSync(join(data, dirname(file)), { recursive: true });
  writeFileSync(join(data, file), 'x'.repeat(5_000));
};
test.each([
  ['an accounts database', () => garbage('accounts.sqlite'), /accounts\.sqlite cannot be used: .*Bring it back/],
  ['a spool', () => garbage('spool/data.mdb'), /The spool in .* cannot be used: .*restore a backup/],
  ['a key', () => garbage('secret.key'), /secret\.key is no key of 32 bytes\. Bring it back/],
  ['readable', () => mkdirSync(join(data, 'secret.key'), { recursive: true }), /secret\.key cannot be read: .*Run as/],
  ['a directory', () => writeFileSync(data, ''), /data cannot be a data directory: EEXIST.*Run as the user/],
])('what is not %s is named, with what to do', async (_name, spoil, sentence) => {
  spoil();
  await expect(openServer()).rejects.toThrow(sentence);
});

test('files that are no certificate are named', async () => {
  const [MINILENS_TLS_CERT, MINILENS_TLS_KEY] = ['cert', 'key'].map((name) => join(scratch, name)) as [string, string];
  for (const file of [MINILENS_TLS_CERT, MINILENS_TLS_KEY]) writeFileSync(file, 'x');
  await expect(openServer({ MINILENS_TLS_CERT, MINILENS_TLS_KEY })).rejects.toThrow(
    `name ${MINILENS_TLS_CERT} and ${MINILENS_TLS_KEY}, which are no certificate with its key`,
  );
});

test('the engine is opened when something asks the event store, and not before', async () => {
  const server = await openServer();
  const ask = async (method: 'GET' | 'POST', url: string, payload?: Record<string, string>) => {
    const headers = { authorization: `Bearer ${server.localToken}` };
    return (await server.app.inject({ method, url, headers, ...(payload && { payload }) })).json();
  };
  try {
    await ask('POST', '/api/v1/apps', { appid: APPID });
    expect(await ask('GET', '/api/v1/apps')).toMatchObject([{ appid: APPID }]);
    await server.drain();
    expect(readdirSync(data)).not.toContain('events');
    expect(await ask('GET', `/api/v1/apps/${APPID}`)).toMatchObject({ lastEventAt: null });
    expect(readdirSync(data)).toContain('events');
  } finally {
    await server.close();
  }
});
