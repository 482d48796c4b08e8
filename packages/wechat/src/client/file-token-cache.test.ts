import { mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fileTokenCache } from './file-token-cache.js';

const KEY = 'https://api.weixin.qq.com wx0123456789abcdef';

let directory: string;
beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), 'minilens-')), 'tokens');
});
afterEach(() => rm(join(directory, '..'), { recursive: true }));

test('what one client keeps another finds, and only the owner can read it', async () => {
  expect(await fileTokenCache(directory).get(KEY)).toBeUndefined();
  await fileTokenCache(directory).update(KEY, async () => ({ token: 'a', expiresAtMs: 1 }));
  expect(await fileTokenCache(directory).get(KEY)).toEqual({ token: 'a', expiresAtMs: 1 });
  const [file = '', ...others] = await readdir(directory);
  expect(others).toEqual([]);
  expect((await stat(join(directory, file))).mode & 0o777).toBe(0o600);
  expect((await stat(directory)).mode & 0o777).toBe(0o700);
});

test('changes come one after the other, each seeing the one before', async () => {
  const caches = [fileTokenCache(directory), fileTokenCache(directory)];
  const append = (kept: { token: string } | undefined) => Promise.resolve({ token: `${kept?.token ?? ''}x` });
  await Promise.all(Array.from({ length: 10 }, (_, index) => caches[index % 2]?.update(KEY, append)));
  expect(await caches[0]?.get(KEY)).toEqual({ token: 'x'.repeat(10) });
});

test('a change that fails leaves what was kept, and lets the next one in', async () => {
  const cache = fileTokenCache(directory);
  await cache.update(KEY, async () => ({ token: 'a' }));
  await expect(cache.update(KEY, () => Promise.reject(new Error('No token today')))).rejects.toThrow('No token today');
  expect(await cache.get(KEY)).toEqual({ token: 'a' });
  expect(await cache.update(KEY, async () => ({ token: 'b' }))).toEqual({ token: 'b' });
});

test('a file that holds no token is named', async () => {
  const cache = fileTokenCache(directory);
  await cache.update(KEY, async () => ({ token: 'a' }));
  const [file = ''] = await readdir(directory);
  await writeFile(join(directory, file), '{"tok');
  await expect(cache.get(KEY)).rejects.toThrow(`${file} holds no token. Delete it`);
});

test('the lock of a process that died is taken over', async () => {
  const cache = fileTokenCache(directory);
  await cache.update(KEY, async () => ({ token: 'a' }));
  const lock = join(directory, `${(await readdir(directory))[0]}.lock`);
  await mkdir(lock);
  await utimes(lock, 0, 0);
  expect(await cache.update(KEY, async () => ({ token: 'b' }))).toEqual({ token: 'b' });
});
